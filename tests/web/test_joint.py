"""Joint work and named people on the pages: what each unit sees of the others, whose word is asked for where."""

from __future__ import annotations

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.ledger.actions.naming_duties import Named, name_duties
from bihuan.ledger.actions.working import PlannedMeasure, set_measures
from bihuan.ledger.models import Duty


def test_a_supporting_unit_sees_how_far_all_are_and_the_measures_of_none_but_itself(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    housing, water = world.units["housing"].pk, world.units["water"].pk
    planned = [
        PlannedMeasure("更换井盖三十处", 70, problem.due, housing),
        PlannedMeasure("疏通管涵", 30, clock.today(), water),
    ]
    set_measures(actor=world.actor("liaison"), problem=problem.id, measures=planned).only()
    client = sign_in("support")
    page = client.get(f"/problems/{problem.id}/").content.decode()
    part = page[page.index('class="grid joint-parts"') :]
    assert part.index("市住房和城乡建设局") < part.index("市水利局")
    assert "70%" in part
    assert "30%" in part
    assert "疏通管涵" in page
    assert "更换井盖三十处" not in page
    assert "配合任务待签收" in client.get("/").content.decode()
    assert problem.number in client.get("/ledger/?waiting=part").content.decode()


def test_whose_word_is_asked_for_and_where_the_choice_is_doubtful(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    one = Named(world.units["housing"].pk, world.people["liaison"].pk)
    office = world.actor("coordinator")
    name_duties(actor=office, problem=problem.id, named={Duty.Kind.INSPECTING: one}).only()
    mine, theirs = (
        sign_in(who).get(f"/problems/{problem.id}/").content.decode() for who in ("liaison", "coordinator")
    )
    link = f'href="/problems/{problem.id}/confirm_duty/"'
    assert link in mine
    assert link not in theirs
    for page in (mine, theirs):
        assert "待本人确认" in page
        assert "相当于自己核查自己" in page
    assert "请您确认的职责" in sign_in("liaison").get("/").content.decode()
    others = sign_in("coordinator").get(f"/problems/{problem.id}/confirm_duty/").content.decode()
    assert "没有等您确认的职责" in others


def test_names_of_units_are_looked_up_for_a_problem_in_sight(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    asked = {"problem": str(problem.id), "u-1-unit": "教育"}
    assert "禾丰县教育局" in sign_in("liaison").get("/ledger/new/units/", asked).content.decode()
    assert "禾丰县教育局" not in sign_in("stranger").get("/ledger/new/units/", asked).content.decode()
    assert sign_in("liaison").get("/ledger/new/units/", {"problem": "\0", "q": "教育"}).status_code == 200
