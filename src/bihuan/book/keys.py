"""Keys of large tables: application-made UUIDv7 and joins on (region, id), so that tables can be distributed.

`RegionalModel` gives a large table its space and its id; `RegionKey` links large tables on both. See
docs/decisions/0003. No identity columns, no generic or many-to-many relations on these tables.
"""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

import uuid_utils.compat
from django.db import models

_PLACES = count()
_RANDOM = (1 << 48) - 1


def new_id() -> UUID:
    """A fresh UUIDv7: ids made later sort later."""
    return uuid_utils.compat.uuid7()


def id_from(moment: datetime) -> UUID:
    """The least UUIDv7 of `moment`: ids of what was made from then on sort behind it."""
    return _id_at(moment, 0, 0)


def new_id_at(moment: datetime) -> UUID:
    """A fresh UUIDv7 of `moment`; of those of one moment the ones made later in this process sort later.

    For what is looked up by when it was made, by the clock of the product and not that of the machine.
    """
    return _id_at(moment, next(_PLACES), new_id().int & _RANDOM)


def _id_at(moment: datetime, place: int, random: int) -> UUID:
    since = max(0, int(moment.timestamp() * 1000))
    high, low = place >> 14 & 0xFFF, place & 0x3FFF
    return UUID(int=since << 80 | 7 << 76 | high << 64 | 2 << 62 | low << 48 | random)


class RegionKey(models.ForeignObject):  # type: ignore[type-arg]
    """A link from one large table to another on (region, id).

    `via` names the UUID column that stands explicitly beside it. On PostgreSQL a migration adds the database
    constraint; on SQLite `verify` finds orphans. Rows of the book are never deleted, hence DO_NOTHING.
    """

    def __init__(self, to: Any, via: str = "", **kwargs: Any) -> None:
        self.via = via or kwargs["from_fields"][1]
        kwargs["from_fields"] = ("region", self.via)
        kwargs["to_fields"] = ("region", "id")
        kwargs.setdefault("on_delete", models.DO_NOTHING)
        super().__init__(to, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"via": self.via}


class Region(models.Model):
    """A space of data: one city with all below it, or one unit above city level. Small, on every node."""

    id = models.IntegerField(primary_key=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class RegionalModel(models.Model):
    """Base of every large table: an immutable region and a UUIDv7 made by the application."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )  # every index that is searched by names its columns itself

    class Meta:
        abstract = True


def regional_key(table: str) -> models.UniqueConstraint:
    """The constraint on (region, id) that other large tables link to."""
    return models.UniqueConstraint(fields=["region", "id"], name=f"{table}_region_id")
