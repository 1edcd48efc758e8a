"""What is asked of the database for each page, counted in a process of its own, and where the pages' things are.

`python -m bench.statements` in the environment of a home prints JSON: the addresses of `pages.PAGES` and how many
SQL statements each takes. The pages run as they do in service, but for the server around them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from html import unescape
from typing import Any

from bench.handed_down import handed_down
from bench.pages import PAGES
from bench.waking import wake

WARMING = 2
NEXT = re.compile(r'rel="next" href="([^"]+)"')


class Statements:
    """Counts statements; transactions begun and ended are none."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.asked.append(sql)
        return execute(sql, params, many, context)


def main() -> None:
    """Print addresses and counts."""
    wake()
    from django.db import connection
    from django.test import Client

    from bihuan.organisations.models import Person

    found, clients = _things(), {}
    for user in {page.user for page in PAGES}:
        clients[user] = Client(headers={"accept-language": "zh-Hans"}, SERVER_NAME="127.0.0.1")
        person = Person.objects.get(username=user)
        clients[user].force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    first = clients["county"].get("/ledger/").content.decode()
    following = NEXT.search(first)
    found["next"] = "/ledger/" + unescape(following[1]) if following else "/ledger/"
    told: dict[str, dict[str, Any]] = {}
    for page in PAGES:
        address, headers = page.address(found), {"hx-request": "true"} if page.is_part else {}
        for _ in range(WARMING):
            clients[page.user].get(address, headers=headers)
        counting = Statements()
        with connection.execute_wrapper(counting):
            answer = clients[page.user].get(address, headers=headers)
            content = answer.content
        told[page.name] = {
            "path": address,
            "status": answer.status_code,
            "bytes": len(content),
            "queries": len(counting.asked),
        }
    print(json.dumps({"pages": told, "names": _names(found)}))


def _things() -> dict[str, str]:
    """Ids for the addresses: units by how many problems they lead, a problem with a long history."""
    from django.db.models import Count

    from bihuan.ledger.models import Campaign, Problem
    from bihuan.organisations.models import Post

    units = {user: Post.objects.get(person__username=user).unit_id for user in ("county", "leaf")}
    led = Counter(
        dict(
            Problem.objects.filter(dispatched_on__isnull=False)
            .order_by()
            .values_list("lead_unit_id")
            .annotate(n=Count("id"))
        )
    )
    below = [unit for unit, _n in led.most_common() if unit in _below(units["county"])]
    ranked = [unit for unit, _n in led.most_common()]
    problem = Problem.objects.filter(lead_unit_id=below[0], stage="sustained").order_by("-version", "id").first()
    assert problem is not None
    return {
        "county": str(units["county"]),
        "leaf": str(units["leaf"]),
        "bureau": str(below[0]),
        "median": str(ranked[len(ranked) // 2]),
        "problem": str(problem.pk),
        "handed_down": handed_down("city"),
        "campaign": str(Campaign.objects.order_by("pk")[0].pk),
    }


def _names(found: dict[str, str]) -> dict[str, str]:
    """What people type into forms and files: names of units that name one unit only, and a day to come."""
    from datetime import timedelta

    from bihuan.book import clock
    from bihuan.organisations.models import Unit

    names = dict(Unit.objects.filter(is_active=True).values_list("pk", "name"))
    once = Counter(names.values())
    kinds = Unit.objects.filter(kind="bureau").order_by("pk").values_list("name", flat=True)
    return {
        "bureau_name": names[int(found["bureau"])],
        "leaf_name": names[int(found["leaf"])],
        "unit_names": "\n".join([name for name in kinds if once[name] == 1][:40]),
        "due": (clock.today() + timedelta(days=45)).isoformat(),
    }


def _below(unit: int) -> set[int]:
    from bihuan.organisations.models import Unit

    return set(Unit.objects.filter(path__contains=f"/{unit}/").values_list("pk", flat=True))


if __name__ == "__main__":
    main()
