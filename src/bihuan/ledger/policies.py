"""The colour policies on the record, as the schedule by which the domain colours problems. Reads only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db import connection

from bihuan.domain.colours import policy_from_data
from bihuan.domain.schedule import Dated, Schedule, schedule_of

_STORED = "SELECT effective_from, version, data FROM ledger_colourpolicy ORDER BY version"


def schedule_on_record() -> Schedule:
    """Every policy on the record with its day; where there is none, the default policy is always in force.

    Every action asks for it, so what is stored is taken as text, and made out only where it has changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STORED)
        return _made_out(tuple((str(begins), version, data) for begins, version, data in cursor.fetchall()))


@lru_cache(maxsize=4)
def _made_out(stored: Iterable[tuple[str, int, str]]) -> Schedule:
    return schedule_of(
        Dated(date.fromisoformat(begins), version, policy_from_data(json.loads(data)))
        for begins, version, data in stored
    )
