"""Units' own Excel files in pages: sent, taken back, shown row by row, recorded once; refusals are told."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.domain.case import Stage
from bihuan.intake.models import ReturnedSheet
from bihuan.ledger.actions import dispatch, working
from bihuan.ledger.models import Evidence, Measure, Problem
from tests.intake.unitfiles import fill
from tests.web.situations import PNG
from tests.world import START, World


def dispatched(world: World, unit: str = "housing", count: int = 1) -> list[Problem]:
    """Problems handed to a unit, with two measures each."""
    rows = world.register(count, lead_unit_id=world.units[unit].pk, support_unit_ids=())
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[row.id for row in rows])
    return list(Problem.objects.filter(id__in=[row.id for row in rows]).order_by("number"))


def downloaded(client, world: World, *units: str) -> bytes:
    sent = client.post("/returns/send/", {"unit": [world.units[unit].pk for unit in units]})
    assert sent.status_code == 200
    assert "attachment" in sent["Content-Disposition"]
    return b"".join(sent.streaming_content)


def upload(client, *files: tuple[str, bytes]):
    return client.post("/returns/", {"sheets": [SimpleUploadedFile(name, data) for name, data in files]})


def shown_of(page: str) -> str:
    return page.split('name="shown" value="')[1].split('"')[0]


def test_a_unit_without_sign_in_is_offered_first_and_served(world, sign_in):
    dispatched(world, "county")
    dispatched(world, "housing", 2)
    office = sign_in("coordinator")
    page = office.get("/returns/").content.decode()
    assert page.index("禾丰县</label>") < page.index("市住房和城乡建设局</label>")
    assert "没有人" in page
    assert "安小禾" in page
    sent = office.post("/returns/send/", {"without": "1"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(sent.streaming_content)))
    assert book.worksheets[0].title == "禾丰县"
    with zipfile.ZipFile(io.BytesIO(downloaded(office, world, "county", "housing"))) as archive:
        assert len(archive.namelist()) == 2


def test_nothing_chosen_or_somebody_elses_unit_is_told(world, sign_in):
    dispatched(world)
    office = sign_in("coordinator")
    for typed in ({}, {"unit": ["x", "999999"]}, {"unit": [world.units["water"].pk]}):
        answer = office.post("/returns/send/", typed, follow=True)
        assert "所选的单位没有您单位交办的在办问题" in answer.content.decode()


def test_a_filled_file_is_reviewed_and_recorded_and_shown_on_the_problem(world, sign_in):
    problem = dispatched(world)[0]
    office = sign_in("coordinator")
    data = fill(
        downloaded(office, world, "housing"),
        {(0, "signer"): "安小禾", (0, "signed_on"): START, (0, "progress"): 60, (1, "progress"): "约一半"},
    )
    sent = upload(office, ("住建局.xlsx", data))
    sheet = ReturnedSheet.objects.get()
    assert sent.url == f"/returns/{sheet.id}/"
    page = office.get(sent.url).content.decode()
    assert "将记录" in page
    assert "不能记录" in page
    assert "进度“约一半”不是0到100的整数" in page
    assert '<span class="cell">I7</span>' in page
    assert 'value="安小禾"' in page
    done = office.post(
        sent.url, {"confirm": "1", "shown": shown_of(page), "signed_by": "宁致和", "day": START.isoformat()}
    )
    assert done.status_code == 302, done.content.decode()
    row = Problem.objects.get(id=problem.id)
    assert (row.stage, row.signed_by_office) == (Stage.UNDER_WAY, True)
    after = office.get(f"/problems/{problem.id}/").content.decode()
    assert "代市住建局，材料上签字：安小禾" in after
    assert "代市住建局，材料上签字：宁致和" in after
    assert "交办单位代签" in after
    settled = office.get(sent.url).content.decode()
    assert "代填行数" in settled
    kept = office.get(f"{sent.url}file/")
    assert kept.status_code == 200
    assert "sandbox" in kept["Content-Security-Policy"]
    assert kept["Content-Disposition"].startswith("attachment")
    again = upload(office, ("又一次.xlsx", data))
    assert again.url == sent.url
    assert "没有重复记录" in office.get(again.url).content.decode()


def test_without_a_name_nothing_is_recorded_and_what_was_typed_stays(world, sign_in):
    dispatched(world)
    office = sign_in("coordinator")
    data = fill(downloaded(office, world, "housing"), {(0, "signer"): "安小禾"})
    address = upload(office, ("a.xlsx", data)).url
    page = office.get(address).content.decode()
    typed = {"confirm": "1", "shown": shown_of(page), "signed_by": "", "day": "2026年2月30日"}
    answer = office.post(address, typed)
    assert answer.status_code == 422
    assert "没有“2026年2月30日”这一天" in answer.content.decode()
    assert ReturnedSheet.objects.get().is_open


def test_several_files_at_once_each_by_itself(world, sign_in):
    dispatched(world, "county")
    dispatched(world, "housing")
    office = sign_in("coordinator")
    files = [(f"{unit}.xlsx", downloaded(office, world, unit)) for unit in ("county", "housing")]
    answer = upload(office, *files, ("别的.xlsx", b"PK\x03\x04 broken"), ("照片.png", PNG))
    page = office.get(answer.url).content.decode()
    assert "收到2个文件" in page
    assert "“别的.xlsx”没有收下" in page
    assert "“照片.png”没有收下：这是图片，不是表格" in page
    assert ReturnedSheet.objects.count() == 2


def test_what_changed_meanwhile_is_recorded_only_where_it_was_ticked(world, sign_in):
    problem = dispatched(world)[0]
    office = sign_in("coordinator")
    data = fill(downloaded(office, world, "housing"), {(0, "progress"): 60})
    working.sign(actor=world.actor("liaison"), problems=[problem.id]).only()
    address = upload(office, ("a.xlsx", data)).url
    page = office.get(address).content.decode()
    assert "发出后有变化" in page
    assert "收存，不记录" in page
    typed = {"signed_by": "宁致和", "day": START.isoformat()}
    page = office.post(address, {**typed, "recheck": "1", "take": str(problem.id)}).content.decode()
    assert "代填1行" in page
    stale = office.post(address, {**typed, "confirm": "1", "shown": shown_of(page)})
    assert "结果与刚才显示的不同" in stale.content.decode()
    office.post(address, {**typed, "confirm": "1", "shown": shown_of(page), "take": str(problem.id)})
    assert Measure.objects.filter(problem_id=problem.id).order_by("place")[0].progress == 60


def test_one_signed_paper_signs_for_many_at_once(world, sign_in):
    rows = dispatched(world, "county", 3)
    office = sign_in("coordinator")
    address = f"/returns/units/{world.units['county'].pk}/sign/"
    assert address in office.get("/returns/").content.decode()
    typed = {
        "ids": [str(row.id) for row in rows[:2]],
        "paper-file": SimpleUploadedFile("签收表.png", PNG + b"list"),
        "paper-signed_by": "丁县长",
        "paper-occurred_on": START.isoformat(),
    }
    missing = office.post(address, {**typed, "ids": []})
    assert missing.status_code == 422
    assert "请选中要签收的问题" in missing.content.decode()
    typed["paper-file"] = SimpleUploadedFile("签收表.png", PNG + b"list")
    assert office.post(address, typed).url == "/returns/"
    assert Problem.objects.filter(signed_by_office=True).count() == 2
    assert Evidence.objects.values("sha256").distinct().count() == 1
    assert office.get(address).content.decode().count('name="ids"') == 1


def test_a_paper_dated_before_dispatch_signs_for_nothing(world, sign_in):
    rows = dispatched(world, "county")
    typed = {
        "ids": [str(rows[0].id)],
        "paper-file": SimpleUploadedFile("签收表.png", PNG + b"list"),
        "paper-signed_by": "丁县长",
        "paper-occurred_on": date(2026, 2, 1).isoformat(),
    }
    answer = sign_in("coordinator").post(f"/returns/units/{world.units['county'].pk}/sign/", typed)
    assert "早于交办日期" in answer.content.decode()
    assert not Evidence.objects.exists()


def test_another_office_does_not_see_the_files(world, sign_in):
    dispatched(world)
    office = sign_in("coordinator")
    address = upload(office, ("a.xlsx", downloaded(office, world, "housing"))).url
    county = sign_in("county_coordinator")
    for found in (county.get(address), county.get(f"{address}file/"), county.post(f"{address}drop/")):
        assert found.status_code == 404
    assert "a.xlsx" not in county.get("/returns/").content.decode()
    assert office.post(f"{address}drop/").url == "/returns/"
    assert "已经放弃" in office.get(address).content.decode()
