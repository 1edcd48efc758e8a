"""The set-up as data: what cannot be used is refused with what to mend, and what goes out comes back the same."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.case import Cap, Horizon, Terms, Urgency
from bihuan.domain.colours import DEFAULT_POLICY
from bihuan.domain.flows import DEFAULT_FLOW, Flow, Kind, Tier, refuses_flow
from bihuan.domain.numbering import refuses_format, written
from bihuan.domain.refusals import Refused
from bihuan.domain.roles import Role
from bihuan.domain.setup import (
    EVERYTHING,
    Fits,
    ProblemClass,
    Traits,
    classes_data,
    classes_from_data,
    limits_from_data,
    refuses_classes,
    setup_from,
)
from bihuan.domain.setupfile import SetUpFile, SourceRow, read_setup_file
from bihuan.domain.workdays import Calendar

LEADER = frozenset({Role.LEADER})


def words_of(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return str(refused.value)


@pytest.mark.parametrize(
    ("tiers", "why"),
    [
        ((), "没有终点"),
        ((Tier(Kind.CHECK, roles=frozenset({Role.SUPERVISOR})), Tier(Kind.NOTICE)), "没有终点"),
        ((Tier(Kind.NOTICE), Tier(Kind.ACCEPT, roles=LEADER)), "依次"),
        ((Tier(Kind.ACCEPT, roles=LEADER), Tier(Kind.NOTICE), Tier(Kind.NOTICE)), "依次"),
        ((Tier(Kind.ACCEPT),), "没有可以签字的岗位"),
        ((Tier(Kind.ACCEPT, roles=frozenset({Role.LIAISON})),), "没有可以签字的岗位"),
        ((Tier(Kind.ACCEPT, roles=LEADER, quorum=0),), "签字人数"),
        ((Tier(Kind.ACCEPT, roles=LEADER), Tier(Kind.NOTICE, days=9999)), "天数"),
        (tuple(Tier(Kind.ACCEPT, roles=LEADER) for _ in range(9)), "不超过"),
    ],
)
def test_a_flow_that_leads_nowhere_is_refused(tiers: tuple[Tier, ...], why: str):
    denied = refuses_flow(Flow("f", "流程", tiers))
    assert denied is not None
    assert why in str(denied)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ((), "1至"),
        ((EVERYTHING, EVERYTHING), "有两个"),
        ((replace(EVERYTHING, flow="gone"),), "不存在"),
        ((ProblemClass("紧急", Fits(urgencies=frozenset({"urgent"}))),), "不属于任何类别"),
        ((EVERYTHING, ProblemClass("其他")), "永远轮不到"),
        ((ProblemClass(""),), "名称"),
    ],
)
def test_classes_that_leave_a_problem_or_themselves_out_are_refused(rows: tuple[ProblemClass, ...], why: str):
    denied = refuses_classes((DEFAULT_FLOW,), rows)
    assert denied is not None
    assert why in str(denied)


traits = st.builds(
    Traits,
    urgency=st.sampled_from(Urgency),
    horizon=st.sampled_from(Horizon),
    category=st.sampled_from(["", "水务"]),
    nature=st.sampled_from(["", "历史遗留"]),
    impact=st.sampled_from(["", "local", "wide", "grave"]),
    sources=st.frozensets(st.sampled_from(["a", "b", "c"])),
)
some = st.frozensets(st.sampled_from(["urgent", "standing", "grave", "a", "b"]), max_size=2)
fits = st.builds(Fits, urgencies=some, horizons=some, impacts=some, sources=some)


@given(st.lists(fits.filter(lambda row: not row.all), max_size=4), traits)
def test_every_problem_has_one_class_and_it_comes_back_from_data_the_same(rows: list[Fits], had: Traits):
    classes = (*(ProblemClass(f"第{n}类", row) for n, row in enumerate(rows)), EVERYTHING)
    data = json.loads(json.dumps(classes_data((DEFAULT_FLOW,), classes)))
    setup = setup_from({"classes": data})
    assert (setup.flows, setup.classes) == ((DEFAULT_FLOW,), classes)
    assert setup.class_of(had) == next(row for row in classes if row.fits(had))


def test_the_class_says_before_the_ledger_and_the_ledger_before_the_installation():
    setup = setup_from({"limits": {"ordinary_days": 20, "sign_days": 3, "notice_days": 5}})
    row = ProblemClass("重大", terms={"ordinary_cap": {"times": 1, "days": 10}, "sign_days": 1})
    terms = setup.terms({"sign_days": 2, "ordinary_days": 40}, row)
    assert (terms.ordinary_days, terms.sign_days, terms.notice_days) == (40, 1, 5)
    assert terms.ordinary_cap == Cap(times=1, days=10)
    assert setup_from({}).terms({}) == Terms()


@pytest.mark.parametrize(
    "limits",
    [
        {"ordinary_days": -1},
        {"ordinary_days": "15"},
        {"ordinary_days": True},
        {"sign_days": 10**9},
        {"unknown": 1},
        {"check_required": 1},
        {"urgent_cap": {"times": 1}},
        {"urgent_cap": 3},
        {"mostly_progress": 101},
    ],
)
def test_limits_out_of_bounds_are_refused_by_name(limits: dict[str, Any]):
    assert next(iter(limits)) in words_of(lambda: limits_from_data(limits))


def test_numbers_are_written_as_the_format_says():
    assert written("{prefix}{year}-{n:5}", prefix="YT", year=2026, n=27) == "YT2026-00027"
    assert written("督办函〔{year}〕{n}号", year=2026, n=3) == "督办函〔2026〕3号"


@pytest.mark.parametrize("form", ["", "{year}{n}", "{prefix}{n}", "{prefix}{year}", "{prefix}{year}{n}{n}", "{x}"])
def test_a_format_that_would_give_the_same_number_twice_is_refused(form: str):
    assert refuses_format(form, with_prefix=True) is not None
    assert refuses_format("{prefix}{year}-{n:5}", with_prefix=True) is None


FILE = SetUpFile(
    made_by="临川市",
    made_on="2026-11-22",
    sources=(SourceRow("audit", "审计"), SourceRow("a1", "专项审计", parent="audit", reports=True)),
    parts={
        "classes": classes_data((DEFAULT_FLOW,), (EVERYTHING,)),
        "limits": {"sign_days": 2},
        "numbers": {"problem": "{prefix}-{year}-{n:4}", "letter": "督〔{year}〕{n}号"},
    },
    policy=DEFAULT_POLICY,
    calendar=Calendar("", published=frozenset({2026})),
)


def test_a_file_comes_back_as_it_went_out():
    read = read_setup_file(FILE.as_bytes())
    assert read.as_bytes() == FILE.as_bytes()
    assert read.sources == FILE.sources


def _with(**changes: Any) -> bytes:
    return json.dumps({**json.loads(FILE.as_bytes()), **changes}).encode()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "读不出来"),
        (b"\xff\xfe\x00", "读不出来"),
        (b"[" * 100_000, "读不出来"),
        (b"[]", "不是一份设置文件"),
        (b'{"format": "other"}', "不是一份设置文件"),
        (_with(version=2), "版本"),
        (_with(secrets=1), "不认识"),
        (b" " * (2 * 1024 * 1024 + 1), "太大"),
        (_with(classes={"flows": [], "classes": []}), "1至"),
        (_with(classes=3), "问题类别"),
        (_with(limits={"sign_days": -5}), "sign_days"),
        (_with(numbers={"problem": "x"}), "编号格式"),
        (_with(sources=[{"code": "x"}]), "内容不完整"),
        (_with(sources=[{"code": "x", "name": "甲", "parent": "later"}]), "内容不完整"),
        (_with(sources=[{"code": "x", "name": "甲"}] * 2), "内容不完整"),
        (_with(colours={"name": "x", "rules": []}), "最后一条"),
        (_with(calendar={"days_off": ["2026-13-01"], "makeup_days": [], "published_years": []}), "内容不完整"),
        (
            _with(calendar={"days_off": ["2026-10-01"], "makeup_days": ["2026-10-01"], "published_years": []}),
            "内容",
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_what_is_wrong_with_it(content: bytes, why: str):
    assert why in words_of(lambda: read_setup_file(content))


def test_classes_from_data_name_no_flow_that_is_not_there():
    data = classes_data((DEFAULT_FLOW,), (replace(EVERYTHING, flow="gone"),))
    assert "不存在" in words_of(lambda: classes_from_data(data))
