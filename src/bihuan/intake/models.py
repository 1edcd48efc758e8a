"""Uploads, the drafts read from them, and the unit names that people have matched.

Drafts are working material: they may change freely until they are confirmed, when all of them become problems
through `ledger.actions.register`, or none.
"""

from __future__ import annotations

from django.db import models

from bihuan.book.keys import RegionalModel, RegionKey, regional_key
from bihuan.ledger.models import Ledger
from bihuan.organisations.models import Unit


class Reading(RegionalModel):
    """One uploaded ledger file and what became of it."""

    class State(models.TextChoices):
        OPEN = "open"
        CONFIRMED = "confirmed"
        DROPPED = "dropped"

    ledger_id = models.UUIDField()
    ledger = RegionKey(Ledger, via="ledger_id", related_name="readings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person_id = models.IntegerField(null=True)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    uploaded_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN.value)
    faults = models.JSONField(default=list)
    drafts_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [regional_key("reading")]
        indexes = [models.Index(fields=["region", "unit", "uploaded_at"], name="reading_of_unit")]

    def __str__(self) -> str:
        return self.name


class Draft(RegionalModel):
    """One problem as read: `item` in the reader's contract, its place, and what the reader is unsure of."""

    reading_id = models.UUIDField()
    reading = RegionKey(Reading, via="reading_id", related_name="drafts")
    place = models.PositiveIntegerField()
    item = models.JSONField()
    doubts = models.JSONField(default=list)
    dropped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            regional_key("draft"),
            models.UniqueConstraint(fields=["region", "reading_id", "place"], name="draft_place"),
        ]

    def __str__(self) -> str:
        return f"{self.reading_id} #{self.place}"


class UnitName(RegionalModel):
    """A unit name found in a reading and the unit that a person matched it with (none yet: null)."""

    reading_id = models.UUIDField()
    reading = RegionKey(Reading, via="reading_id", related_name="unit_names")
    name = models.CharField(max_length=200)
    count = models.PositiveIntegerField(default=0)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    ignored = models.BooleanField(default=False)

    class Meta:
        constraints = [
            regional_key("unitname"),
            models.UniqueConstraint(fields=["region", "reading_id", "name"], name="unit_name_in_reading"),
        ]

    def __str__(self) -> str:
        return self.name
