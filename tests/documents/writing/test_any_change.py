"""Property: whatever a ledger looks like and whatever changes in it, what is read afterwards was wanted."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.documents.reading import Item, read_ledger
from bihuan.documents.writing.own_layout import ProblemRow, write_own_layout
from tests.documents import build
from tests.documents.writing.offices import again

PLACES = ("护城河", "文化路", "云汀广场", "东门市场", "滨江步道", "第三小学")
DEFECTS = ("井盖松动", "路灯不亮", "垃圾堆放", "护栏锈蚀", "污水外溢", "标牌倾倒")
UNITS = ("市城管局", "市住建局", "市水务局", "市交通局", "市教育局", "云汀区人民政府")
STEPS = ("现场勘查", "更换部件", "清运垃圾", "加装围挡", "每日巡查", "公开电话")
PERSONS = ("方舟", "许诺", "沈舟", "宁远")
WORDS = {"done": "已完成", "ongoing": "整改中", "not_started": "未启动"}
KNOWN = {field.name for field in fields(ProblemRow)} - {"origin", "table"}
Wanted = dict[str, object]

problems = st.builds(
    lambda place, number, defect: f"{place}{number}号{defect}",
    st.sampled_from(PLACES),
    st.integers(1, 999),
    st.sampled_from(DEFECTS),
)
units = st.lists(st.sampled_from(UNITS), min_size=1, max_size=3, unique=True).map(tuple)
steps = st.lists(st.sampled_from(STEPS), min_size=1, max_size=4, unique=True).map(tuple)
days = st.integers(0, 900).map(lambda more: date(2026, 1, 1) + timedelta(days=more))
values = st.fixed_dictionaries(
    {
        "problem": problems,
        "measures": steps,
        "lead_units": units,
        "person": st.sampled_from(PERSONS),
        "deadline": days,
        "status": st.sampled_from(sorted(WORDS)),
        "remark": st.sampled_from(("见附件", "=1+1", "已上报", "")),
    }
)

DAYS: tuple[Callable[[date], object], ...] = (
    lambda day: day,
    lambda day: day.isoformat(),
    lambda day: f"{day.year}年{day.month}月{day.day}日前",
    lambda day: f"{day.year}/{day.month}/{day.day}",
)
NUMBERINGS: tuple[Callable[[int], str], ...] = (
    lambda n: f"{n}.",
    lambda n: f"{n}、",
    lambda n: f"（{n}）",
    lambda n: "①②③④"[n - 1],
)


@dataclass(frozen=True)
class Shape:
    """How a ledger looks: categories merged or not, ticks or words, rows for measures, forms, an end."""

    categories: str
    ticked: bool
    by_rows: bool
    day: int
    numbering: int
    separator: str
    total: bool
    text: bool


shapes = st.builds(
    Shape,
    categories=st.sampled_from(("merged", "repeated", "carried", "headings")),
    ticked=st.booleans(),
    by_rows=st.booleans(),
    day=st.integers(0, 3),
    numbering=st.integers(0, 3),
    separator=st.sampled_from("、，\n"),
    total=st.booleans(),
    text=st.booleans(),
)


def made(folder: Path, shape: Shape, groups: list[list[Wanted]]) -> Path:
    """The ledger of some groups of problems; their categories are 甲类, 乙类 …"""
    if shape.text:
        plain = "repeated" if shape.categories in ("merged", "headings") else shape.categories
        shape = replace(shape, categories=plain, by_rows=False, day=max(shape.day, 1))
    labels = ["已完成", "整改中", "未启动"] if shape.ticked else ["完成状态"]
    headed = shape.categories == "headings"
    head = [
        "序号",
        "问题来源" if headed else "问题类别",
        "存在问题",
        "整改措施",
        "责任单位",
        "责任人",
        "整改时限",
        *labels,
        "备注",
    ]
    rows: list[list[object]] = [["云汀市整改台账"], list(head)]
    merges, number = ["A1:E1"], 0
    for place, group in enumerate(groups):
        category = f"{'甲乙丙丁'[place]}类"
        if headed:
            rows.append([f"{'一二三四'[place]}、{category}"])
            merges.append(f"A{len(rows)}:I{len(rows)}")
        top = len(rows) + 1
        for one in group:
            number += 1
            carried = shape.categories == "carried" and one is not group[0]
            second = None if carried else "市级巡查" if headed else category
            rows += body(shape, one, number, second, merges, len(rows) + 1)
        if shape.categories == "merged" and len(rows) > top:
            merges.append(f"B{top}:B{len(rows)}")
    if shape.total:
        rows.append(["合计", None, f"共{number}项"])
    if shape.text:
        return build.text(folder / "a.csv", rows, "gb18030")
    return build.xlsx(folder / "a.xlsx", rows, merges)


def body(
    shape: Shape, one: Wanted, number: int, second: str | None, merges: list[str], top: int
) -> list[list[object]]:
    told = one["measures"]
    assert isinstance(told, tuple)
    lines = [NUMBERINGS[shape.numbering](n) + text for n, text in enumerate(told, start=1)]
    status = str(one["status"])
    states: list[object] = ["√" if key == status else None for key in WORDS] if shape.ticked else [WORDS[status]]
    lead, day = one["lead_units"], one["deadline"]
    assert isinstance(lead, tuple)
    assert isinstance(day, date)
    measures = list(told) if shape.by_rows else ["\n".join(lines) if len(told) > 1 else told[0]]
    first: list[object] = [number, second, one["problem"], measures[0], shape.separator.join(lead), one["person"]]
    rows = [[*first, DAYS[shape.day](day), *states, one["remark"]]]
    rows += [[None, None, None, text] for text in measures[1:]]
    if len(rows) > 1:
        columns = [c for c in "ABCEFGHIJK"[: len(rows[0]) - 1] if c != "B" or shape.categories == "repeated"]
        merges += [f"{column}{top}:{column}{top + len(rows) - 1}" for column in columns]
    return rows


def said(item: Item) -> Wanted:
    found: Wanted = {name: getattr(item, name) for name in KNOWN - {"deadline"} if hasattr(item, name)}
    return found | {"deadline": item.deadline_date}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shapes, st.lists(st.lists(values, min_size=1, max_size=3), min_size=1, max_size=3), st.data())
def test_what_is_wanted_is_read_back(shape, groups, data):
    with tempfile.TemporaryDirectory() as name:
        path = made(Path(name), shape, groups)
        reading = read_ledger(path)
        headed = shape.categories == "headings" and not shape.text
        wanted = [said(item) for item in reading.items]
        assert len(wanted) == sum(map(len, groups))
        rows = []
        for place, item in enumerate(reading.items):
            names = data.draw(st.sets(st.sampled_from(sorted(groups[0][0])), max_size=3))
            change = {key: value for key, value in data.draw(values).items() if key in names}
            if not headed and data.draw(st.booleans()):
                change["category"] = data.draw(st.sampled_from(("甲类", "乙类", "戊类")))
            wanted[place] |= change
            rows.append(replace(ProblemRow(item.place), **change))
        new = data.draw(st.lists(values, max_size=2))
        kinds = ("甲类", "甲类") if headed else ("甲类", "丁类")
        news: list[Wanted] = [{**one, "no": f"{100 + n}", "category": kinds[n]} for n, one in enumerate(new)]
        rows += [ProblemRow(**one) for one in news]  # type: ignore[arg-type]
        copy = write_own_layout(path.read_bytes(), reading, rows)
        assert copy.notes == ()
        found = [said(item) for item in again(Path(name), copy).items]
        empty: Wanted = {"source": "", "title": "", "goal": "", "support_units": (), "progress": ""}
        assert sorted(found, key=lambda one: str(one["no"])) == sorted(
            [*wanted, *({**empty, **one} for one in news)], key=lambda one: str(one["no"])
        )
