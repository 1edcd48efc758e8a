"""The table by unit as people use it: figures open to their rows, days, units below, Excel, reminders, print."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import openpyxl
import pytest
from django.test import Client

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Role, Stage
from bihuan.ledger.actions import dispatch
from bihuan.ledger.models import Problem
from bihuan.organisations.actions import assign_post, create_person, create_unit
from bihuan.web.unit_table import GROUPS
from bihuan.web.views import ledger_print
from tests.world import START, days_later

pytestmark = pytest.mark.django_db
TABLE, LIST = "/ledger/by-unit/", "/ledger/"


@pytest.fixture
def busy(world):
    """Problems at several stages for a bureau, one for a bureau of the county, one for the city itself."""
    for stage in (Stage.LISTED, Stage.DISPATCHED, Stage.UNDER_WAY, Stage.CLOSEOUT_ASKED, Stage.ACCEPTED):
        world.through(stage)
    made = world.register(1, lead_unit_id=world.units["county_education"].pk)
    made += world.register(1, lead_unit_id=world.units["city"].pk)
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id for problem in made])
    return world


def page(client: Client, address: str = TABLE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def figures(html: str) -> list[tuple[str, str, str]]:
    """Every figure that opens: its column, its number, its address."""
    cells = re.findall(r'<td class="num fig-(\w+)[^"]*"><a href="([^"]+)">(.*?)</a>', html)
    return [(code, re.sub(r"<[^>]+>.*?</[^>]+>", "", text), unescape(address)) for code, address, text in cells]


def numbers(html: str) -> list[tuple[str, str]]:
    """Every figure that opens: its column, its number."""
    return [(code, number) for code, number, _address in figures(html)]


def shown_rows(html: str) -> dict[str, list[str]]:
    """The counts of every row of the table, by the name at its head."""
    found = {}
    for row in re.findall(r'<tr[^>]*><th class="unit" scope="row">.*?</tr>', html, re.S):
        cells = re.findall(r'<td class="num fig-(?!rate)[^>]*>(.*?)</td>', row)
        name = re.sub(r'<a class="remind.*', "", row.partition("</th>")[0])
        found[unescape(re.sub(r"<[^>]+>", "", name))] = [re.sub(r"<[^>]+>|▲", "", cell) for cell in cells]
    return found


def listed(client, address: str) -> list[str]:
    return [row.number for row in client.get(address).context["page"].rows]


@pytest.mark.parametrize("name", ["coordinator", "auditor", "county_coordinator", "liaison"])
@pytest.mark.parametrize("later", [0, 60])
def test_every_figure_opens_as_many_problems_as_it_says(busy, sign_in, name, later):
    client = sign_in(name)
    with days_later(later):
        for query in ("", f"?on={START}", f"?on={START + timedelta(days=90)}"):
            found = figures(page(client, TABLE + query))
            assert found
            for code, number, address in found:
                assert len(listed(client, address)) == int(number), (code, address)


def test_a_past_day_keeps_its_figures_whatever_happens_later(busy, sign_in):
    client = sign_in("coordinator")
    before = numbers(page(client))
    with days_later(30):
        for problem in Problem.objects.filter(stage=Stage.DISPATCHED, lead_unit=busy.units["housing"]):
            busy._sign(problem.id)
        assert numbers(page(client, f"{TABLE}?on={START}")) == before
        assert numbers(page(client)) != before


def test_the_list_says_which_day_it_shows(busy, sign_in):
    client = sign_in("coordinator")
    with days_later(60):
        html = page(client, f"{LIST}?figure=unsigned&on={START}&unit={busy.units['housing'].pk}")
        assert f"截至{START} · 待签收" in html
        assert "列出的各栏是现在的情况" in html
        ahead = page(client, f"{LIST}?figure=overdue&on={clock.today() + timedelta(days=9)}")
        assert "预计到" in ahead
        assert "列出的各栏是现在的情况" not in ahead
    assert "列出的各栏" not in page(client, f"{LIST}?figure=unsigned&on={START}")


def test_taking_the_figure_out_of_the_filter_takes_its_day_along(busy, sign_in):
    chips = sign_in("coordinator").get(f"{LIST}?figure=unsigned&on={START}&alone=1&unit=1").context["chips"]
    assert [chip.without for chip in chips if "截至" in chip.label] == ["?unit=1"]


def test_nonsense_in_the_address_is_today_and_the_own_unit(busy, sign_in):
    client = sign_in("coordinator")
    plain = page(client)
    for query in (
        "?on=x",
        "?on=0001-01-01",
        "?on=9999-12-31",
        "?unit=x",
        "?sort=colour",
        "?sort=--done",
        "?unit=-1",
    ):
        assert figures(page(client, TABLE + query)) == figures(plain), query
    for query in (
        "?figure=x",
        "?figure=overdue&on=9999-12-31",
        "?figure=due_soon&on=0001-01-01",
        "?figure=red&unit=x",
    ):
        assert client.get(LIST + query).status_code == 200


def test_a_day_to_come_says_that_it_is_a_forecast(busy, sign_in):
    html = page(sign_in("coordinator"), f"{TABLE}?on={START + timedelta(days=40)}")
    assert "这是预计，不是统计" in html
    assert "分单位预计表" in html
    assert "reminders" not in html


def test_a_day_before_the_unit_was_there_says_so(busy, sign_in):
    client = sign_in("coordinator")
    day = START - timedelta(days=1)
    assert "那时还没有这个单位" in page(client, f"{TABLE}?on={day}")
    assert client.get(f"{TABLE}export/?on={day}").status_code == 404


def test_units_out_of_sight_do_not_exist(busy, sign_in):
    city, housing = busy.units["city"].pk, busy.units["housing"].pk
    county = sign_in("county_coordinator")
    for unit in (city, housing, 10**8):
        for address in (f"{TABLE}?unit={unit}", f"{TABLE}export/?unit={unit}", f"{TABLE}reminders/?of={unit}"):
            assert county.get(address).status_code == 404, address
        assert county.get(f"{TABLE}?unit={unit}&on={START - timedelta(days=9)}").status_code == 404
        assert listed(county, f"{LIST}?figure=dispatched&unit={unit}&on={START}") in ([], _of_county(busy, unit))


def _of_county(world, unit):
    return list(
        Problem.objects.filter(lead_unit=world.units["county_education"]).values_list("number", flat=True)
        if unit == world.units["city"].pk
        else []
    )


def test_nothing_is_told_of_what_is_out_of_sight_on_a_past_day(busy, sign_in):
    with days_later(5):
        html = page(sign_in("liaison"), f"{LIST}?figure=dispatched&on={START}&unit={busy.units['city'].pk}")
    assert "另有" not in html


def test_the_units_below_open_and_lead_back_up(busy, sign_in):
    client = sign_in("coordinator")
    county = busy.units["county"].pk
    assert f"?unit={county}" in page(client)
    below = page(client, f"{TABLE}?unit={county}")
    assert "禾丰县教育局" in below
    assert "禾丰县本级" in below
    assert f'href="?unit={busy.units["city"].pk}"' in below


def test_the_excel_file_holds_the_same_values_with_time_office_and_root(busy, sign_in):
    client = sign_in("coordinator")
    response = client.get(f"{TABLE}export/?on={START}")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0][0] == "云汀市问题整改情况分单位统计表"
    when = str(rows[1][0])
    assert when.startswith("统计时间：2026-03-02")
    assert when.endswith("填表单位：云汀市")
    width = 1 + sum(len(codes) for _name, codes in GROUPS) + 1
    assert rows[3][1] == "交办数"
    assert rows[3][width - 1] == "完成率"
    assert len(rows[3]) == width
    table = {row[0]: row[1:width] for row in rows[4:9]}
    shown = shown_rows(page(client))
    assert len(shown) == 5
    for name, counts in shown.items():
        assert [str(count) for count in table[name][:-1]] == counts
    assert table["合计"][-1] == 0
    assert table["市水利局"][-1] == "—"
    assert sheet.cell(9, 2).font.bold
    assert not sheet.cell(8, 2).font.bold
    assert str(rows[9][0]).startswith("校验根：")
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    entry = Entry.objects.filter(kind="export").order_by("recorded_at").last()
    assert entry is not None
    assert '"table":"by_unit"' in entry.body


def test_a_name_is_text_on_the_page_too(busy, sign_in):
    create_unit(name='<i>&"100%', kind="bureau", parent=busy.units["city"], region=busy.region)
    html = page(sign_in("coordinator"))
    assert "&lt;i&gt;&amp;&quot;100%" in html
    assert "<i>" not in html


def test_a_name_that_looks_like_a_formula_stays_a_name(busy, sign_in):
    create_unit(name="=1+1", kind="bureau", parent=busy.units["city"], region=busy.region)
    response = sign_in("coordinator").get(f"{TABLE}export/")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1")
    assert cell.data_type == "s"


def texts(html: str) -> list[str]:
    return [unescape(text).strip() for text in re.findall(r"<textarea[^>]*>(.*?)</textarea>", html, re.S)]


def test_a_reminder_is_ready_to_paste(busy, sign_in):
    client = sign_in("coordinator")
    housing = busy.units["housing"].pk
    with days_later(120):
        text = texts(page(client, f"{TABLE}reminders/?of={housing}"))[0]
        lines = text.splitlines()
        assert lines[0] == "【整改催办】市住房和城乡建设局"
        assert lines[1].endswith("，贵单位已超时限2项、待签收1项。")
        assert lines[2] == "一、已超时限2项："
        assert re.match(r"1\. YT2026-\d+ .+，时限2026-\d\d-\d\d，已超\d+天$", lines[3])
        assert lines[-1].startswith("云汀市 2026年6月30日")
        only = texts(page(client, f"{TABLE}reminders/?of={housing}&kind=unsigned"))[0]
        assert "待签收1项" in only
        assert "已超时限" not in only
        everybody = texts(page(client, f"{TABLE}reminders/"))
        assert [text.splitlines()[0] for text in everybody] == [
            "【整改催办】市住房和城乡建设局",
            "【整改催办】禾丰县",
        ]
        assert "（县教育局牵头）" in everybody[1]
    assert not Entry.objects.filter(action__contains="remind").exists()


def test_a_reminder_in_english(busy, sign_in):
    client = sign_in("coordinator")
    client.post("/language/", {"language": "en", "next": "/"})
    with days_later(120):
        text = texts(page(client, f"{TABLE}reminders/?of={busy.units['housing'].pk}"))[0]
    assert "2 overdue" in text
    assert "1 to be signed for" in text
    assert "days over" in text
    assert "，" not in re.sub(r"\d\. .*", "", text)


def test_more_than_ten_are_counted_not_named(world, sign_in):
    made = world.register(13)
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id for problem in made])
    text = texts(page(sign_in("coordinator"), f"{TABLE}reminders/"))[0]
    assert text.count("\n10. ") == 1
    assert "\n11. " not in text
    assert "……等13项" in text


def test_the_ledger_on_paper_has_every_row_and_says_what_it_is(busy, sign_in, monkeypatch):
    client = sign_in("coordinator")
    html = page(client, "/ledger/print/?stage=under_way&q=井盖")
    assert "统计时间：2026-03-02" in html
    assert "填表单位：云汀市" in html
    assert "整改中；含“井盖”" in html
    assert "paper_a3_landscape.css" in html
    assert re.findall(r"YT2026-\d+", html) == listed(client, "/ledger/?stage=under_way&q=井盖")
    everything = page(client, "/ledger/print/?scope=all")
    assert len(re.findall(r"<td[^>]*>YT2026-\d+", everything)) == Problem.objects.count()
    assert "这里只印前" not in everything
    monkeypatch.setattr(ledger_print, "MOST", 3)
    few = page(client, "/ledger/print/?scope=all")
    assert "这里只印前3条" in few
    assert "共3条" in few


def test_a_city_with_five_hundred_direct_units(busy, sign_in, django_assert_max_num_queries):
    city = busy.units["city"]
    for n in range(500):
        name = (
            f"第{n}号"
            + "云汀市城乡基础设施综合管理与运行维护服务保障中心北部片区第三管理站分站"[: 40 - len(f"第{n}号")]
        )
        create_unit(name=name, kind="institution", parent=city, region=busy.region)
    client = sign_in("coordinator")
    with django_assert_max_num_queries(20):
        html = page(client, f"{TABLE}?sort=-overdue")
    assert html.count('<th class="unit" scope="row">') == 505
    assert "paper-portrait" in html  # on several sheets, in type that can be read
    response = client.get(f"{TABLE}export/")
    assert response.status_code == 200


def test_an_administrator_in_that_post_sees_no_figures(world, sign_in):
    person = create_person(username="keeper", name="管一山", password=None, region_id=1)
    assign_post(person=person, unit=world.units["city"], role=Role.ADMINISTRATOR)
    world.people["keeper"] = person
    client = sign_in("keeper")
    for address in (TABLE, f"{TABLE}export/", f"{TABLE}reminders/", "/ledger/print/"):
        assert client.get(address).status_code == 403
