"""The ledger page as people use it: filters, sorting, pages, counts, views, columns, export."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import openpyxl
import pytest

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.ledger.models import Problem, SavedView
from bihuan.ledger.queries import visible_to
from tests.world import days_later

pytestmark = pytest.mark.django_db


def numbers(response) -> list[str]:
    """The numbers of the problems on a page, in order."""
    return re.findall(r'aria-label="选中(YT[\d-]+)"|data-label="编号">(YT[\d-]+)<', response.content.decode())


def shown(response) -> list[str]:
    return [row.number for row in response.context["page"].rows]


@pytest.fixture
def mixed(world):
    """Problems in several stages."""
    for stage in (Stage.LISTED, Stage.DISPATCHED, Stage.UNDER_WAY, Stage.CLOSEOUT_ASKED, Stage.ACCEPTED):
        world.through(stage, title=f"泵站淤积-{stage}")
    return world


def test_what_is_open_is_shown_first_and_everything_on_request(mixed, sign_in):
    with days_later(40):
        closed = mixed.through(Stage.CLOSED)
    client = sign_in("coordinator")
    assert closed.number not in shown(client.get("/ledger/"))
    assert closed.number in shown(client.get("/ledger/?scope=all"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("stage=listed", ["listed"]),
        ("stage=listed&stage=accepted", ["listed", "accepted"]),
        ("colour=grey", ["listed"]),
        ("colour=green", ["accepted"]),
        ("q=淤积", ["listed", "dispatched", "under_way", "closeout_asked", "accepted"]),
        ("q=泵站 under_way", ["under_way"]),
        ("q=没有这样的词", []),
        ("due=none", ["listed"]),
        ("waiting=dispatch", ["listed"]),
        ("waiting=publish", ["accepted"]),
        ("horizon=standing", []),
        ("stage=nonsense&colour=;drop", ["listed", "dispatched", "under_way", "closeout_asked", "accepted"]),
    ],
)
def test_a_filter_in_the_address_shows_exactly_its_rows(mixed, sign_in, query, expected):
    page = sign_in("coordinator").get(f"/ledger/?{query}")
    assert {row.stage for row in page.context["page"].rows} == set(expected)


@pytest.mark.parametrize(
    "query", ["", "stage=listed", "colour=blue", "q=淤积", "due=month", "scope=all", "turns=month"]
)
def test_the_count_is_that_of_the_list_and_of_the_export(mixed, sign_in, query):
    client = sign_in("coordinator")
    rows = shown(client.get(f"/ledger/?{query}"))
    summary = client.get(f"/ledger/summary/?{query}")
    assert summary.context["total"] == len(rows)
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"/ledger/export/?{query}").getvalue())).worksheets[0]
    exported = [
        cell for row in sheet.iter_rows(values_only=True) for cell in row if str(cell).startswith("YT2026")
    ]
    assert exported == rows


@pytest.mark.parametrize("sort", ["due", "-due", "number", "-number", "changed", "-changed", "unit", "dispatched"])
def test_pages_follow_one_another_without_gap_or_repeat(world, sign_in, sort):
    world.register(130)
    world.through(Stage.DISPATCHED, wanted_due=clock.today() + timedelta(days=9))
    client = sign_in("coordinator")
    seen, address = [], f"/ledger/?sort={sort}"
    while address:
        page = client.get(address).context["page"]
        seen += [row.number for row in page.rows]
        address = f"/ledger/?sort={sort}&after={page.following.as_text()}" if page.following else ""
    assert len(seen) == len(set(seen)) == 131
    page = client.get(f"/ledger/?sort={sort}&before={page.preceding.as_text()}").context["page"]
    assert [row.number for row in page.rows] == seen[50:100]


def test_a_page_takes_few_queries_however_many_rows(world, sign_in, django_assert_max_num_queries):
    world.register(60)
    client = sign_in("coordinator")
    client.get("/ledger/")
    with django_assert_max_num_queries(12):
        client.get("/ledger/")


def test_everybody_sees_their_part_and_nothing_else(mixed, sign_in):
    for name in mixed.people:
        expected = set(visible_to(mixed.actor(name)).values_list("number", flat=True))
        page = sign_in(name).get("/ledger/?scope=all")
        if name == "administrator":
            assert page.status_code == 403
        else:
            assert set(shown(page)) == expected
    assert shown(sign_in("stranger").get("/ledger/?scope=all")) == []
    assert "还没有您单位的问题" in sign_in("stranger").get("/ledger/").content.decode()


def test_views_are_kept_for_oneself(mixed, sign_in):
    client = sign_in("coordinator")
    client.post("/ledger/views/", {"name": "催办", "query": "colour=red&after=xyz"})
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("催办", "colour=red")
    assert "催办" in client.get("/ledger/").content.decode()
    assert "催办" not in sign_in("liaison").get("/ledger/").content.decode()
    sign_in("liaison").post(f"/ledger/views/{view.pk}/delete/")
    assert SavedView.objects.exists()
    client.post(f"/ledger/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_columns_chosen_once_stay_for_the_session(mixed, sign_in):
    client = sign_in("coordinator")
    client.get("/ledger/?cols=number&cols=support")
    page = client.get("/ledger/").content.decode()
    assert re.findall(r'<th class="col-(\w+)', page) == ["number", "support"]
    assert "市水利局" in page


def test_a_formula_typed_as_a_title_is_exported_as_text(world, sign_in):
    world.register(1, title='=HYPERLINK("http://x","点我")')
    file = sign_in("coordinator").get("/ledger/export/").getvalue()
    sheet = openpyxl.load_workbook(io.BytesIO(file)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert cells
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)


def test_an_export_is_on_the_record(mixed, sign_in):
    sign_in("coordinator").get("/ledger/export/?stage=listed")
    entry = Entry.objects.get(kind="export")
    assert entry.person_id == mixed.people["coordinator"].pk
    assert '"rows":1' in entry.body


def test_a_tampered_cursor_gives_the_first_page(mixed, sign_in):
    client = sign_in("coordinator")
    assert shown(client.get("/ledger/?after=%00%ff!!")) == shown(client.get("/ledger/"))


def test_turning_soon_is_a_list_that_can_be_opened(world, sign_in):
    world.through(Stage.UNDER_WAY, wanted_due=clock.today() + timedelta(days=3))
    world.through(Stage.UNDER_WAY, wanted_due=clock.today() + timedelta(days=60), measures=())
    client = sign_in("coordinator")
    assert len(shown(client.get("/ledger/?turns=week"))) == 1
    desk = client.get("/")
    assert len(desk.context["turning"]) == 1
    assert str(Problem.objects.earliest("number").due) in desk.content.decode()
