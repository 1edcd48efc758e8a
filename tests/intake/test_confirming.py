"""Drafts are gone over and confirmed: all become problems, or none."""

from __future__ import annotations

from datetime import date

import pytest

from bihuan.book.models import Entry
from bihuan.domain.case import Horizon, Urgency
from bihuan.domain.refusals import Denied, Refused
from bihuan.intake import actions, drafting, queries
from bihuan.intake.drafting import Correction
from bihuan.intake.mapping import Defaults
from bihuan.intake.models import Reading
from bihuan.ledger.actions.sources import add_source
from bihuan.ledger.models import Problem, Responsibility
from bihuan.ledger.models.problem import Origin
from bihuan.organisations.actions import set_unit_active
from tests.documents.build import xlsx
from tests.intake.files import AT_ONCE, NEAR, NO_SUCH_DAY, PLAIN, STANDING, leave_out, ledger, receive

pytestmark = pytest.mark.django_db


def confirm(city, reading, **values):
    return actions.confirm(
        actor=city.actor("coordinator"), reading=reading, defaults=Defaults(**values) if values else None
    )


def match(city, reading, **decisions):
    units = {name: tuple(city.units[key].pk for key in keys) for name, keys in decisions.items()}
    actions.match_units(actor=city.actor("coordinator"), reading=reading, decisions=units)


def names_with(problem, role):
    rows = Responsibility.objects.filter(problem_id=problem.id, role=role).select_related("unit")
    return [row.unit.name for row in rows.order_by("id")]


def refusal(city, reading):
    with pytest.raises(Refused) as caught:
        confirm(city, reading)
    assert not Problem.objects.exists()
    assert Reading.objects.get(id=reading.id).state == Reading.State.OPEN
    return str(caught.value)


class TestWhatBecomesOfARow:
    def test_everything_the_row_says_about_the_problem(self, city, tmp_path):
        source = add_source(code="own", name="自查", region_id=1)
        reading = receive(city, ledger(tmp_path, PLAIN))
        (problem,) = confirm(city, reading, source_id=source.pk, origin=Origin.CARRIED, urgency=Urgency.DIFFICULT)
        problem = Problem.objects.get(id=problem.id)
        assert (problem.number, problem.stage, problem.progress) == ("YT2026-00001", "listed", 0)
        assert (problem.text, problem.category) == (PLAIN[2].rstrip("。"), "城市管理")
        assert (problem.source, problem.origin, problem.urgency) == (source, "carried", "difficult")
        assert (problem.horizon, problem.wanted_due) == ("by_date", date(2026, 9, 30))
        assert names_with(problem, "lead") == ["市住房和城乡建设局"]
        assert names_with(problem, "support") == ["市水利局"]
        assert [m.text for m in problem.measures.order_by("place")] == ["设置围挡", "更换防沉降井盖"]
        lead = Responsibility.objects.get(problem_id=problem.id, role="lead")
        assert lead.person == "贺知远"

    def test_its_place_in_the_file_is_on_the_record(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN))
        (problem,) = confirm(city, reading)
        place = {"file": reading.name, "sheet": "整改台账", "row": 3, "reading": str(reading.id)}
        assert Problem.objects.get(id=problem.id).place == place
        assert str(reading.id) in Entry.objects.get(subject=problem.id).body

    def test_what_the_file_claims_stays_a_claim(self, city, tmp_path):
        (problem,) = confirm(city, receive(city, ledger(tmp_path, PLAIN)))
        assert problem.claims == {
            "no": "1",
            "status": "done",
            "status_raw": "已完成",
            "progress": "井盖已全部更换",
            "deadline_raw": "2026年9月底前",
            "deadline_date": "2026-09-30",
            "person": "贺知远",
        }
        assert (problem.stage, problem.closed_on, problem.accepted_on) == ("listed", None, None)
        assert all(m.progress == 0 for m in problem.measures.all())

    @pytest.mark.parametrize(
        ("row", "horizon"), [(AT_ONCE, "at_once"), (STANDING, "standing"), (PLAIN, "by_date")]
    )
    def test_horizons(self, city, tmp_path, row, horizon):
        reading = receive(city, ledger(tmp_path, row))
        leave_out(city, reading)
        assert confirm(city, reading)[0].horizon == horizon

    def test_further_leading_units_support(self, city, tmp_path):
        row = (*PLAIN[:4], "市水利局、市住建局", "临泽县", *PLAIN[6:])
        (problem,) = confirm(city, receive(city, ledger(tmp_path, row)))
        assert names_with(problem, "lead") == ["市水利局"]
        assert set(names_with(problem, "support")) == {"市住房和城乡建设局", "临泽县"}

    def test_a_phrase_for_several_units_supports_and_leads_nothing(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, AT_ONCE))
        match(city, reading, **{"各县（市、区）教育局": ("county_education", "linze_education")})
        assert queries.outlook(reading, queries.names_of(reading), date(2026, 3, 2)).without_lead == 1
        (problem,) = confirm(city, reading)
        assert problem.lead_unit_id is None
        assert set(names_with(problem, "support")) == {"禾丰县教育局", "临泽县教育局"}

    def test_a_name_left_out_stays_as_a_claim(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, NEAR))
        match(city, reading, 水务局=("water",))
        leave_out(city, reading)
        (problem,) = confirm(city, reading)
        assert names_with(problem, "lead") == ["市水利局"]
        assert problem.claims["units"] == ["住建局"]

    def test_a_source_that_the_row_names_comes_before_the_files(self, city, tmp_path):
        audit, own = (add_source(code=c, name=n, region_id=1) for c, n in (("audit", "审计"), ("own", "自查")))
        rows = [
            ("序号", "问题来源", "存在问题", "责任单位"),
            ("1", "审计", "往来款项长期挂账。", "市水利局"),
            ("2", "", "台账更新不及时。", "市水利局"),
            ("3", "群众来信", "路灯不亮。", "市水利局"),
        ]
        problems = confirm(city, receive(city, xlsx(tmp_path / "来源.xlsx", rows)), source_id=own.pk)
        assert [problem.source_id for problem in problems] == [audit.pk, own.pk, own.pk]
        assert problems[2].claims["source"] == "群众来信"

    def test_columns_that_are_no_field_stay_behind(self, city, tmp_path):
        """They may name who complained, and the unit complained of sees the claims."""
        rows = [
            ("序号", "存在问题", "责任单位", "来电人", "联系电话"),
            ("1", "路灯不亮。", "市水利局", "某甲", "未留号码"),
        ]
        reading = receive(city, xlsx(tmp_path / "热线.xlsx", rows))
        (problem,) = confirm(city, reading)
        assert "某甲" not in str(problem.claims) + str(problem.place)
        assert "未留号码" not in Entry.objects.get(subject=problem.id).body


