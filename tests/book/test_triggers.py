"""What a hand on the database meets: entries cannot be changed, deleted or replaced while the triggers stand."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.book import clock
from tests.world import START, build_world

pytestmark = pytest.mark.django_db

COLUMNS = "id, region_id, kind, subject, seq, hash, recorded_at, occurred_on, action, audience, body"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE book_entry SET action = 'x'",
        "DELETE FROM book_entry",
        f"REPLACE INTO book_entry ({COLUMNS}) SELECT {COLUMNS} FROM book_entry LIMIT 1",
        f"INSERT INTO book_entry ({COLUMNS}) SELECT {COLUMNS} FROM book_entry LIMIT 1",
    ],
)
def test_an_entry_stays_as_it_was_written(statement):
    with clock.moved_to(clock.moment_on(START)):
        build_world()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
