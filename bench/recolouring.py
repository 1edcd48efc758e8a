"""A colour policy that changes: how long the open problems take to have their colours to come by the new one.

`python -m bench.recolouring` in the environment of a home puts the next version on the record, in force from
tomorrow, does at once what the worker would do, and prints JSON.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta

from bench.waking import wake

POINTS = 5
"""By how many points more a problem may be behind before its colour turns."""


def main() -> None:
    """Print how many open problems there are, and the seconds it took."""
    wake()
    from bench.city import REGION
    from bihuan.book import clock
    from bihuan.domain.colours import policy_from_data
    from bihuan.ledger.actions.policies import add_policy
    from bihuan.ledger.actions.recolouring import recolour
    from bihuan.ledger.models import ColourPolicy

    last = ColourPolicy.objects.latest("version")
    policy = policy_from_data(last.data)
    rules = tuple(
        replace(rule, numbers={**rule.numbers, "points": rule.numbers["points"] + POINTS})
        if "points" in rule.numbers
        else rule
        for rule in policy.rules
    )
    tomorrow = max(clock.today(), last.effective_from) + timedelta(days=1)
    add_policy(policy=replace(policy, rules=rules), effective_from=tomorrow, region_id=REGION)
    began = time.perf_counter()
    count = recolour()
    print(json.dumps({"problems": count, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main()
