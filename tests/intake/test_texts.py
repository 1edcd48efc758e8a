"""Texts come in like ledgers: Word, PDF, web pages, plain and pasted words become drafts with their place."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from bihuan.domain.refusals import Refused
from bihuan.intake import actions, receiving
from bihuan.intake.models import Draft, Extract, Reading
from bihuan.ledger.models import Problem
from tests.intake.files import leave_out
from tests.world import World

pytestmark = pytest.mark.django_db

PLAN = """云汀市秋季专项检查整改方案

一、东门排涝闸启闭机锈蚀，汛期无法启闭。
整改措施：更换两台启闭机并调试。
责任单位：市水利局
整改时限：2026年10月底前

二、育才路二十三盏路灯不亮，群众夜间出行不便。
整改措施：更换灯具，排查线路。
责任单位：市住建局
整改时限：2026年8月底前
"""
ROWS = "序号\t存在问题\t责任单位\t整改时限\n1\t东门排涝闸启闭机锈蚀\t市水利局\t2026年10月底前\n"


def paste(world: World, text: str) -> Reading:
    return receiving.receive_text(actor=world.actor("coordinator"), ledger=world.ledger, text=text)


def upload(world: World, path: Path) -> Reading:
    return receiving.receive(
        actor=world.actor("coordinator"), ledger=world.ledger, name=path.name, chunks=[path.read_bytes()]
    )


def problems_in(reading: Reading) -> list[tuple[str, str]]:
    rows = Draft.objects.filter(reading_id=reading.id).order_by("place")
    return [(row.item["problem"][:5], row.item["lead_units"][0]) for row in rows]


EXPECTED = [("东门排涝闸", "市水利局"), ("育才路二十", "市住建局")]


def test_a_pasted_plan_becomes_drafts_and_then_problems(city: World) -> None:
    reading = paste(city, PLAN)
    assert (reading.kind, problems_in(reading)) == ("text", EXPECTED)
    leave_out(city, reading)
    actions.confirm(actor=city.actor("coordinator"), reading=reading)
    dike, lamps = Problem.objects.order_by("number")
    assert (dike.lead_unit_id, str(dike.wanted_due)) == (city.units["water"].pk, "2026-10-31")
    assert (lamps.lead_unit_id, str(lamps.wanted_due)) == (city.units["housing"].pk, "2026-08-31")


def test_rows_copied_from_a_table_are_a_table(city: World) -> None:
    reading = paste(city, ROWS)
    assert (reading.kind, problems_in(reading)) == ("sheets", EXPECTED[:1])


def test_a_word_file(city: World, tmp_path: Path) -> None:
    document = docx.Document()
    for line in PLAN.splitlines():
        document.add_paragraph(line)
    document.save(str(tmp_path / "整改方案.docx"))
    reading = upload(city, tmp_path / "整改方案.docx")
    assert (reading.kind, problems_in(reading)) == ("text", EXPECTED)


def test_a_web_page(city: World, tmp_path: Path) -> None:
    page = tmp_path / "通知.html"
    lines = "".join(f"<p>{line}</p>" for line in PLAN.splitlines() if line)
    page.write_text(f"<html><head><meta charset=utf-8></head><body>{lines}</body></html>", encoding="utf-8")
    assert problems_in(upload(city, page)) == EXPECTED


def test_every_draft_of_a_text_says_where_its_words_stand(city: World) -> None:
    reading = paste(city, PLAN)
    kept = [block for row in Extract.objects.filter(reading_id=reading.id) for block in row.content]
    for draft in Draft.objects.filter(reading_id=reading.id):
        (span, *_more) = draft.item["passage"]["spans"]["problem"]
        words = kept[span["paragraph"] - 1]["text"][span["start"] : span["end"]]
        assert words == draft.item["problem"]


def test_a_text_without_problems_gives_no_drafts(city: World) -> None:
    reading = paste(city, "今天召开了动员会，会议强调要提高认识、加强领导。")
    assert reading.drafts_count == 0


def test_nothing_pasted_is_refused(city: World) -> None:
    with pytest.raises(Refused, match="还没有粘贴内容"):
        paste(city, " \n ")
    assert not Reading.objects.exists()
