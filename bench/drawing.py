"""A sample for look-back drawn from a large ledger: what ranking a million costs, and what reading them does.

`python -m bench.drawing [N]` in the environment of a home ranks N generated problems and keeps their list, then
draws from all that the office with most of them has struck off, by the ordinary action, and prints JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from random import Random
from typing import Any

from bench.waking import wake

BY_RISK, AT_RANDOM = 50, 50


def main() -> None:
    """Print seconds of processor time and megabytes beyond those before."""
    wake()
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(json.dumps({"ranked": _ranked(count), "drawn": _drawn()}))


def _ranked(count: int) -> dict[str, Any]:
    from bihuan.domain.sampling import draw
    from bihuan.ledger.populations import written

    began, before = time.process_time(), _peak()
    for _row in _generated(count):
        pass
    making = time.process_time() - began
    began = time.process_time()
    with tempfile.TemporaryFile() as file:
        sample = draw("7 12 19", written(_generated(count), file), by_risk=BY_RISK, at_random=AT_RANDOM)
    seconds = time.process_time() - began - making
    assert len(sample) == BY_RISK + AT_RANDOM
    return {"problems": count, "cpu_seconds": seconds, "more_mib": _peak() - before}


def _generated(count: int) -> Iterator[tuple[str, int, str]]:
    random = Random(7)
    kinds = ((0, ""), (0, ""), (1, "returned"), (2, "late"), (3, "late+extended"), (5, "rebounded+late"))
    for _place in range(count):
        points, codes = random.choice(kinds)
        yield f"{random.getrandbits(128):032x}", points, codes


def _drawn() -> dict[str, Any]:
    from django.db.models import Count

    from bihuan.book import clock
    from bihuan.domain.case import Role, Stage
    from bihuan.ledger.actions.drawing import Asked, draw_sample
    from bihuan.ledger.models import Problem
    from bihuan.ledger.populations import EVERYTHING, population, rows_of
    from bihuan.organisations.access import actor_for
    from bihuan.organisations.models import Post

    closed = Problem.objects.filter(stage=Stage.CLOSED.value).order_by()
    office = closed.values("office_id").annotate(n=Count("id")).order_by("-n")[0]["office_id"]
    post = Post.objects.select_related("unit", "person").filter(unit_id=office, role=Role.COORDINATOR.value)[0]
    actor = actor_for(post.person, [post])
    assert actor is not None
    began = time.process_time()
    for _row in rows_of(population(actor, EVERYTHING)):
        pass
    reading = time.process_time() - began
    began, whole, before = time.process_time(), time.perf_counter(), _peak()
    asked = Asked("bench", BY_RISK, AT_RANDOM, clock.today())
    row = draw_sample(actor=actor, asked=asked)
    return {
        "problems": row.population,
        "reading_cpu_seconds": reading,
        "cpu_seconds": time.process_time() - began,
        "seconds": time.perf_counter() - whole,
        "more_mib": _peak() - before,
    }


def _peak() -> float:
    """The most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
