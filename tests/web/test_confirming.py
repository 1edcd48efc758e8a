"""The screen on which a file is gone over: what it shows, what its forms do without scripts, and for whom."""

from __future__ import annotations

import io
import re

import docx
import pytest

from bihuan.intake import drafting
from bihuan.intake.drafting import Correction
from bihuan.intake.models import Draft, Extract, UnitName
from bihuan.intake.receiving import receive as receive_file
from bihuan.ledger.models import Problem
from tests.documents.build import xlsx
from tests.intake.files import AT_ONCE, HEAD, NEAR, NO_SUCH_DAY, PLAIN, STANDING, ledger, receive
from tests.web.test_problem import text_of

PLAN = """水环境专项检查整改方案
（一）清溪支渠沿线养殖粪污直排，渠水发黑。
责任单位：市水利局
整改时限：2026年9月31日
整改措施：1.安装收集池；2.签订清运协议。
"""


@pytest.fixture
def office(sign_in):
    return sign_in("coordinator")


@pytest.fixture
def reading(world, tmp_path):
    return receive(world, ledger(tmp_path, PLAIN, STANDING, NO_SUCH_DAY, NEAR))


def html(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def found_in(pattern: str, text: str, flags: int = 0) -> str:
    """The first group of a pattern that must be there."""
    found = re.search(pattern, text, flags)
    assert found is not None, pattern
    return found[1]


def form_of(page):
    """The values of the open draft's form, as a browser would send them."""
    found = page[page.index("data-draft") :]
    form = found[: found.index("</form>")]
    values = dict(re.findall(r'<input type="(?:hidden|text|date)" name="([^"]+)"(?: value="([^"]*)")?', form))
    values |= {
        name: text.removeprefix("\n")
        for name, text in re.findall(r"<textarea name=\"(\w+)\"[^>]*>(.*?)</textarea>", form, re.S)
    }
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        values[name] = chosen[1] if chosen else ""
    return {name: re.sub("&quot;", '"', text) for name, text in values.items()}


def titles(page):
    return [text_of(title).strip() for title in re.findall(r'class="line-title">(.*?)</span>', page, re.S)]


class TestWhatIsShown:
    def test_faults_come_first_then_doubts_then_the_file_in_its_order(self, office, world, tmp_path):
        odd = (*STANDING[:8], "差不多了", "")
        found = receive(world, ledger(tmp_path, PLAIN, STANDING, odd, NO_SUCH_DAY, AT_ONCE))
        drafting.drop_draft(actor=world.actor("coordinator"), reading=found, place=2)
        page = html(office, f"/intake/{found.id}/")
        assert "第6行" in found_in(r'id="open-title"[^>]*>([^<]*)', page)
        assert [found_in(r"(第\d+行)", row) for row in re.findall(r'class="line-at"[^>]*>([^<]*)', page)] == [
            "第5行",
            "第3行",
            "第7行",
        ]
        assert titles(html(office, f"/intake/{found.id}/?show=dropped")) == []
        assert "第4行" in text_of(html(office, f"/intake/{found.id}/?show=dropped"))

    def test_the_rows_around_the_open_draft_are_beside_it_with_its_cells_marked(self, office, reading):
        page = html(office, f"/intake/{reading.id}/?at=2")
        present = found_in(r'(<tr class="present".*?</tr>)', page, re.S)
        assert 'data-row="4"' in present
        assert re.findall(r'data-field="(\w+)"', present) == [
            "no", "category", "problem", "measures", "lead_units", "deadline", "status",
        ]  # fmt: skip
        assert "2026年秋季专项检查问题整改台账" in page, "the rows above it, from the first"
        assert f"/intake/{reading.id}/?at=3" in page, "a row leads to its own draft"

    def test_a_long_sheet_is_shown_in_stretches(self, office, world, tmp_path):
        rows = [("", "", f"第{n}处井盖下沉。", "", "市住建局", "", "", "", "", "") for n in range(1, 161)]
        found = receive(world, ledger(tmp_path, *rows))
        assert Extract.objects.filter(reading_id=found.id).count() == 4
        page = html(office, f"/intake/{found.id}/?at=100")
        assert 'data-row="102"' in page
        assert 'data-row="60"' not in page
        below = found_in(r'href="([^"]*from=\d+)"[^>]*>看下面的', page).replace("&amp;", "&")
        assert 'data-row="140"' in html(office, below)
        above = found_in(r'href="([^"]*from=\d+)"[^>]*>看上面的', page).replace("&amp;", "&")
        assert 'data-row="70"' in html(office, above)

    def test_the_words_of_a_text_are_marked_in_their_paragraphs(self, office, world):
        document, data = docx.Document(), io.BytesIO()
        for line in PLAN.splitlines():
            document.add_paragraph(line)
        document.save(data)
        found = receive_file(
            actor=world.actor("coordinator"), ledger=world.ledger, name="方案.docx", chunks=[data.getvalue()]
        )
        page = html(office, f"/intake/{found.id}/")
        marks = re.findall(r'<mark class="used f-(\w+)"[^>]*>([^<]*)</mark>', page)
        assert ("problem", "清溪支渠沿线养殖粪污直排，渠水发黑") in marks
        assert [text for field, text in marks if field == "measures"] == ["安装收集池", "签订清运协议"]
        told = text_of(page)
        assert "第2–5段" in told
        assert "第4段日期“2026年9月31日”不存在" in told

    def test_a_text_of_the_file_is_never_markup(self, office, world, tmp_path):
        evil = '<img src=x onerror="alert(1)">井盖下沉'
        head = (*HEAD[:2], "存在问题<b>", *HEAD[3:])
        rows = [head, (*PLAIN[:2], evil, *PLAIN[3:4], evil, *PLAIN[5:])]
        found = receive(world, xlsx(tmp_path / "台账.xlsx", rows, sheet="<i>表"))
        page = html(office, f"/intake/{found.id}/")
        assert "<img src=x" not in page
        assert "<i>表" not in page
        assert "&lt;img src=x" in page

    def test_what_may_be_a_repetition_is_side_by_side_with_it(self, office, world, reading):
        problem = world.register(1)[0]
        draft = reading.drafts.get(place=1)
        draft.alike = [
            {"problem": str(problem.id), "likeness": 0.93},
            {"draft": str(reading.drafts.get(place=2).id), "likeness": 0.5},
        ]
        draft.save()
        assert "可能重复 1" in text_of(html(office, f"/intake/{reading.id}/"))
        source = html(office, f"/intake/{reading.id}/?at=1")
        first = found_in(r'(<section class="alike".*?</section>)', source, re.S)
        assert "牵头单位" not in first, "written otherwise, it is the same unit"
        page = text_of(source)
        assert problem.number in page
        assert "相近93%" in page
        assert "本文件第4行" in page
        drafting.pass_draft(actor=world.actor("coordinator"), reading=reading, place=1)
        assert "可能重复 1" not in text_of(html(office, f"/intake/{reading.id}/"))

    def test_advice_on_wording_stands_in_nobodys_way(self, office, world, tmp_path):
        row = (*PLAIN[:3], "加强管理", *PLAIN[4:])
        found = receive(world, ledger(tmp_path, row))
        page = text_of(html(office, f"/intake/{found.id}/"))
        assert "写法建议" in page
        assert "1个问题可以登记" in page

    def test_a_closed_reading_is_only_to_be_read(self, office, world, reading):
        office.post(f"/intake/{reading.id}/discard/")
        page = html(office, f"/intake/{reading.id}/?at=1")
        assert PLAIN[2].rstrip("。") in page
        assert "data-draft " not in page
        assert "data-save" not in page

    @pytest.mark.parametrize("query", ["?at=99", "?at=1.7"])
    def test_a_draft_that_does_not_exist(self, office, reading, query):
        assert office.get(f"/intake/{reading.id}/{query}").status_code == 404

    @pytest.mark.parametrize(
        "query", ["?at=x", "?page=-3", "?page=9999999", "?from=0", "?show=odd", "?q=%00", "?at=0"]
    )
    def test_nonsense_in_the_address_is_no_failure(self, office, reading, query):
        assert office.get(f"/intake/{reading.id}/{query}").status_code in (200, 404)

    def test_searching_in_the_file(self, office, reading):
        page = html(office, f"/intake/{reading.id}/?q=首末班车")
        assert "第6行" in found_in(r'id="open-title"[^>]*>([^<]*)', page)
        assert titles(page) == []

    def test_a_page_costs_no_more_for_a_longer_file(self, office, world, tmp_path, django_assert_max_num_queries):
        rows = [("", "", f"第{n}处井盖下沉。", "", "市住建局", "", "", "", "", "") for n in range(400)]
        found = receive(world, ledger(tmp_path, *rows))
        office.get(f"/intake/{found.id}/")
        for query in ("?at=200&page=4", "?page=7"):
            with django_assert_max_num_queries(12):
                office.get(f"/intake/{found.id}/{query}")


class TestWithoutScripts:
    def test_correcting_goes_on_to_the_next_and_says_what_was_done(self, office, reading):
        at = f"/intake/{reading.id}/rows/1/"
        values = form_of(html(office, at))
        answer = office.post(at, values | {"goal": "不再下沉"}, follow=True)
        assert "第3行已核对" in text_of(answer.content.decode())
        assert "第4行" in found_in(r'id="open-title"[^>]*>([^<]*)', answer.content.decode())
        draft = reading.drafts.get(place=1)
        assert (draft.item["goal"], draft.edited) == ("不再下沉", True)

    def test_a_form_sent_as_it_is_changes_no_word(self, office, world, tmp_path):
        found = receive(world, ledger(tmp_path, AT_ONCE, (*PLAIN[:7], "2026年3月启动，9月底前完成", *PLAIN[8:])))
        for draft in found.drafts.all():
            at = f"/intake/{found.id}/rows/{draft.place}/"
            assert office.post(at, form_of(html(office, at))).status_code == 302
            assert found.drafts.get(place=draft.place).item == draft.item
        assert not UnitName.objects.filter(name__startswith="区）").exists()

    def test_kept_in_passing_the_words_stay_and_so_does_the_doubt(self, office, reading):
        at = f"/intake/{reading.id}/rows/3/"
        values = form_of(html(office, at)) | {"goal": "渠水不黑", "no_date": "on", "keep": "1"}
        answer = office.post(at, values, headers={"HX-Request": "true"})
        assert 'name="version" value="1"' in answer.content.decode()
        draft = reading.drafts.get(place=3)
        assert (draft.item["goal"], draft.faulty) == ("渠水不黑", True)

    def test_what_cannot_be_kept_says_why(self, office, reading):
        at = f"/intake/{reading.id}/rows/1/"
        answer = office.post(at, form_of(html(office, at)) | {"problem": "", "keep": "1"})
        assert "还没有保存" in answer.content.decode()
        assert reading.drafts.get(place=1).version == 0

    def test_passed_dropped_and_back_again(self, office, reading):
        rows = f"/intake/{reading.id}/rows"
        office.post(f"{rows}/1/pass/")
        assert reading.drafts.get(place=1).edited
        assert "有错误，不能照读到的采用" in text_of(office.post(f"{rows}/3/pass/", follow=True).content.decode())
        gone = office.post(f"{rows}/3/drop/", {"dropped": "1", "then": "1"}, follow=True).content.decode()
        assert "第5行已去掉，不会登记" in text_of(gone)
        assert "撤回这一步" in text_of(gone)
        office.post(f"{rows}/3/drop/", {"dropped": "0"})
        assert not Draft.objects.filter(dropped=True).exists()

    def test_split_in_the_form_and_put_together_again(self, office, reading):
        rows = f"/intake/{reading.id}/rows"
        page = html(office, f"{rows}/1/split/")
        assert "设置围挡" in page
        office.post(f"{rows}/1/split/", {"problems": "东侧井盖下沉\n西侧井盖下沉", "measures": "each"})
        parts = reading.drafts.filter(place=1).order_by("part")
        assert [(p.item["problem"], p.item["measures"]) for p in parts] == [
            ("东侧井盖下沉", ["设置围挡"]),
            ("西侧井盖下沉", ["更换防沉降井盖"]),
        ]
        assert "第3行之2" in text_of(html(office, f"/intake/{reading.id}/?at=1.1"))
        office.post(f"{rows}/1.1/merge/", {"parts": "1"})
        assert reading.drafts.filter(place=1, dropped=False).count() == 1
        office.post(f"{rows}/1/unmerge/")
        assert reading.drafts.filter(place=1, dropped=False).count() == 2

    def test_a_split_that_is_refused_keeps_what_was_typed(self, office, reading):
        at = f"/intake/{reading.id}/rows/1/split/"
        answer = office.post(at, {"problems": "只有一条", "measures": "all"}).content.decode()
        assert "拆分至少要两条" in answer
        assert "只有一条" in answer

    def test_the_first_row_has_nothing_to_be_merged_into(self, office, reading):
        answer = office.post(f"/intake/{reading.id}/rows/1/merge/", follow=True)
        assert "前面没有可以合并的问题" in text_of(answer.content.decode())

    def test_a_name_is_matched_from_the_open_draft(self, office, reading, world):
        page = html(office, f"/intake/{reading.id}/?at=4")
        assert "“水务局”是哪个单位？" in page
        key = reading.unit_names.get(name="水务局").id.hex
        answer = office.post(f"/intake/{reading.id}/units/?at=4", {f"unit-{key}": world.units["water"].pk})
        assert answer.url == f"/intake/{reading.id}/?at=4"
        assert "水务局 → " in text_of(html(office, answer.url))


class TestTwoPeople:
    def test_the_second_is_told_who_changed_what_and_keeps_what_was_typed(self, office, world, reading):
        at = f"/intake/{reading.id}/rows/1/"
        values = form_of(html(office, at))
        other = world.actor("second_coordinator")
        item = reading.drafts.get(place=1).item
        drafting.edit_draft(
            actor=other,
            reading=reading,
            place=1,
            correction=Correction(
                item["problem"], category="市政设施", goal="与路面齐平", measures=tuple(item["measures"])
            ),
        )
        answer = office.post(at, values | {"goal": "不再下沉", "person": "苗青"})
        page = answer.content.decode()
        told = text_of(page)
        assert "这一条刚由卫成章改过（09:00），您的改动还没有保存" in told
        assert "整改目标" in found_in("改动的是：([^。]*)", told)
        assert "卫成章改成了：" in told
        again = form_of(page)
        assert (again["goal"], again["person"], again["category"]) == ("不再下沉", "苗青", "市政设施")
        assert again["version"] == "1"
        assert reading.drafts.get(place=1).item["goal"] == "与路面齐平"
        office.post(at, again)
        assert reading.drafts.get(place=1).item["goal"] == "不再下沉"

    @pytest.mark.parametrize(
        ("deed", "values"),
        [
            ("pass", {}),
            ("drop", {"dropped": "1"}),
            ("merge", {}),
            ("unmerge", {}),
            ("split", {"problems": "甲\n乙", "measures": "all"}),
        ],
    )
    def test_no_deed_overtakes_another_persons(self, office, world, reading, deed, values):
        drafting.edit_draft(
            actor=world.actor("second_coordinator"), reading=reading, place=2, correction=Correction("别人改的")
        )
        answer = office.post(f"/intake/{reading.id}/rows/2/{deed}/", values | {"version": "0"}, follow=True)
        assert "这一条刚由卫成章改过" in text_of(answer.content.decode())
        draft = reading.drafts.get(place=2)
        assert (draft.version, draft.item["problem"], draft.dropped) == (1, "别人改的", False)

    @pytest.mark.parametrize("who", ["liaison", "supervisor", "auditor", "administrator"])
    def test_nobody_else_does_anything(self, sign_in, reading, who):
        client = sign_in(who)
        for deed in ("pass", "drop", "split", "merge", "unmerge"):
            assert client.post(f"/intake/{reading.id}/rows/1/{deed}/").status_code == 403
        assert client.post(f"/intake/{reading.id}/rows/1/", {"problem": "改"}).status_code == 403
        assert not Draft.objects.exclude(version=0).exists()
        assert not Problem.objects.exists()
