"""Pages that take back and mend: corrections side by side, a dispatch recalled, an import withdrawn."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.domain.case import Stage
from bihuan.intake.models import Reading
from bihuan.ledger.actions import correcting, dispatch, setting_aside, working
from bihuan.ledger.actions.correcting import Mended
from bihuan.ledger.models import Measure, Problem
from bihuan.ledger.models.problem import Origin
from bihuan.web.refusals import grouped
from tests.web.situations import correction
from tests.world import START, days_later


def ids(problems):
    return [row.id for row in problems]


def sent(world, count=3):
    problems = world.register(count)
    dispatch.dispatch(actor=world.actor("coordinator"), problems=ids(problems))
    return list(Problem.objects.filter(id__in=ids(problems)).order_by("number"))


def recall_of(problem):
    return f"/ledger/dispatches/{problem.dispatch_id}/recall/"


def hidden(page, name):
    """The value of a hidden field."""
    [value] = re.findall(rf'name="{name}" value="([^"]*)"', page)
    return value


def confirm(client, address, reason="名单传错", **changed):
    """Open the preview and confirm it."""
    page = client.get(address).content.decode()
    told = {"ticket": hidden(page, "ticket"), "shown": hidden(page, "shown"), "reason": reason}
    return client.post(address, {**told, **changed})


def text_of(response):
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


# ── corrections ──


def test_a_correction_stands_side_by_side_with_the_changed_characters_marked(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    mended = Mended("滨河路井盖下沉", problem.text, "市政", "", None, Origin.NEW)
    correcting.correct(
        actor=world.actor("coordinator"), problem=problem.id, mended=mended, reason="<b>错别字</b>"
    ).only()
    correcting.correct(
        actor=world.actor("coordinator"),
        problem=problem.id,
        mended=Mended("滨河路井盖下陷", problem.text, "市政", "", None, Origin.NEW),
        reason="仍有错字",
    ).only()
    for name in ("coordinator", "liaison", "support", "auditor"):
        page = sign_in(name).get(f"/problems/{problem.id}/").content.decode()
        assert f'href="/problems/{problem.id}/#corrections"' in page
        assert "滨河路井盖下<mark>沉</mark>" in page
        assert "滨河路井盖下<mark>陷</mark>" in page
        assert "理由：仍有错字" in page
        assert "<b>错别字</b>" not in page
        assert "文立本" in page


def test_the_form_of_a_correction_says_what_it_is_not_for_and_keeps_what_was_typed(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    office, address = sign_in("coordinator"), f"/problems/{problem.id}/correct/"
    assert "时限、环节、进度、责任单位各有各的办理" in text_of(office.get(address))
    typed = {"version": problem.version, **correction(world, problem)}
    refused = office.post(address, {**typed, "reason": "很长。" * 3400})
    assert refused.status_code == 422
    assert "改正了错字的标题" in refused.content.decode()
    assert Problem.objects.get(id=problem.id).title == problem.title
    unchanged = office.post(address, {**typed, "title": problem.title})
    assert unchanged.status_code == 422
    assert "内容没有改动" in text_of(unchanged)


def test_a_correction_by_two_at_once_shows_what_the_other_did(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    typed = {"version": problem.version, **correction(world, problem)}
    working.report(actor=world.actor("liaison"), problem=problem.id, progress={}, note="到了现场").only()
    overtaken = sign_in("coordinator").post(f"/problems/{problem.id}/correct/", typed)
    assert overtaken.status_code == 409
    assert "到了现场" in text_of(overtaken)


# ── a dispatch recalled ──


def test_after_a_bulk_dispatch_its_recall_is_offered_and_the_list_tells_how_it_stands(world, sign_in):
    problems = sent(world)
    office = sign_in("coordinator")
    listed = office.get("/ledger/dispatches/")
    assert f'href="{recall_of(problems[0])}"' in listed.content.decode()
    assert problems[0].title in text_of(listed)
    assert "等3件" in text_of(listed)
    assert "文立本" in text_of(listed)
    working.sign(actor=world.actor("liaison"), problems=[problems[0].id])
    assert f'href="{recall_of(problems[0])}"' not in office.get("/ledger/dispatches/").content.decode()
    found = office.get(f"/ledger/?dispatch={problems[0].dispatch_id}")
    assert all(row.number in text_of(found) for row in problems)
    assert "最近没有交办" in text_of(sign_in("county_coordinator").get("/ledger/dispatches/"))


def test_a_dispatch_is_recalled_after_a_look_at_what_will_happen(world, sign_in):
    problems = sent(world)
    office = sign_in("coordinator")
    page = text_of(office.get(recall_of(problems[0])))
    assert "3个问题回到“已入账”" in page
    assert "撤回交办（3件）" in page
    done = confirm(office, recall_of(problems[0]))
    assert done.status_code == 302
    after = text_of(office.get(done.url))
    assert "已撤回交办3件，回到“已入账”。请另行告知：市住房和城乡建设局 3。" in after
    assert set(Problem.objects.values_list("stage", flat=True)) == {"listed"}
    assert office.get(recall_of(problems[0])).status_code == 404


def test_both_of_two_clicks_see_the_same_and_a_reason_is_asked(world, sign_in):
    problems = sent(world)
    office, address = sign_in("coordinator"), recall_of(problems[0])
    assert confirm(office, address, reason=" ").status_code == 422
    assert confirm(office, address, reason="很长。" * 3400).status_code == 422
    page = office.get(address).content.decode()
    said = {"ticket": hidden(page, "ticket"), "shown": hidden(page, "shown"), "reason": "传错"}
    clicks = [office.post(address, said) for _ in range(2)]
    assert [click.status_code for click in clicks] == [302, 302]
    assert "已撤回交办3件" in text_of(office.get(clicks[1].url))
    assert office.post(address, {**said, "ticket": "stale"}).status_code == 404


@pytest.mark.parametrize("ticket", ["stale", ""])
def test_without_its_ticket_nothing_is_recalled(world, sign_in, ticket):
    problems = sent(world)
    refused = confirm(sign_in("coordinator"), recall_of(problems[0]), ticket=ticket)
    assert refused.status_code == 422
    assert set(Problem.objects.values_list("stage", flat=True)) == {"dispatched"}


def test_what_changed_since_the_look_is_shown_and_not_done(world, sign_in):
    problems = sent(world)
    office, address = sign_in("coordinator"), recall_of(problems[0])
    page = office.get(address).content.decode()
    said = {"ticket": hidden(page, "ticket"), "shown": hidden(page, "shown"), "reason": "传错"}
    setting_aside.withdraw(actor=world.actor("coordinator"), problems=[problems[0].id], reason="重复")
    stale = office.post(address, said)
    assert stale.status_code == 409
    assert "情况有了变化，还没有撤回" in text_of(stale)
    assert "传错" in stale.content.decode()
    working.sign(actor=world.actor("liaison"), problems=[problems[1].id])
    blocked = office.get(address)
    assert "有 1 件不能撤回，所以整批都不撤回" in text_of(blocked)
    assert problems[1].number in text_of(blocked)
    assert "<textarea" not in blocked.content.decode()


# ── an import withdrawn ──


def a_file(*rows):
    book = openpyxl.Workbook()
    for row in (["序号", "问题", "责任单位", "整改时限"], *rows):
        book.worksheets[0].append(row)
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("台账.xlsx", target.getvalue())


def imported(world, office):
    rows = ([1, "路灯不亮", "市住建局", "2026年6月底"], [2, "水管漏水", "市水利局", "2026年6月底"])
    office.post("/intake/", {"ledger": str(world.ledger.pk), "file": a_file(*rows)})
    reading = Reading.objects.latest("uploaded_at")
    office.post(f"/intake/{reading.id}/confirm/", {"source": "", "origin": "new", "urgency": "ordinary"})
    return Reading.objects.get(id=reading.id)


def test_a_wrong_import_is_withdrawn_from_its_page_and_gone_over_again(world, sign_in):
    office = sign_in("coordinator")
    reading = imported(world, office)
    address = f"/intake/{reading.id}/withdraw/"
    assert f'href="{address}"' in office.get(f"/intake/{reading.id}/").content.decode()
    assert f'href="{address}"' in office.get("/intake/").content.decode()
    page = text_of(office.get(address))
    assert "2个问题撤销，编号不再使用" in page
    assert "重新导入" in page
    done = confirm(office, address, reason="传成了去年的台账")
    assert (done.status_code, done.url) == (302, f"/intake/{reading.id}/")
    after = text_of(office.get(done.url))
    assert "已撤回导入：2个问题撤销" in after
    assert "由文立本撤回。理由：传成了去年的台账" in after
    assert "已撤回" in text_of(office.get("/intake/"))
    again = office.post(f"/intake/{reading.id}/again/")
    assert again.status_code == 302
    assert "同一个文件" not in text_of(office.get(again.url))
    assert office.get(address).status_code == 302


def test_an_import_that_a_unit_has_acted_on_is_refused_as_a_whole_with_names_and_the_way_out(world, sign_in):
    office = sign_in("coordinator")
    reading = imported(world, office)
    first = Problem.objects.filter(reading_id=reading.id).order_by("number")[0]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[first.id])
    working.sign(actor=world.actor("liaison"), problems=[first.id])
    refused = office.get(f"/intake/{reading.id}/withdraw/")
    assert "有 1 件不能撤回" in text_of(refused)
    assert f'href="/problems/{first.id}/"' in refused.content.decode()
    assert "逐个“撤销”" in text_of(refused)
    assert "btn-danger" not in refused.content.decode()


def test_a_reading_of_another_office_does_not_exist(world, sign_in):
    reading = imported(world, sign_in("coordinator"))
    other = sign_in("county_coordinator")
    for address in (f"/intake/{reading.id}/withdraw/", f"/intake/{reading.id}/again/"):
        assert other.post(address, {"reason": "x"}).status_code == 404
    assert {row.stage for row in Problem.objects.filter(reading_id=reading.id)} == {"listed"}


# ── on the way ──


def test_a_measure_reported_done_without_proof_is_told_at_once(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    first = Measure.objects.filter(problem_id=problem.id).order_by("place")[0]
    unit, address = sign_in("liaison"), f"/problems/{problem.id}/report/"
    sent_ = unit.post(address, {"version": problem.version, f"percent-{first.id.hex}": "100"})
    assert sent_.status_code == 302
    page = text_of(unit.get(f"/problems/{problem.id}/"))
    assert "有1项措施报了100%，还没有佐证材料，例如“逐一排查井盖”" in page
    assert "缺佐证材料" in page
    assert "报了100%" not in text_of(unit.get(f"/problems/{problem.id}/"))


def test_refusals_that_differ_in_their_dates_alone_are_one_group(world):
    problems = [*world.register(2, wanted_due=START), *world.register(1, wanted_due=START.replace(day=3))]
    with days_later(4):
        outcome = dispatch.dispatch(actor=world.actor("coordinator"), problems=ids(problems))
    (group,) = grouped(outcome.refused)
    assert group["count"] == 3
    assert group["text"].startswith("整改时限2026-03-02至2026-03-03已经过去")
