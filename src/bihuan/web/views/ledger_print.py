"""The ledger on paper: all rows of a filtered list on A3, with title, 统计时间 and the filter in words."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.book import clock
from bihuan.book.checkpoints import latest_root
from bihuan.domain.refusals import insist
from bihuan.insight.keyset import page
from bihuan.ledger import choices
from bihuan.organisations.access import may_see_problems
from bihuan.web.chips import chips
from bihuan.web.columns import chosen
from bihuan.web.filters import LedgerFilter
from bihuan.web.gate import SignedInRequest
from bihuan.web.rows import bringing, paper_rows
from bihuan.web.views.ledger import COLUMNS, chosen_columns

MOST = 5000
"""Rows on paper at most: some hundred sheets of A3. For more there is the Excel file."""

ON_PAPER = ("colour", "number", "title", "text", "stage", "unit", "support", "due", "due_original", "progress")
"""The columns of those who have chosen none: A3 has room for more than a screen."""


@require_GET
def ledger_print(request: SignedInRequest) -> HttpResponse:
    """The list as it prints: same filter, columns and order as on screen, but every row."""
    insist(may_see_problems(request.actor))
    asked, today = LedgerFilter.from_query(request.GET), clock.today()
    columns = chosen_columns(request) if _has_chosen(request) else chosen(ON_PAPER)
    found = page(asked.listed(request.actor, today, bringing(columns, asked.order)), asked.order, None, MOST)
    if any(column.code == "support" for column in columns):
        choices.name_supports(found.rows)
    context = {
        "filter": asked,
        "count": len(found.rows),
        "rows": paper_rows(found.rows, columns),
        "too_many": found.following is not None,
        "most": MOST,
        "columns": columns,
        "chips": chips(request.actor, asked, request.GET),
        "made": clock.now(),
        "root": latest_root() or "—",
        "query": request.GET.urlencode(),
    }
    return render(request, "web/ledger/print.html", context)


def _has_chosen(request: SignedInRequest) -> bool:
    return bool(request.GET.getlist("cols") or request.session.get(COLUMNS))
