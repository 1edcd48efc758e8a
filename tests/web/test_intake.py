"""Bringing a ledger file in through the pages: without scripts, with everything that can be wrong about a file."""

from __future__ import annotations

import errno
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.utils import translation

from bihuan.book import clock, home
from bihuan.intake import actions
from bihuan.intake.models import Reading
from bihuan.ledger.actions.ledgers import open_ledger
from bihuan.ledger.models import Ledger, Problem
from tests.intake.files import AT_ONCE, NEAR, NO_SUCH_DAY, PLAIN, ledger, receive
from tests.web.test_problem import text_of


@pytest.fixture
def office(sign_in):
    return sign_in("coordinator")


@pytest.fixture
def upload(world, office):
    """Send a file for the world's ledger; the answer."""

    def send(path, client=office, **values):
        file = SimpleUploadedFile(path.name, path.read_bytes())
        return client.post("/intake/", {"file": file, "ledger": str(world.ledger.id)} | values)

    return send


def told(answer):
    return text_of(answer.content.decode())


def nothing_came_of_it():
    return not Reading.objects.exists() and not Problem.objects.exists() and not waiting()


def waiting():
    return list((home.files() / "incoming").glob("*"))


def field(name, reading):
    return f"unit-{reading.unit_names.get(name=name).id.hex}"


class TestChoosingAFile:
    def test_a_readable_file_leads_to_what_was_read(self, upload, office, tmp_path):
        answer = upload(ledger(tmp_path, PLAIN, NO_SUCH_DAY))
        reading = Reading.objects.get()
        assert (answer.status_code, answer.url) == (302, f"/intake/{reading.id}/")
        page = told(office.get(answer.url))
        assert "2个问题" in page
        assert "整改台账!H4" in page
        assert "日期“2026年2月30日”不存在" in page
        assert "1条有错误，必须改" in page

    def test_what_was_uploaded_before_is_listed_and_told(self, upload, office, world, tmp_path):
        path = ledger(tmp_path, PLAIN)
        first = upload(path).url
        assert path.name in told(office.get("/intake/"))
        with clock.moved_to(clock.now() + timedelta(minutes=5)):
            page = office.get(upload(path).url)
        assert "同一个文件2026-03-02 09:00已经上传过" in told(page)
        assert f'href="{first}"' in page.content.decode()

    def test_an_office_without_a_ledger_names_its_first(self, sign_in, tmp_path):
        county = sign_in("county_coordinator")
        assert "您的单位还没有台账" in told(county.get("/intake/"))
        path = ledger(tmp_path, PLAIN)
        bad = {"file": SimpleUploadedFile(path.name, b"no table"), "ledger_name": "县台账", "ledger_prefix": "HF"}
        assert county.post("/intake/", bad).status_code == 200
        assert not Ledger.objects.filter(prefix="HF").exists()
        good = bad | {"file": SimpleUploadedFile(path.name, path.read_bytes())}
        assert "编号开头只用字母、数字或汉字" in told(county.post("/intake/", good | {"ledger_prefix": "H F/"}))
        good["file"] = SimpleUploadedFile(path.name, path.read_bytes())
        assert county.post("/intake/", good).status_code == 302
        assert Ledger.objects.get(prefix="HF").name == "县台账"

    def test_the_prefix_of_another_office_is_refused(self, sign_in, tmp_path):
        path = ledger(tmp_path, PLAIN)
        values = {
            "file": SimpleUploadedFile(path.name, path.read_bytes()),
            "ledger_name": "县",
            "ledger_prefix": "YT",
        }
        assert "已有同名或同编号前缀的台账" in told(sign_in("county_coordinator").post("/intake/", values))
        assert nothing_came_of_it()


