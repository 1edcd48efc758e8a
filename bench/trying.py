"""A colour policy that is tried: what it costs to tell from which colour to which every open problem would go.

`python -m bench.trying` in the environment of a home tries another policy for tomorrow on all open problems in the
sight of the top unit, a few times, and prints JSON. Writes nothing.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta

from bench.waking import wake

TIMES = 3
POINTS = 5
"""By how many points more a problem may be behind before its colour turns."""


def main() -> None:
    """Print how many open problems there are, and the seconds of processor time, the best of a few runs."""
    wake()
    from bihuan.book import clock
    from bihuan.domain.colours import DEFAULT_POLICY
    from bihuan.insight.trying import Trying, walk
    from bihuan.ledger.policies import schedule_on_record
    from bihuan.organisations.models import Unit

    rules = tuple(
        replace(rule, numbers={"points": rule.numbers["points"] + POINTS}) if rule.when == "behind" else rule
        for rule in DEFAULT_POLICY.rules
    )
    trying = Trying(replace(DEFAULT_POLICY, rules=rules), schedule_on_record(), clock.today() + timedelta(days=1))
    unit = Unit.objects.filter(parent=None).order_by("pk").values_list("pk", flat=True)[0]
    took = []
    for _ in range(TIMES):
        began = time.process_time()
        count = sum(len(ids) for walked in walk(trying, unit) for ids in walked.cells.values())
        took.append(time.process_time() - began)
    print(json.dumps({"problems": count, "seconds": min(took)}))


if __name__ == "__main__":
    main()