class TestWhatStandsInTheWay:
    def test_a_unit_name_without_a_decision(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN, NEAR))
        assert "还有2个单位名称没有对应" in refusal(city, reading)
        leave_out(city, reading)
        assert len(confirm(city, reading)) == 2

    def test_a_date_that_does_not_exist(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN, NO_SUCH_DAY))
        assert "还有1行有错误" in refusal(city, reading)

    def test_nothing_left_to_register(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN))
        drafting.drop_draft(actor=city.actor("coordinator"), reading=reading, place=1)
        assert "没有可以登记的问题" in refusal(city, reading)

    def test_a_unit_closed_since_it_was_matched(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, NEAR))
        match(city, reading, 水务局=("finance",))
        leave_out(city, reading)
        set_unit_active(unit=city.units["finance"], active=False)
        assert "已经停用" in refusal(city, reading)

    def test_a_failure_on_the_way_registers_nothing(self, city, tmp_path, monkeypatch):
        reading = receive(city, ledger(tmp_path, PLAIN, STANDING))
        made = []

        def fail(mapper, draft):
            made.append(draft)
            raise Refused(Denied("其中一条不行。"))

        monkeypatch.setattr("bihuan.intake.mapping.Mapper.problem", fail)
        assert refusal(city, reading) == "其中一条不行。"
        assert made

    def test_another_offices_coordinator(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN))
        with pytest.raises(Refused, match="不是您所在单位的"):
            actions.confirm(actor=city.actor("county_coordinator"), reading=reading)


