"""Evidence leaves the house only to those who may see it, as an attachment that no browser will run."""

from __future__ import annotations

import errno
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.book import home
from bihuan.domain.case import Stage
from bihuan.ledger import files
from bihuan.ledger.models import Evidence, Measure
from tests.web.situations import PNG


@pytest.fixture
def problem(world):
    return world.through(Stage.UNDER_WAY)


@pytest.fixture
def upload(problem, sign_in):
    """Send one file with a report; gives the answer."""

    def send(name, content, who="liaison"):
        first = Measure.objects.filter(problem_id=problem.id).order_by("place")[0].id.hex
        typed = {
            "version": problem.version,
            f"percent-{first}": "10",
            f"note-{first}": "刚刚开始",
            f"files-{first}": SimpleUploadedFile(name, content),
        }
        return sign_in(who).post(f"/problems/{problem.id}/report/", typed)

    return send


def stored(problem):
    return Evidence.objects.get(problem_id=problem.id)


def test_it_is_an_attachment_of_a_safe_type(problem, upload, sign_in):
    upload("现场 照片.png", PNG + b"1")
    answer = sign_in("coordinator").get(f"/evidence/{stored(problem).id}/")
    assert b"".join(answer) == PNG + b"1"
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E7%8E%B0%E5%9C%BA%20%E7%85%A7%E7%89%87.png"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"


def test_what_a_browser_might_run_is_only_bytes(problem, upload, sign_in):
    upload("说明.txt", b"<script>alert(1)</script>")
    answer = sign_in("coordinator").get(f"/evidence/{stored(problem).id}/")
    assert answer["Content-Type"] == "application/octet-stream"


def test_strangers_find_nothing(problem, upload, sign_in, client):
    upload("照片.png", PNG + b"1")
    address = f"/evidence/{stored(problem).id}/"
    for who in ("stranger", "administrator", "county_coordinator", "support"):
        assert sign_in(who).get(address).status_code == 404
        assert sign_in(who).get(f"{address}check/").status_code == 404
    assert "/accounts/login/" in client.get(address).url


def test_a_file_that_the_disk_has_lost(problem, upload, sign_in):
    upload("照片.png", PNG + b"lost")
    files.path_of(stored(problem).sha256).unlink()
    client = sign_in("coordinator")
    answer = client.get(f"/evidence/{stored(problem).id}/")
    assert answer.status_code == 404
    assert "服务器上没有找到它" in answer.content.decode()
    check = client.get(f"/evidence/{stored(problem).id}/check/", headers={"HX-Request": "true"})
    assert "文件已经丢失" in check.content.decode()


def test_the_fingerprint_is_checked_on_demand(problem, upload, sign_in):
    upload("照片.png", PNG + b"2")
    row, client = stored(problem), sign_in("auditor")
    address = f"/evidence/{row.id}/check/"
    assert "与登记时的指纹一致" in client.get(address, headers={"HX-Request": "true"}).content.decode()
    files.path_of(row.sha256).write_bytes(PNG + b"another")
    assert "不一致" in client.get(address, headers={"HX-Request": "true"}).content.decode()
    alone = client.get(address, follow=True)
    assert alone.redirect_chain[0][0] == f"/problems/{problem.id}/"
    assert "不一致" in alone.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("空.png", b"", "是空的"),
        ("假.png", b"MZ\x90\x00not a picture", "类型不在可上传之列"),
        ("程序.exe", b"MZ\x90\x00", "类型不在可上传之列"),
        ("大.png", PNG + b"0" * 3000, "超过0 MB"),
    ],
)
def test_a_file_that_is_not_taken_is_told_and_nothing_is_written(name, content, told, problem, upload, settings):
    settings.EVIDENCE_MAX_BYTES = 2048
    page = upload(name, content).content.decode()
    assert told in page
    assert name in page
    assert "刚刚开始" in page
    assert "请重新选择" in page
    assert not Evidence.objects.exists()
    assert not list((home.files() / "incoming").iterdir())
    problem.refresh_from_db()
    assert problem.progress == 0


def test_a_full_disk_is_told_and_nothing_is_written(problem, upload, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr("bihuan.ledger.files.os.fsync", full)
    page = upload("照片.png", PNG + b"3").content.decode()
    assert "服务器存储空间不足" in page
    assert "刚刚开始" in page
    assert not Evidence.objects.exists()


def test_files_of_a_report_that_is_refused_are_not_stored(world, problem, sign_in):
    first = Measure.objects.filter(problem_id=problem.id).order_by("place")[0]
    Measure.objects.filter(id=first.id).update(unit=world.units["water"])
    content = PNG + b"refused"
    typed = {
        "version": problem.version,
        "proof": SimpleUploadedFile("照片.png", content),
        "occurred_on": "2026-12-01",
    }
    page = sign_in("support").post(f"/problems/{problem.id}/report/", typed).content.decode()
    assert "还没有到" in page
    assert not Evidence.objects.exists()
    assert not files.path_of(sha256(content).hexdigest()).exists()


def test_too_many_files_are_told_in_plain_words(problem, sign_in, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    many = [SimpleUploadedFile(f"{n}.png", PNG) for n in range(3)]
    answer = sign_in("liaison").post(f"/problems/{problem.id}/report/", {"version": 1, "proof": many})
    assert answer.status_code == 413
    assert "提交的内容过大" in answer.content.decode()


def test_too_much_text_is_told_in_plain_words(problem, sign_in, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = sign_in("liaison").post(f"/problems/{problem.id}/report/", {"version": 1, "note": "长" * 2000})
    assert answer.status_code == 413
    assert "提交的内容过大" in answer.content.decode()
