"""Parts and links on the pages: what is shown, to whom, and what is said to lines that cannot be read."""

from __future__ import annotations

from bihuan.domain.case import Stage
from bihuan.ledger.actions.handing_down import NewPart, hand_down
from bihuan.ledger.models import Problem
from bihuan.organisations.actions import create_unit

MOST_QUERIES = 20


def many_parts(world, count):
    city = world.units["city"]
    units = [
        create_unit(name=f"第{n}街道", kind="township", parent=city, region=world.region) for n in range(count)
    ]
    whole = world.through(Stage.UNDER_WAY, measures=())
    parts = [NewPart(unit.pk) for unit in units]
    hand_down(actor=world.actor("coordinator"), problem=whole.id, parts=parts).only()
    return whole


def test_a_hundred_and_twenty_parts_are_shown_fifty_at_a_time(world, sign_in, django_assert_max_num_queries):
    whole = many_parts(world, 120)
    office = sign_in("coordinator")
    office.get(f"/problems/{whole.id}/")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = office.get(f"/problems/{whole.id}/").content.decode()
    assert page.count('class="part-unit"') == 50
    assert "查看全部120个部分" in page
    assert "分解为120个部分" in page
    assert page.count("新增措施") == 0, "the record would be longer than the page"
    with django_assert_max_num_queries(MOST_QUERIES):
        last = office.get(f"/problems/{whole.id}/parts/?page=3").content.decode()
    assert last.count('class="part-unit"') == 20
    assert "均等" in last
    assert office.get(f"/problems/{whole.id}/parts/?page=x&colour=nonsense").status_code == 200
    liaison = sign_in("liaison").get(f"/problems/{whole.id}/parts/").content.decode()
    assert "120个部分不在您的可见范围" in liaison
    assert "YT2026-00002" not in liaison
    assert office.get(f"/problems/{Problem.objects.get(number='YT2026-00002').id}/parts/").status_code == 404


def test_lines_that_cannot_be_read_are_named_and_stay(world, sign_in):
    whole = world.through(Stage.UNDER_WAY, measures=())
    lines = "市水利局\t\t2026-02-31\n无此单位\n县教育局|很多\n市水利局|101"
    office, address = sign_in("coordinator"), f"/problems/{whole.id}/hand_down/"
    sent = {"version": whole.version, "lines": lines}
    answer = office.post(address, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    for told in ("第1行：没有“2026-02-31”这一天", "第2行：没有找到单位", "第3行：看不懂占比", "第4行：看不懂占比"):
        assert told in page
    assert "无此单位" in page
    assert "还没有填承办单位" in office.post(address, {**sent, "lines": " "}).content.decode()
    assert not Problem.objects.filter(above_id=whole.id).exists()


def test_all_units_directly_below_get_a_part_and_may_get_it_later(world, sign_in):
    whole = world.through(Stage.UNDER_WAY, measures=())
    sent = {"version": whole.version, "lines": "禾丰县||2026-03-10|先查县城", "everybody": "on"}
    assert sign_in("coordinator").post(f"/problems/{whole.id}/hand_down/", sent).status_code == 302
    parts = list(Problem.objects.filter(above_id=whole.id).order_by("number"))
    assert {part.lead_unit_id for part in parts} == {world.units[u].pk for u in ("county", "housing", "water")}
    assert {part.stage for part in parts} == {Stage.LISTED}
    assert (parts[0].text, str(parts[0].wanted_due)) == ("先查县城", "2026-03-10")
