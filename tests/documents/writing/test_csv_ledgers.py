"""The standard layout as csv: opened by Excel in Chinese, harmless, and read back as it was."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from bihuan.documents.reading import Item, read_ledger
from bihuan.documents.writing.csv_ledgers import write_csv_ledger
from bihuan.documents.writing.ledgers import STANDARD, Column, standard_row
from tests.documents.test_writing import DANGEROUS
from tests.documents.writing.offices import told

ITEM = Item(
    no="YT-1",
    category="市政设施",
    source="市级巡查",
    problem='井盖“缺失"，\n无人修补',
    goal="恢复平整",
    measures=("勘查", "1.5米范围内换新"),
    lead_units=("市城管局", "市水务局"),
    support_units=("市财政局",),
    person="方舟、许诺",
    deadline_raw="2026-03-31",
    deadline_kind="date",
    deadline_date=date(2026, 3, 31),
    progress="已进场",
    status="ongoing",
    status_raw="整改中",
    remark="见附件",
)


def written(rows, columns=STANDARD) -> bytes:
    out = io.BytesIO()
    assert write_csv_ledger(out, columns=columns, rows=rows) == len(rows)
    return out.getvalue()


def test_what_is_written_is_read_back(tmp_path):
    path = tmp_path / "台账.csv"
    path.write_bytes(written([standard_row(ITEM)]))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    [found] = read_ledger(path).items
    assert told(found) == told(ITEM)


def test_nothing_typed_becomes_a_formula():
    lines = written([(text, text) for text in DANGEROUS], [Column("编号"), Column("问题")]).decode("utf-8-sig")
    for cells in list(csv.reader(io.StringIO(lines, newline="")))[1:]:
        for cell in cells:
            assert not cell.lstrip(" \u3000\xa0").startswith(tuple("=+-@＝＋－＠\t\r\n"))


def test_days_times_and_numbers_are_told_plainly():
    columns = [Column("日期"), Column("时间"), Column("数"), Column("空")]
    row = (date(2026, 3, 1), datetime(2026, 3, 1, 8, 30, tzinfo=UTC), -12.5, None)
    assert written([row], columns).decode("utf-8-sig").splitlines()[1] == "2026-03-01,2026-03-01 08:30,-12.5,"


def test_a_row_too_long_is_refused():
    with pytest.raises(ValueError, match="row 1 has 2 cells"):
        written([(1, 2)], [Column("编号")])