class TestWhoMay:
    @pytest.mark.parametrize("who", ["liaison", "leader", "supervisor", "reviewer", "auditor", "administrator"])
    def test_only_coordinators(self, sign_in, world, tmp_path, who):
        reading = receive(world, ledger(tmp_path, PLAIN))
        client = sign_in(who)
        for answer in (client.get("/intake/"), client.get(f"/intake/{reading.id}/")):
            assert answer.status_code == 403
            assert "只有整改办人员" in told(answer)

    def test_for_another_offices_coordinator_it_does_not_exist(self, sign_in, world, tmp_path):
        reading = receive(world, ledger(tmp_path, PLAIN))
        client = sign_in("county_coordinator")
        at = f"/intake/{reading.id}/"
        assert client.get(at).status_code == 404
        assert client.get(at + "rows/1/").status_code == 404
        for action in ("units/", "rows/1/drop/", "confirm/", "discard/"):
            assert client.post(at + action).status_code == 404
        assert Reading.objects.get().state == "open"

    def test_a_row_that_is_not_there(self, office, world, tmp_path):
        reading = receive(world, ledger(tmp_path, PLAIN))
        assert office.get(f"/intake/{reading.id}/rows/9/").status_code == 404
        assert office.post(f"/intake/{reading.id}/rows/9/drop/").status_code == 404

    def test_a_ledger_of_another_office_cannot_be_chosen(self, upload, world, tmp_path):
        other = open_ledger(actor=world.actor("county_coordinator"), name="县台账", prefix="HF")
        assert upload(ledger(tmp_path, PLAIN), ledger=str(other.id)).status_code == 200
        assert nothing_came_of_it()


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (420 << 20))
    return path


