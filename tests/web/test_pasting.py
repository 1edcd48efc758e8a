"""Words pasted into the import page: a text or rows of a table, instead of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.intake.models import Draft, Reading
from tests.intake.files import PLAIN, ledger
from tests.web.test_problem import text_of
from tests.world import World

pytestmark = pytest.mark.django_db

PLAN = "一、东门排涝闸启闭机锈蚀，汛期无法启闭。\n责任单位：市水利局\n整改时限：2026年10月底前\n"
ROWS = "序号\t存在问题\t责任单位\n1\t东门排涝闸启闭机锈蚀\t市水利局\n"


@pytest.fixture
def send(sign_in: Callable[[str], Client], world: World) -> Callable[..., str]:
    """Send the import page's form; what the next page says."""
    office = sign_in("coordinator")

    def sent(**values: object) -> str:
        answer = office.post("/intake/", {"ledger": str(world.ledger.id)} | values, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    return sent


@pytest.mark.parametrize(("words", "kind"), [(PLAN, "text"), (ROWS, "sheets")])
def test_pasted_words_are_read_as_what_they_are(send: Callable[..., str], words: str, kind: str) -> None:
    assert "读出1个问题。" in text_of(send(text=words))
    assert Reading.objects.get().kind == kind
    assert Draft.objects.get().item["problem"].startswith("东门排涝闸启闭机锈蚀")


def test_a_word_file_is_taken(send: Callable[..., str], tmp_path: Path) -> None:
    document = docx.Document()
    for line in PLAN.splitlines():
        document.add_paragraph(line)
    document.save(str(tmp_path / "方案.docx"))
    send(file=SimpleUploadedFile("方案.docx", (tmp_path / "方案.docx").read_bytes()))
    assert Draft.objects.get().item["lead_units"] == ["市水利局"]


def test_nothing_at_all(send: Callable[..., str]) -> None:
    assert "请选择文件，或粘贴文字。" in send(text=" \n ")


def test_both_at_once_are_not_guessed_and_the_words_stay(send: Callable[..., str], tmp_path: Path) -> None:
    path = ledger(tmp_path, PLAIN)
    html = send(file=SimpleUploadedFile(path.name, path.read_bytes()), text=PLAN)
    assert "选了文件，又粘贴了文字，一次只读一样。" in html
    assert PLAN.splitlines()[0] in html
    assert not Reading.objects.exists()


def test_the_page_says_what_can_be_read(sign_in: Callable[[str], Client]) -> None:
    html = sign_in("coordinator").get("/intake/").content.decode()
    offered = html.split('accept="')[1].split('"')[0].split(",")
    assert {".xlsx", ".et", ".ods", ".csv", ".docx", ".pdf", ".html", ".htm", ".txt"} <= set(offered)
    for said in ("Word（docx）", "能选中文字的PDF", "网页", "扫描件和照片读不出文字"):
        assert said in html
