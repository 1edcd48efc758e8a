"""The page of a problem's archive: what it will hold for this reader, and the archive as a download."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.urls import reverse

from bihuan.book import checkpoints
from bihuan.book.models import Entry
from bihuan.domain.case import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem(world):
    made = world.through(Stage.CLOSEOUT_ASKED)
    checkpoints.make_checkpoint()
    return made


def text_of(response):
    return response.content.decode()


def test_the_page_says_what_the_archive_will_hold(world, problem, sign_in, django_assert_max_num_queries):
    address = reverse("case_file", args=[problem.id])
    office = sign_in("coordinator")
    assert address in text_of(office.get(reverse("problem", args=[problem.id])))
    with django_assert_max_num_queries(22):
        page = text_of(office.get(address))
    assert "2个文件" in page
    assert "都有原文" in page
    assert "检查点第1号" in page
    cut = text_of(sign_in("support").get(address))
    assert "没有佐证材料" in cut
    assert "只列出哈希" in cut
    assert not Entry.objects.filter(action="export").exists()


def test_the_download_is_as_long_as_it_says_and_is_on_record(world, problem, sign_in):
    response = sign_in("liaison").post(reverse("case_file", args=[problem.id]))
    whole = b"".join(response.streaming_content)
    assert int(response["Content-Length"]) == len(whole)
    assert "attachment" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert "02-佐证/02-复核照片.png" in archive.namelist()
    assert Entry.objects.filter(action="export", person_id=world.people["liaison"].pk).count() == 1


@pytest.mark.parametrize("name", ["stranger", "administrator"])
def test_what_is_out_of_sight_has_no_archive(name, problem, sign_in):
    client = sign_in(name)
    assert client.post(reverse("case_file", args=[problem.id])).status_code == 404
    assert not Entry.objects.filter(action="export").exists()


def test_an_english_reader_gets_english_names(problem, sign_in):
    client = sign_in("coordinator")
    client.post(reverse("set_language"), {"language": "en"})
    response = client.post(reverse("case_file", args=[problem.id]))
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        folders = {name.partition("/")[0] for name in archive.namelist()}
    assert folders == {"01-summary.docx", "02-evidence", "03-record", "04-proof", "README.txt"}
