"""A file comes in: it is read into drafts and kept, or nothing of it stays behind."""

from __future__ import annotations

import errno
import hashlib
import os
from datetime import timedelta

import pytest

from bihuan.book import clock, home
from bihuan.domain.refusals import Refused
from bihuan.intake import actions, queries
from bihuan.intake.models import Reading
from bihuan.intake.receiving import NewLedger
from bihuan.ledger.actions.ledgers import open_ledger
from bihuan.ledger.files import path_of
from bihuan.ledger.models import Ledger
from tests.intake.files import AT_ONCE, NEAR, NO_SUCH_DAY, PLAIN, ledger, receive
from tests.world import days_later

pytestmark = pytest.mark.django_db


def waiting():
    return list((home.files() / "incoming").glob("*"))


def refused(world, path, **how):
    with pytest.raises(Refused) as caught:
        receive(world, path, **how)
    assert not Reading.objects.exists()
    assert waiting() == []
    assert not path_of(hashlib.sha256(path.read_bytes()).hexdigest()).exists()
    return str(caught.value)


def test_what_was_read_waits_as_drafts_and_the_file_is_kept(city, tmp_path):
    path = ledger(tmp_path, PLAIN, NO_SUCH_DAY, AT_ONCE, NEAR)
    reading = receive(city, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (reading.name, reading.sha256, reading.drafts_count) == (path.name, digest, 4)
    assert path_of(digest).read_bytes() == path.read_bytes()
    assert waiting() == []
    first = queries.drafts_of(reading)[0]
    assert first.item["problem"] == PLAIN[2].rstrip("。")
    assert (first.item["place"]["sheet"], first.item["place"]["row"]) == ("整改台账", 3)
    assert not city.ledger.problems.exists()


def test_only_exact_names_are_matched_on_arrival(city, tmp_path):
    names = {row.name: row for row in queries.names_of(receive(city, ledger(tmp_path, PLAIN, AT_ONCE, NEAR)))}
    assert names["市住建局"].units == [city.units["housing"].pk]
    assert [name for name, row in names.items() if not row.settled] == ["住建局", "各县（市、区）教育局", "水务局"]


def test_a_day_that_does_not_exist_is_a_fault_with_its_cell(city, tmp_path):
    reading = receive(city, ledger(tmp_path, PLAIN, NO_SUCH_DAY))
    assert [draft.place for draft in queries.drafts_of(reading, "faulty")] == [2]
    note = queries.notes_on(reading, "faulty")[0]
    assert note.places == ("整改台账!H4",)
    assert "2026年2月30日" in note.template % note.params


def test_a_ledger_without_rows_is_read_and_gives_nothing(city, tmp_path):
    reading = receive(city, ledger(tmp_path))
    assert (reading.drafts_count, reading.tables[0]["items"]) == (0, 0)


def test_a_file_sent_before_is_known_again_but_not_refused(city, tmp_path):
    path = ledger(tmp_path, PLAIN)
    first = receive(city, path)
    assert queries.same_file(first) is None
    with days_later(1):
        second = receive(city, path)
        assert queries.same_file(second) == first
        actions.confirm(actor=city.actor("coordinator"), reading=second)
    with days_later(2):
        third = receive(city, path)
    assert queries.same_file(third) == second, "the one that was confirmed is told, not the one given up"


def test_what_is_no_ledger_is_refused_with_the_reason(city, tmp_path):
    path = tmp_path / "台账.xlsx"
    path.write_bytes(b"not a workbook")
    assert "内容却不是工作簿" in refused(city, path)


def test_a_file_beyond_the_limit_is_refused(city, tmp_path, settings):
    settings.LEDGER_MAX_BYTES = 2048
    assert "超过0 MB" in refused(city, ledger(tmp_path, PLAIN))


def test_an_empty_file_is_refused(city, tmp_path):
    path = tmp_path / "空.xlsx"
    path.write_bytes(b"")
    assert "是空的" in refused(city, path)


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_is_told_and_leaves_nothing(city, tmp_path, monkeypatch, failing):
    path = ledger(tmp_path, PLAIN)

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(f"bihuan.intake.uploads.os.{failing}", full)
    assert "存储空间不足" in refused(city, path)


def test_only_a_coordinator_of_the_ledgers_own_office_may(city, tmp_path):
    path = ledger(tmp_path, PLAIN)
    assert "只有整改办人员" in refused(city, path, who="liaison")
    other = open_ledger(actor=city.actor("county_coordinator"), name="县台账", prefix="HF")
    assert "不是您所在单位的" in refused(city, path, into=other)


def test_a_first_ledger_is_opened_with_its_first_readable_file(city, tmp_path):
    new = NewLedger(name="县级台账", prefix="HF")
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(b"nothing of the kind")
    refused(city, bad, who="county_coordinator", into=new)
    assert not Ledger.objects.filter(prefix="HF").exists()
    reading = receive(city, ledger(tmp_path, PLAIN), who="county_coordinator", into=new)
    assert (reading.ledger.name, reading.ledger.prefix) == ("县级台账", "HF")


def test_a_reading_is_for_its_own_office_only(city, tmp_path):
    reading = receive(city, ledger(tmp_path, PLAIN))
    assert queries.find_reading(city.actor("second_coordinator"), reading.id) == reading
    for who in ("county_coordinator", "liaison", "auditor", "administrator"):
        assert queries.find_reading(city.actor(who), reading.id) is None


def test_reading_many_rows_takes_few_statements(city, tmp_path, django_assert_max_num_queries):
    path = ledger(
        tmp_path, *(("", "", f"第{n}处井盖下沉。", "更换", "市住建局", "", "", "", "", "") for n in range(400))
    )
    with django_assert_max_num_queries(30):
        assert receive(city, path).drafts_count == 400


def test_readings_are_listed_latest_first(city, tmp_path):
    first = receive(city, ledger(tmp_path, PLAIN, name="一.xlsx"))
    with clock.moved_to(clock.now() + timedelta(hours=1)):
        second = receive(city, ledger(tmp_path, PLAIN, name="二.xlsx"))
    assert list(queries.readings_of(city.actor("coordinator"))) == [second, first]
