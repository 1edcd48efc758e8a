"""Acts out the scripts with the real actions, in a throw-away home, and keeps what they left in every table.

`python -m bench.histories OUT DAY SCALE` runs in a home of its own (BIHUAN_HOME, SQLite) whose units, people and
posts have ids and whose texts have words that occur nowhere else: so that copies can name others in their place.
"""

from __future__ import annotations

import pickle
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bench.scripts import KINDS
from bench.waking import wake

TEXTS = {"title": "@H@", "text": "@T@", "goal": "@G@", "deed1": "@A@", "deed2": "@B@", "deed3": "@C@"}
SECOND, MICROSECOND = 7, 654321
JITTER = f"{SECOND:02d}.{MICROSECOND}"
FIRST_UNIT, FIRST_PERSON, FIRST_POST = 910_000_000, 920_000_000, 930_000_000
CATEGORIES = "城市管理 生态环境 民生保障 工程建设 安全生产 作风建设 财政资金 制度落实".split()
REMARKS = (
    "已安排专人负责，按方案推进。",
    "现场已完成一半，材料已到位。",
    "受天气影响略有延后，已调整工序。",
    "完成全部施工，等待核验。",
    "已与相关单位会商，明确分工。",
    "整改到位，已拍照留存。",
    "经复核，基本属实，请继续推进。",
    "资料不齐，请补充后再报。",
)
Sums = dict[str, list[tuple[str, date, int]]]
"""Additions to the kept sums, by whose they are: code, day and change."""


@dataclass
class History:
    """What one script left: rows by model label, the bodies of its entries, and what a copy puts elsewhere."""

    kind: str
    registered: date
    stage: str
    rows: dict[str, list[dict[str, Any]]]
    sums: Sums
    """What it added to the kept sums, by whose they are."""
    names: dict[str, str] = field(default_factory=dict)
    """Placeholder as it stands in texts → what stands there in a copy."""


def main(out: Path, day: date, scale: float) -> None:
    """Act out everything as of `day` and write the histories to `out`."""
    wake(new=True, demo=True)
    from django.db import transaction

    from bench.acting import Acting
    from bihuan.book import clock

    with clock.moved_to(clock.moment_on(day - timedelta(days=800))):
        acting = Acting.prepare()
    histories: list[History] = []
    draw = Random(11)
    with transaction.atomic():
        for kind in KINDS:
            for _ in range(max(1, round(kind.count * scale))):
                histories.append(acting.play(kind.write(draw), day, draw))
    out.write_bytes(pickle.dumps(histories))
    print(f"{len(histories)} histories", dict(Counter(row.stage for row in histories)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), date.fromisoformat(sys.argv[2]), float(sys.argv[3]))
