"""Files made to do harm, or broken: each ends in a reason, soon and without much memory."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest

import bihuan
from bihuan.documents.messages import Unreadable
from bihuan.documents.reading.ledger import read_ledger
from bihuan.documents.reading.limits import Limits
from tests.documents import build

ROWS: list[list[object]] = [["序号", "问题", "责任单位", "整改时限"], [1, "路沿石缺失", "市市政处", "2025年6月底"]]
ATTACKS = Path(__file__).parents[3] / "shared" / "standards" / "attacks" / "files"
SECONDS, MEGABYTES = 2.0, 200


def reason(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        read_ledger(path, limits=limits)
    return str(caught.value)


PEAK = """
import pathlib, resource, sys

def peak():
    status = pathlib.Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    own = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

"""
"""The most memory (KB) that a process took, told by itself. On Linux ru_maxrss begins at the parent's size, so a
large test process would be counted in; VmHWM begins anew with the program."""


def measured(path: Path) -> tuple[int, float, int]:
    """Exit code, seconds and peak megabytes of reading a file in a process of its own."""
    code = f"{PEAK}from bihuan.documents.reading.__main__ import main\n"
    code += "code = main(sys.argv[1:])\nsys.stderr.write(f'\\n{peak()}')\nsys.exit(code)\n"
    source = str(Path(bihuan.__file__).parents[1])
    began = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": source},
    )
    return run.returncode, time.monotonic() - began, int(run.stderr.split()[-1]) // 1024


def workbook(tmp_path: Path) -> Path:
    return build.xlsx(tmp_path / "a.xlsx", ROWS)


@pytest.mark.skipif(not ATTACKS.is_dir(), reason="the shared attack files do not lie beside this repository")
@pytest.mark.parametrize(
    "name", ["billion-laughs.xlsx", "huge-dimension.xlsx", "xxe.docx", "zip-slip.zip", "xss.svg"]
)
def test_the_shared_attack_files_end_in_a_reason(name):
    code, seconds, megabytes = measured(ATTACKS / name)
    assert code == 1
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


DOCTYPE = (
    '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
)


@pytest.mark.parametrize("entity", ["&c;", "&x;"])
def test_entities_are_refused(tmp_path, entity):
    path = workbook(tmp_path)
    sheet = build.part_of(path, "xl/worksheets/sheet1.xml").replace("路沿石缺失", entity)
    content = DOCTYPE + sheet.partition("?>")[2] if sheet.startswith("<?xml") else DOCTYPE + sheet
    build.replace_part(path, "xl/worksheets/sheet1.xml", content.encode())
    assert "DOCTYPE" in reason(path)


def test_entities_in_a_part_read_beside_the_sheet_are_refused(tmp_path):
    path = workbook(tmp_path)
    build.replace_part(path, "xl/sharedStrings.xml", (DOCTYPE + "<sst><si><t>&x;</t></si></sst>").encode())
    assert "DOCTYPE" in reason(path)


def test_one_cell_at_the_end_of_the_sheet_is_named(tmp_path):
    path = workbook(tmp_path)
    sheet = build.part_of(path, "xl/worksheets/sheet1.xml")
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    build.replace_part(path, "xl/worksheets/sheet1.xml", sheet.replace("</sheetData>", far).encode())
    assert "XFD1048576" in reason(path)


def test_formatted_but_empty_rows_far_below_do_no_harm(tmp_path):
    path = workbook(tmp_path)
    sheet = build.part_of(path, "xl/worksheets/sheet1.xml")
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    build.replace_part(path, "xl/worksheets/sheet1.xml", sheet.replace("</sheetData>", far).encode())
    assert len(read_ledger(path).items) == 1


def test_a_merge_over_the_whole_sheet_does_no_harm(tmp_path):
    path = workbook(tmp_path)
    sheet = build.part_of(path, "xl/worksheets/sheet1.xml")
    merges = '</sheetData><mergeCells count="1"><mergeCell ref="A9:XFD1048576"/></mergeCells>'
    build.replace_part(path, "xl/worksheets/sheet1.xml", sheet.replace("</sheetData>", merges).encode())
    assert len(read_ledger(path).items) == 1


def test_a_cell_cannot_smuggle_in_the_sign_that_no_database_text_may_hold(tmp_path):
    rows: list[list[object]] = [
        ["序号", "问题", "牵头单位"],
        [1, "井盖_x0000_下沉", "市住建局"],
        [2, "路灯不亮", "_x0000_"],
    ]
    path = build.xlsx(tmp_path / "a.xlsx", rows)

    found = read_ledger(path, name="a.xlsx", limits=Limits())

    assert [item.problem for item in found.items] == ["井盖下沉", "路灯不亮"]
    assert "\\x00" not in repr(found)


def test_a_zip_bomb_is_refused_by_its_declared_size(tmp_path):
    path = workbook(tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/a.xml", "w") as part:
        for _ in range(200):
            part.write(b" " * (1024 * 1024))
    code, seconds, megabytes = measured(path)
    assert code == 1
    assert seconds < SECONDS
    assert megabytes < MEGABYTES
    assert "解压" in reason(path)


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path):
    path = workbook(tmp_path)
    content = b"<a>" + b" " * (40 * 1024 * 1024) + b"</a>"
    build.replace_part(path, "xl/sharedStrings.xml", content)
    data = bytearray(path.read_bytes())
    true = struct.pack("<I", len(content))
    lie = struct.pack("<I", 1000)
    crc, false_crc = struct.pack("<I", zlib.crc32(content)), struct.pack("<I", zlib.crc32(content[:1000]))
    assert true in data
    path.write_bytes(bytes(data).replace(true, lie).replace(crc, false_crc))
    began = time.monotonic()
    assert reason(path)
    assert time.monotonic() - began < SECONDS


def test_two_parts_of_one_name_are_refused(tmp_path):
    path = workbook(tmp_path)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    assert "损坏" in reason(path)


def test_a_locked_zip_entry_is_called_a_password(tmp_path):
    path = workbook(tmp_path)
    data = bytearray(path.read_bytes())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    path.write_bytes(bytes(data))
    assert "密码" in reason(path)


def test_an_encrypted_workbook_is_called_a_password(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(build.compound({"EncryptionInfo": b"x" * 100, "EncryptedPackage": b"y" * 5000}))
    assert "密码" in reason(path)


def test_an_encrypted_old_workbook_is_called_a_password(tmp_path):
    path = build.xls(tmp_path / "a.xls", ROWS, globals_extra=struct.pack("<HH", 0x002F, 6) + b"\x01\x00" * 3)
    assert "密码" in reason(path)


def test_an_encrypted_opendocument_is_called_a_password(tmp_path):
    path = build.ods(tmp_path / "a.ods", build.ods_table(ROWS), "<manifest:encryption-data/>")
    assert "密码" in reason(path)


def test_an_opendocument_that_repeats_without_end_is_refused(tmp_path):
    cell = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>x</text:p>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-cell></table:table-row>'
    path = build.ods(tmp_path / "a.ods", f'<table:table table:name="s">{row}</table:table>')
    assert "太大" in reason(path)


def test_an_opendocument_of_endless_blanks_is_refused(tmp_path):
    blanks = '<text:p><text:s text:c="2000000000"/></text:p>'
    cell = f'<table:table-cell office:value-type="string">{blanks}</table:table-cell>'
    path = build.ods(
        tmp_path / "a.ods", f'<table:table table:name="s"><table:table-row>{cell}</table:table-row></table:table>'
    )
    assert "解压" in reason(path)


def test_empty_repeats_to_the_end_of_an_opendocument_do_no_harm(tmp_path):
    table = build.ods_table(ROWS).replace(
        "</table:table>",
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>',
    )
    assert len(read_ledger(build.ods(tmp_path / "a.ods", table)).items) == 1


def test_an_old_workbook_with_cells_far_apart_is_refused(tmp_path):
    far = struct.pack("<HHHHHd", 0x0203, 14, 65535, 255, 0, 1.0)
    assert "太大" in reason(build.xls(tmp_path / "a.xls", ROWS, extra=far))


def test_a_word_document_or_a_picture_called_a_workbook(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "Word" in reason(path)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    assert "图片" in reason(path)
    path.write_bytes(b"%PDF-1.7\n...")
    assert "PDF" in reason(path)


@pytest.mark.parametrize("content", [b"no workbook at all", b"a line\nand another, with a comma\n"])
def test_not_a_workbook_though_named_so(tmp_path, content):
    path = tmp_path / "台账.xls"
    path.write_bytes(content)
    text = reason(path)
    assert "台账.xls" in text
    assert "另存为 xlsx" in text


def test_the_name_given_by_the_sender_counts_not_that_of_the_temporary_file(tmp_path):
    path = build.text(tmp_path / "upload.tmp", ROWS, "utf-8")
    assert len(read_ledger(path, name="清单.csv").items) == 1
    assert read_ledger(path, name="清单.csv").file == "清单.csv"


@pytest.mark.parametrize("content", [b"", b"\r\n  \r\n", b"\0" * 64])
def test_an_empty_file_is_called_empty(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert "空" in reason(path)


def test_a_workbook_of_empty_sheets_is_called_empty(tmp_path):
    assert "空" in reason(build.xlsx(tmp_path / "a.xlsx", []))


def test_no_header_is_said_with_an_example(tmp_path):
    path = build.xlsx(tmp_path / "a.xlsx", [["今天", "天气", "很好"], [1, 2, 3]])
    assert "表头" in reason(path)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as out:
        out.truncate(60 * 1024 * 1024)
    assert "50" in reason(path)


def test_empty_cells_without_end_are_refused(tmp_path):
    path = workbook(tmp_path)
    sheet = build.part_of(path, "xl/worksheets/sheet1.xml")
    endless = "<row>" + "<c/>" * 3_000 + "</row></sheetData>"
    build.replace_part(path, "xl/worksheets/sheet1.xml", sheet.replace("</sheetData>", endless).encode())
    assert len(read_ledger(path).items) == 1
    assert "解压" in reason(path, Limits(cells=1_000))


def test_a_web_page_under_a_workbooks_name_does_no_harm(tmp_path):
    path = tmp_path / "a.xls"
    for content in (
        b"<table>" * 5_000,
        b"<table>" + b"<tr><td>" * 5_000,
        b"<table><tr><td rowspan=99999 colspan=99999>x" * 500,
        b"<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><table><tr><td>&x;</table>",
    ):
        path.write_bytes(content)
        began = time.process_time()
        assert reason(path)
        assert time.process_time() - began < SECONDS


def test_too_many_rows_and_columns(tmp_path):
    few = Limits(rows=3, columns=4)
    path = build.text(tmp_path / "a.csv", [*ROWS, *[[n, "另一个问题", "市市政处", ""] for n in range(5)]], "utf-8")
    assert "太大" in reason(path, few)
    wide = build.xlsx(tmp_path / "b.xlsx", [[*ROWS[0], "备注", "其他"], ROWS[1]])
    assert "E1" in reason(wide, few)


def test_binary_rubbish_called_csv(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(random.Random(5).randbytes(5000))
    assert reason(path)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_damaged_files_end_in_a_reason_or_a_reading_never_in_a_crash(tmp_path, kind):
    makers = {
        "xlsx": lambda path: build.xlsx(path, ROWS),
        "xls": lambda path: build.xls(path, ROWS),
        "ods": lambda path: build.ods(path, build.ods_table(ROWS)),
    }
    whole = makers[kind](tmp_path / f"whole.{kind}").read_bytes()
    chance = random.Random(7)
    path = tmp_path / f"torn.{kind}"
    began = time.monotonic()
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(bytes(data[: chance.randint(20, len(data))]) if chance.random() < 0.3 else bytes(data))
        with contextlib.suppress(Unreadable):
            read_ledger(path)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    "text",
    [
        *("（牵头" * 9000, "张" + " " * 30000 + "三", "1." * 15000, "2025年6月" * 6000, "一、" * 15000),
        *("未" * 32000, "、" * 32000, "1 " * 15000, "（" * 32000, "1、1、" * 8000, "牵头" * 16000),
        *("①" * 32000, "第1" * 16000, "，已完成" * 8000, "9" * 32000, "A" * 32000),
    ],
)
def test_long_cells_do_not_stall_the_reader(tmp_path, text):
    head = ["序号", "问题", "整改措施", "牵头单位", "配合单位", "责任人", "整改时限", "进展情况", "完成状态"]
    path = build.text(tmp_path / "a.csv", [head, ["1", *[text] * 8], ["2", "路灯不亮", *[""] * 7]], "utf-8")
    began = time.process_time()
    with contextlib.suppress(Unreadable):
        read_ledger(path)
    assert time.process_time() - began < 2


def test_reading_leaves_little_behind(tmp_path):
    path = workbook(tmp_path)
    read_ledger(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(30):
        read_ledger(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024