class TestGoingOver:
    def correct(self, city, reading, place, **values):
        item = reading.drafts.get(place=place).item
        same = {name: item.get(name, "") for name in ("problem", "category")}
        same |= {name: tuple(item.get(name, ())) for name in ("measures", "lead_units", "support_units")}
        drafting.edit_draft(
            actor=city.actor("coordinator"),
            reading=reading,
            place=place,
            correction=Correction(**{**same, **values}),
        )

    def test_a_date_put_right_is_no_fault_any_more(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, NO_SUCH_DAY))
        self.correct(city, reading, 1, deadline_date=date(2026, 2, 28))
        (problem,) = confirm(city, reading)
        assert problem.wanted_due == date(2026, 2, 28)
        assert problem.claims["deadline_raw"] == "2026年2月30日", "what the file says is never changed"

    def test_a_unit_name_put_right_is_matched_like_one_that_was_read(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, NEAR))
        self.correct(city, reading, 1, lead_units=("市水利局",), support_units=())
        assert [(row.name, row.settled) for row in queries.names_of(reading)] == [("市水利局", True)]
        assert names_with(confirm(city, reading)[0], "lead") == ["市水利局"]

    def test_a_name_still_in_another_row_still_has_to_be_decided(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, NEAR, (*NEAR[:5], "", *NEAR[6:])))
        self.correct(city, reading, 1, lead_units=("市水利局",), support_units=())
        assert [(row.name, row.count) for row in queries.names_of(reading) if not row.settled] == [("水务局", 1)]

    def test_a_horizon_can_be_chosen(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN))
        self.correct(city, reading, 1, horizon=Horizon.STANDING)
        (problem,) = confirm(city, reading)
        assert (problem.horizon, problem.wanted_due) == ("standing", None)

    def test_an_empty_problem_is_refused(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN))
        with pytest.raises(Refused, match="还没有填写问题内容"):
            self.correct(city, reading, 1, problem="  ")

    def test_a_row_left_out_takes_its_names_and_faults_with_it_and_back(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN, NEAR, NO_SUCH_DAY))
        actor = city.actor("coordinator")
        for place in (2, 3):
            drafting.drop_draft(actor=actor, reading=reading, place=place)
        assert all(row.settled for row in queries.names_of(reading))
        drafting.drop_draft(actor=actor, reading=reading, place=2, dropped=False)
        drafting.drop_draft(actor=actor, reading=reading, place=2, dropped=False)
        assert [row.count for row in queries.names_of(reading) if row.name == "水务局"] == [1]

    def test_units_beside_the_office_cannot_be_chosen(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, NEAR))
        with pytest.raises(Refused, match="不在您所在单位之下"):
            actions.match_units(actor=city.actor("coordinator"), reading=reading, decisions={"水务局": (999999,)})


class TestTheEnd:
    def test_a_second_confirmation_does_nothing(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN, STANDING))
        assert len(confirm(city, reading)) == 2
        assert confirm(city, reading) == []
        assert Problem.objects.count() == 2

    def test_the_order_is_that_of_the_file(self, city, tmp_path):
        problems = confirm(city, receive(city, ledger(tmp_path, STANDING, PLAIN)))
        assert [p.claims["no"] for p in problems] == ["4", "1"]
        assert [p.number for p in problems] == ["YT2026-00001", "YT2026-00002"]

    def test_after_that_nothing_can_be_changed(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN))
        confirm(city, reading)
        actor = city.actor("coordinator")
        for change in (
            lambda: drafting.drop_draft(actor=actor, reading=reading, place=1),
            lambda: actions.match_units(actor=actor, reading=reading, decisions={"市住建局": None}),
            lambda: drafting.edit_draft(actor=actor, reading=reading, place=1, correction=Correction("改")),
            lambda: actions.discard(actor=actor, reading=reading),
        ):
            with pytest.raises(Refused, match="已经登记入账"):
                change()

    def test_what_was_given_up_cannot_be_confirmed(self, city, tmp_path):
        reading = receive(city, ledger(tmp_path, PLAIN))
        actions.discard(actor=city.actor("coordinator"), reading=reading)
        with pytest.raises(Refused, match="已经放弃"):
            confirm(city, reading)
        assert not Problem.objects.exists()

    def test_many_rows_take_few_statements(self, city, tmp_path, django_assert_max_num_queries):
        rows = (("", "", f"第{n}处井盖下沉。", "更换", "市住建局", "市水利局", "", "", "", "") for n in range(300))
        reading = receive(city, ledger(tmp_path, *rows))
        with django_assert_max_num_queries(80):
            assert len(confirm(city, reading)) == 300