class TestBadFiles:
    @pytest.mark.parametrize(
        ("name", "content", "reason"),
        [
            ("台账.xlsx", b"nothing of the kind", "内容却不是工作簿"),
            ("台账.xlsx", b"PK\x03\x04broken", "文件已损坏"),
            ("台账.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "请"),
            ("台账.xlsx", b"", "是空的"),
            ("台账.csv", "甲,乙\n1,2\n".encode(), "没有找到台账的表头"),
            ("台账.pdf", b"%PDF-1.7", "PDF 已损坏，无法读取"),
        ],
    )
    def test_each_is_told_with_its_reason(self, upload, tmp_path, name, content, reason):
        path = tmp_path / name
        path.write_bytes(content)
        answer = upload(path)
        assert answer.status_code == 200
        assert reason in told(answer)
        assert nothing_came_of_it()

    def test_the_reason_is_told_in_the_readers_language(self, sign_in, world, tmp_path):
        client = sign_in("coordinator")
        client.cookies["django_language"] = "en"
        file = SimpleUploadedFile("ledger.csv", "甲,乙\n1,2\n".encode())
        page = told(client.post("/intake/", {"file": file, "ledger": str(world.ledger.id)}))
        with translation.override("en"):
            said = translation.gettext(
                "没有找到台账的表头。表头应写明各列内容，如“序号、问题、责任单位、整改时限”，请补上表头后再上传。"
            )
        assert said in page.replace("&quot;", '"').replace("&#x27;", "'")

    def test_a_zip_bomb(self, upload, tmp_path):
        assert "压缩炸弹" in told(upload(bomb(tmp_path / "台账.xlsx")))
        assert nothing_came_of_it()

    def test_too_large(self, upload, tmp_path, settings):
        settings.LEDGER_MAX_BYTES = settings.EVIDENCE_MAX_BYTES = 1 << 20
        path = tmp_path / "台账.csv"
        path.write_bytes("序号,问题\n".encode() + b"1," + b"a" * (3 << 20))
        assert "超过1 MB" in told(upload(path))
        assert nothing_came_of_it()

    @pytest.mark.parametrize("when", ["written", "kept"])
    def test_a_full_disk(self, upload, tmp_path, monkeypatch, when):
        """While Django receives the upload, and while it is stored."""

        def full(*args, **kwargs):
            raise OSError(errno.ENOSPC, "No space left on device")

        if when == "written":
            monkeypatch.setattr(TemporaryUploadedFile, "write", full, raising=False)
        else:
            monkeypatch.setattr("bihuan.intake.uploads.os.fsync", full)
        answer = upload(ledger(tmp_path, PLAIN))
        assert answer.status_code == 200
        assert "服务器存储空间不足" in told(answer)
        assert nothing_came_of_it()

    def test_no_file_chosen(self, office, world):
        answer = office.post("/intake/", {"ledger": str(world.ledger.id)})
        assert answer.status_code == 200
        assert not Reading.objects.exists()

    def test_a_ledger_with_no_rows_says_what_to_check(self, upload, office, tmp_path):
        page = told(office.get(upload(ledger(tmp_path)).url))
        assert "读到了表头，但下面没有问题" in page
        assert "没有读到问题" in page
        assert "待确认" not in page
        assert "登记入账" not in page
        assert "核对问题" not in page


class TestUnitNames:
    @pytest.fixture
    def reading(self, world, tmp_path):
        return receive(world, ledger(tmp_path, PLAIN, NEAR))

    def save(self, office, reading, **values):
        return office.post(f"/intake/{reading.id}/units/", values)

    def test_near_names_are_offered_and_none_is_chosen(self, office, reading):
        html = office.get(f"/intake/{reading.id}/units/").content.decode()
        row = html[html.index("水务局<") :].split("</tr>")[0]
        assert "市水利局" in row
        assert "checked" not in row
        assert "2个名称待选定" in text_of(html)

    def test_a_choice_is_kept(self, office, reading, world):
        water = world.units["water"].pk
        answer = self.save(office, reading, **{field("水务局", reading): water, field("住建局", reading): "none"})
        assert answer.url == f"/intake/{reading.id}/units/"
        rows = {row.name: row for row in reading.unit_names.all()}
        assert (rows["水务局"].units, rows["水务局"].how) == ([water], "person")
        assert rows["住建局"].ignored
        assert "都已对应" in told(office.get(answer.url))

    def test_the_rest_can_be_left_out_at_once(self, office, reading, world):
        self.save(office, reading, rest="none", **{field("水务局", reading): world.units["water"].pk})
        rows = {row.name: (row.units, row.ignored) for row in reading.unit_names.all()}
        assert rows["水务局"] == ([world.units["water"].pk], False)
        assert rows["住建局"] == ([], True)
        assert rows["市住建局"] == ([world.units["housing"].pk], False), "what is matched stays matched"

    def test_a_name_typed_without_scripts_is_taken_or_comes_back_with_suggestions(self, office, reading, world):
        find = field("水务局", reading).replace("unit", "find")
        page = self.save(office, reading, **{find: "水利"})
        assert page.status_code == 200
        assert "市水利局" in told(page)
        assert reading.unit_names.get(name="水务局").units == []
        assert self.save(office, reading, **{find: "市水利局"}).status_code == 302
        assert reading.unit_names.get(name="水务局").units == [world.units["water"].pk]

    def test_finding_while_typing_gives_choices(self, office, reading):
        key = reading.unit_names.get(name="水务局").id.hex
        answer = office.get(f"/intake/{reading.id}/units/find/", {"name": key, f"find-{key}": "教育"})
        assert "禾丰县教育局" in told(answer)
        nothing = office.get(f"/intake/{reading.id}/units/find/", {"name": key, f"find-{key}": "桥<b>"})
        assert "没有找到“桥&lt;b&gt;”" in nothing.content.decode()
        assert office.get(f"/intake/{reading.id}/units/find/", {"name": "x"}).status_code == 404

    def test_a_unit_beside_the_office_is_refused(self, office, reading):
        answer = self.save(office, reading, **{field("水务局", reading): 999999})
        assert answer.url == f"/intake/{reading.id}/"
        assert "不在您所在单位之下" in told(office.get(answer.url))

    def test_a_collective_phrase_is_opened_by_ticking(self, office, world, tmp_path):
        reading = receive(world, ledger(tmp_path, AT_ONCE))
        phrase = "各县（市、区）教育局"
        assert "是几个单位的合称，去勾选" in told(office.get(f"/intake/{reading.id}/"))
        assert "这是集合称谓" in told(office.get(f"/intake/{reading.id}/units/"))
        ticks = field(phrase, reading).replace("unit", "all")
        school = world.units["county_education"].pk
        self.save(office, reading, **{field(phrase, reading): "spread", ticks: [school]})
        assert reading.unit_names.get(name=phrase).units == [school]


class TestRows:
    @pytest.fixture
    def reading(self, world, tmp_path):
        return receive(world, ledger(tmp_path, PLAIN, NO_SUCH_DAY))

    def values(self, **changed):
        return {
            "problem": "清溪支渠沿线养殖粪污直排",
            "lead_units": "市水利局",
            "horizon": "by_date",
            "measures": "安装收集池\n签订清运协议",
            "category": "水环境",
        } | changed

    def test_an_impossible_date_must_be_put_right_or_taken_back(self, office, reading):
        at = f"/intake/{reading.id}/rows/2/"
        assert "文件里写的是“2026年2月30日”" in told(office.get(at))
        assert "请填写正确的日期，或勾选不要这个日期" in told(office.post(at, self.values()))
        assert "没有“2026-02-30”这一天" in told(office.post(at, self.values(deadline_date="2026-02-30")))
        assert reading.drafts.get(place=2).faulty
        assert office.post(at, self.values(no_date="on")).status_code == 302
        draft = reading.drafts.get(place=2)
        assert (draft.faulty, draft.item.get("deadline_date")) == (False, None)
        assert draft.item["measures"] == ["安装收集池", "签订清运协议"]

    def test_what_was_typed_stays_in_the_form_where_it_is_refused(self, office, reading):
        answer = office.post(f"/intake/{reading.id}/rows/2/", self.values(problem="", goal="渠水不黑不臭"))
        assert answer.status_code == 200
        assert "渠水不黑不臭" in answer.content.decode()

    def test_a_row_is_left_out_and_taken_in_again(self, office, reading):
        office.post(f"/intake/{reading.id}/rows/2/drop/", {"dropped": "1"})
        page = told(office.get(f"/intake/{reading.id}/?show=dropped"))
        assert "已去掉 1" in page
        assert "恢复" in page
        office.post(f"/intake/{reading.id}/rows/2/drop/", {"dropped": "0"})
        assert not reading.drafts.filter(dropped=True).exists()

    def test_fifty_rows_a_page(self, office, world, tmp_path):
        rows = [("", "", f"第{n}处井盖下沉。", "", "市住建局", "", "", "", "", "") for n in range(1, 61)]
        at = f"/intake/{receive(world, ledger(tmp_path, *rows)).id}/"
        first, second = told(office.get(at)), told(office.get(at + "?page=2"))
        assert "第50处" in first
        assert "第51处" not in first
        assert "第60处" in second

    def test_text_from_the_file_is_shown_as_text(self, office, world, tmp_path):
        row = (*PLAIN[:2], "<script>alert(1)</script>井盖下沉。", *PLAIN[3:])
        html = office.get(f"/intake/{receive(world, ledger(tmp_path, row)).id}/").content.decode()
        assert "<script>alert(1)" not in html
        assert "&lt;script&gt;alert(1)" in html


class TestConfirming:
    VALUES = {"source": "", "origin": "new", "urgency": "ordinary"}

    def test_it_says_what_will_happen_and_does_it_once(self, office, world, tmp_path):
        reading = receive(world, ledger(tmp_path, PLAIN))
        page = told(office.get(f"/intake/{reading.id}/confirm/"))
        assert "1个问题将登入《问题整改台账》，编号自动生成" in page
        answer = office.post(f"/intake/{reading.id}/confirm/", self.VALUES)
        assert answer.url == f"/ledger/?reading={reading.id}"
        page = told(office.get(answer.url))
        assert "1个问题已登入《问题整改台账》，编号YT2026-00001至YT2026-00001" in page
        assert "三处雨水井盖下沉" in page
        again = office.post(f"/intake/{reading.id}/confirm/", self.VALUES)
        assert "没有重复登记" in told(office.get(again.url))
        assert Problem.objects.count() == 1

    def test_while_something_is_open_it_is_refused_with_the_reason(self, office, world, tmp_path):
        reading = receive(world, ledger(tmp_path, PLAIN, NEAR))
        page = told(office.get(f"/intake/{reading.id}/confirm/"))
        assert "编号自动生成" not in page
        assert "还有2个单位名称没有对应" in page
        office.post(f"/intake/{reading.id}/confirm/", self.VALUES)
        assert not Problem.objects.exists()

    def test_past_dates_and_missing_leads_are_announced(self, office, world, tmp_path):
        late = (*PLAIN[:4], "", "", "", "2025年9月底前", "", "")
        page = told(office.get(f"/intake/{receive(world, ledger(tmp_path, late)).id}/confirm/"))
        assert "其中1个没有牵头单位" in page
        assert "其中1个时限已过" in page

    def test_giving_up_leaves_the_ledger_as_it_is(self, office, world, tmp_path):
        reading = receive(world, ledger(tmp_path, PLAIN))
        answer = office.post(f"/intake/{reading.id}/discard/")
        assert "台账没有变化" in told(office.get(answer.url))
        assert "这次导入已经放弃" in told(office.get(f"/intake/{reading.id}/"))
        assert "已经放弃" in told(office.post(f"/intake/{reading.id}/confirm/", self.VALUES))
        assert not Problem.objects.exists()

    def test_two_people_at_once(self, office, sign_in, world, tmp_path):
        reading = receive(world, ledger(tmp_path, PLAIN))
        actions.confirm(actor=world.actor("second_coordinator"), reading=reading)
        answer = office.post(f"/intake/{reading.id}/rows/1/drop/", {"dropped": "1"})
        assert "已经登记入账，不能再改" in told(office.get(answer.url))

    def test_a_forged_choice_is_refused(self, office, world, tmp_path):
        reading = receive(world, ledger(tmp_path, PLAIN))
        answer = office.post(f"/intake/{reading.id}/confirm/", self.VALUES | {"urgency": "forged"})
        assert answer.status_code == 200
        assert not Problem.objects.exists()
