"""What problems stand on: ledgers, sources, colour policies, counters; and each person's saved views."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from bihuan.book.booked import Booked
from bihuan.book.keys import RegionalModel, regional_key
from bihuan.domain.case import Terms
from bihuan.domain.setup import terms_data, terms_from
from bihuan.organisations.models import Person, SmallBooked, Unit


class Ledger(RegionalModel, Booked):
    """A ledger (台账) of one office: the body's own list, or that of a member of its leadership (`person`).

    `terms` holds what differs from the default limits.
    """

    KIND: ClassVar[str] = "ledger"
    ON_RECORD: ClassVar[tuple[str, ...]] = ("name", "prefix", "office_id", "terms", "is_open", "person_id")

    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="ledgers")
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=20)
    terms = models.JSONField(default=dict)
    is_open = models.BooleanField(default=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            regional_key("ledger"),
            models.UniqueConstraint(fields=["region", "office", "name"], name="ledger_name_in_office"),
            models.UniqueConstraint(fields=["region", "prefix"], name="ledger_prefix"),
        ]

    def __str__(self) -> str:
        return self.name

    def as_terms(self) -> Terms:
        """The limits of this ledger as the domain's value."""
        return terms_from(self.terms)

    @staticmethod
    def terms_data(terms: Terms) -> dict[str, Any]:
        """Only what differs from the defaults, as JSON values."""
        return terms_data(terms)


class Source(SmallBooked):
    """Where problems come from: an editable tree."""

    KIND: ClassVar[str] = "source"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "code",
        "name",
        "name_en",
        "parent_id",
        "is_active",
        "reports",
        "keeper",
    )

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    is_active = models.BooleanField(default=True)
    reports = models.BooleanField(null=True)
    """Is something to be brought in from it every quarter, be it that there was nothing new?"""
    keeper = models.CharField(max_length=60, null=True)
    """Who brings in what comes from it, in words."""

    def __str__(self) -> str:
        return self.name


class SourceReport(SmallBooked):
    """A unit's word that a source brought nothing new in a quarter (as `2026Q3`)."""

    KIND: ClassVar[str] = "source_report"
    ON_RECORD: ClassVar[tuple[str, ...]] = ("source_id", "unit_id", "quarter", "person_id", "reported_on", "note")

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="quarters")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    quarter = models.CharField(max_length=6)
    person_id = models.IntegerField(null=True)
    reported_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "unit", "quarter"], name="source_report_once")]

    def __str__(self) -> str:
        return f"{self.quarter} {self.source_id}"


class ColourPolicy(SmallBooked):
    """One version of a colour policy, in force from a day on."""

    KIND: ClassVar[str] = "policy"
    ON_RECORD: ClassVar[tuple[str, ...]] = ("version", "data", "effective_from")

    version = models.PositiveIntegerField(unique=True)
    data = models.JSONField()
    effective_from = models.DateField()

    def __str__(self) -> str:
        return f"{self.data.get('name')} v{self.version}"


class SetUp(SmallBooked):
    """One version of one part of the set-up (`domain.setup`), in force from a day on. Rows are never changed."""

    KIND: ClassVar[str] = "setup"
    ON_RECORD: ClassVar[tuple[str, ...]] = ("part", "version", "data", "effective_from", "note")

    part = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    data = models.JSONField()
    effective_from = models.DateField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "version"], name="setup_version")]

    def __str__(self) -> str:
        return f"{self.part} v{self.version}"


class Counter(models.Model):
    """The last business number given out for a prefix in a region."""

    id = models.BigAutoField(primary_key=True)
    region = models.ForeignKey("book.Region", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    value = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "key"], name="counter_key")]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


class SavedView(models.Model):
    """A filter that a person keeps under a name; `query` is the address's query string."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="view_name")]

    def __str__(self) -> str:
        return self.name
