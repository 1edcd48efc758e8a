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
        WITHDRAWN = "withdrawn"
        """It was on the ledger, and was taken off it again as a whole."""

    class Kind(models.TextChoices):
        SHEETS = "sheets"
        TEXT = "text"

    ledger_id = models.UUIDField()
    ledger = RegionKey(Ledger, via="ledger_id", related_name="readings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person_id = models.IntegerField(null=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.SHEETS.value)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    uploaded_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN.value)
    tables = models.JSONField(default=list)
    """Where the tables stand and what their columns were taken for, as the reader reported them."""
    faults = models.JSONField(default=list)
    """What is wrong with the file as a whole; what concerns one row stands with its draft."""
    drafts_count = models.PositiveIntegerField(default=0)
    likely_round = models.BooleanField(default=False)
    """Most of its rows are problems that are on the ledger already: it looks like a later version of it."""
    as_round = models.BooleanField(default=False)
    """A person takes it as a later version: its rows are held against the ledger instead of put on it anew."""
    absent = models.JSONField(default=list)
    """The ids of the problems on the ledger that no row of a later version stands for."""
    round = models.PositiveIntegerField(null=True)
    """The how-manieth version of its ledger it was; None until it is confirmed."""
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.IntegerField(null=True)
    result = models.JSONField(default=dict)
    """What confirming did, in numbers: added, changed, said to be closed, absent, refused."""
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_id = models.IntegerField(null=True)
    withdrawn_reason = models.TextField(blank=True, default="")

    class Meta:
        constraints = [regional_key("reading")]
        indexes = [
            models.Index(fields=["region", "unit", "uploaded_at"], name="reading_of_unit"),
            models.Index(fields=["region", "sha256"], name="reading_hash"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def keeper(self) -> Unit:
        """The office whose file it is today: the one that uploaded it, or its successor."""
        unit = self.unit
        while unit.merged_into:
            unit = unit.merged_into
        return unit

    @property
    def is_sheets(self) -> bool:
        """Was it read as tables, rather than as a text?"""
        return self.kind == Reading.Kind.SHEETS

    @property
    def is_open(self) -> bool:
        """True while nothing was put on the ledger yet and the file was not given up."""
        return self.state == Reading.State.OPEN


class Draft(RegionalModel):
    """One problem as read: `item` in the reader's contract, its place, and what the reader is unsure of.

    A `faulty` one (no text, a date that does not exist) must be mended or dropped before all are confirmed; a
    `doubtful` one need not. `edited` ones have been gone over by a person. One that was split goes on as several
    with the same `place` and a `part` each. `version` counts the changes: who changes what another has changed
    meanwhile is told so.
    """

    class Verdict(models.TextChoices):
        """What a row of a later version means for the ledger; empty in a first one."""

        ADDED = "added"
        CHANGED = "changed"
        CLOSED = "closed"
        SAME = "same"

    reading_id = models.UUIDField()
    reading = RegionKey(Reading, via="reading_id", related_name="drafts")
    place = models.PositiveIntegerField()
    part = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    edited_by_id = models.IntegerField(null=True)
    edited_at = models.DateTimeField(null=True)
    problem_id = models.UUIDField(null=True)
    """The problem it became; before that, in a later version, the one that it is taken for."""
    pairing = models.JSONField(default=dict)
    """Why it is taken for that problem (`how`), how sure that is (`confidence`, 0 to 1), and what it changes."""
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True, default="")
    alike = models.JSONField(default=list)
    """What it may repeat, the likeliest first: `problem` (id) or `draft` (id), and `likeness` (0 to 1)."""
    item = models.JSONField()
    doubts = models.JSONField(default=list)
    faulty = models.BooleanField(default=False)
    doubtful = models.BooleanField(default=False)
    edited = models.BooleanField(default=False)
    dropped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            regional_key("draft"),
            models.UniqueConstraint(fields=["region", "reading_id", "place", "part"], name="draft_place"),
        ]
        indexes = [
            models.Index(fields=["region", "problem_id"], name="draft_of_problem"),
        ]

    def __str__(self) -> str:
        return f"{self.reading_id} #{self.place}"


class Extract(RegionalModel):
    """A stretch of a file as it was read, to be shown beside its drafts: rows of a sheet, or paragraphs of a text.

    `sheet` names the sheet (empty where there is none), `first` is the number of its first row or paragraph, and
    `content` what stands there: a list of rows (lists of [column, text]), or of paragraphs.
    """

    reading_id = models.UUIDField()
    reading = RegionKey(Reading, via="reading_id", related_name="extracts")
    place = models.PositiveIntegerField()
    sheet = models.CharField(max_length=200, blank=True)
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    content = models.JSONField()

    class Meta:
        constraints = [
            regional_key("extract"),
            models.UniqueConstraint(fields=["region", "reading_id", "place"], name="extract_place"),
        ]

    def __str__(self) -> str:
        return f"{self.reading_id} {self.sheet} {self.first}–{self.last}"


class KnownLayout(RegionalModel):
    """What a person said about the columns of a layout, remembered for the office's next file laid out so."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    fingerprint = models.CharField(max_length=64)
    layout = models.JSONField()
    """Which rows are the header and which column is which field, as the reader takes it."""
    person_id = models.IntegerField(null=True)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            regional_key("knownlayout"),
            models.UniqueConstraint(fields=["region", "unit", "fingerprint"], name="layout_of_office"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.fingerprint[:12]}"


class UnitName(RegionalModel):
    """A unit name found in a reading and the units it stands for.

    None yet (`units` empty), one, or several where it is a collective phrase (各县区人民政府); or `ignored`: no
    unit, by a person's decision. `count` is in how many drafts it stands. What a person matched in a reading
    that was confirmed is remembered for the office's next one.
    """

    class How(models.TextChoices):
        """How the match came about; empty for none."""

        NAME = "name"
        SHORT_NAME = "short_name"
        FORMER_NAME = "former_name"
        REMEMBERED = "remembered"
        PERSON = "person"

    reading_id = models.UUIDField()
    reading = RegionKey(Reading, via="reading_id", related_name="unit_names")
    name = models.CharField(max_length=200)
    count = models.PositiveIntegerField(default=0)
    units = models.JSONField(default=list)
    how = models.CharField(max_length=12, blank=True, choices=How.choices)
    ignored = models.BooleanField(default=False)
    forgotten = models.BooleanField(default=False)
    """True: no longer a way to call this unit; what was confirmed with it stays."""

    class Meta:
        constraints = [
            regional_key("unitname"),
            models.UniqueConstraint(fields=["region", "reading_id", "name"], name="unit_name_in_reading"),
        ]
        indexes = [models.Index(fields=["region", "name"], name="unit_name_remembered")]

    def __str__(self) -> str:
        return self.name

    @property
    def settled(self) -> bool:
        """True where nobody has to decide about it any more."""
        return self.ignored or bool(self.units)


class SentSheet(RegionalModel):
    """A unit's own Excel that went out: to which unit, by whom, how many rows. The export is on the record."""

    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    for_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id = models.IntegerField()
    sent_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [regional_key("sentsheet")]
        indexes = [models.Index(fields=["region", "office", "for_unit", "sent_at"], name="sent_sheets")]

    def __str__(self) -> str:
        return f"{self.for_unit_id} {self.sent_at}"


class ReturnedSheet(RegionalModel):
    """A unit's own Excel that came back, and what became of it; the file lies under its hash and is read anew."""

    class State(models.TextChoices):
        OPEN = "open"
        CONFIRMED = "confirmed"
        DROPPED = "dropped"

    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    for_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id = models.IntegerField()
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    sent_on = models.DateField()
    uploaded_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN.value)
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.IntegerField(null=True)
    result = models.JSONField(default=dict)
    """What was recorded, in numbers: rows, problems, signatures, reports, requests, refused, left out."""

    class Meta:
        constraints = [
            regional_key("returnedsheet"),
            models.UniqueConstraint(
                fields=["region", "office", "sha256"],
                condition=~models.Q(state="dropped"),
                name="returned_sheet_once",
            ),
        ]
        indexes = [models.Index(fields=["region", "office", "uploaded_at"], name="returned_sheets")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """True while nothing of it was recorded and it was not given up."""
        return self.state == ReturnedSheet.State.OPEN
