"""All parts of one problem that was handed down, fifty to a page, as far as the reader may see them."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.domain.colours import Colour
from bihuan.ledger.links import all_parts
from bihuan.web.gate import SignedInRequest
from bihuan.web.sections.links import SHOWN, parts_told
from bihuan.web.views.problem import in_sight


@require_GET
def parts(request: SignedInRequest, problem_id: UUID) -> HttpResponse:
    """The parts, worst first, of one `colour` where it is asked for; 404 where the problem has none.

    They are at most some hundreds (`domain.links.MOST_PARTS`), so that all are sorted by today's colour at once.
    """
    seen = in_sight(request, problem_id)
    found = all_parts(request.actor, seen)
    if found is None:
        raise Http404
    asked = request.GET.get("colour", "")
    colour = Colour(asked) if asked in set(Colour) else None
    told = parts_told(found)
    rows = [row for row in told["rows"] if colour is None or row.colour is colour]
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    context = {
        "problem": seen.problem,
        "parts": told | {"rows": page.object_list},
        "page": page,
        "colour": colour.value if colour else "",
    }
    return render(request, "web/problem/parts.html", context)
