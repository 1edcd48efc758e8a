"""What belongs to a problem: responsibilities, measures, evidence, requests for more time, look-backs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bihuan.book.booked import Booked
from bihuan.book.keys import RegionalModel, RegionKey, regional_key
from bihuan.ledger.models.problem import Problem
from bihuan.organisations.models import Unit


class PartOfProblem(RegionalModel, Booked):
    """Base of all rows that hang on one problem and are on its record."""

    problem_id = models.UUIDField()

    class Meta:
        abstract = True


class Responsibility(PartOfProblem):
    """A unit's part in a problem: lead or support, with the person in charge as the unit names them."""

    KIND: ClassVar[str] = "responsibility"
    ON_RECORD: ClassVar[tuple[str, ...]] = ("role", "unit_id", "person", "dropped", "task", "signed_on")

    class Role(models.TextChoices):
        LEAD = "lead"
        SUPPORT = "support"

    problem = RegionKey(Problem, via="problem_id", related_name="responsibilities")
    role = models.CharField(max_length=10, choices=Role.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.CharField(max_length=60, blank=True)
    dropped = models.BooleanField(default=False)
    task = models.TextField(null=True)
    """What a supporting unit is to do, as it was asked."""
    signed_on = models.DateField(null=True)
    """The day on which a supporting unit signed for its part; the lead unit's stands on the problem."""

    class Meta:
        constraints = [regional_key("responsibility")]
        indexes = [
            models.Index(fields=["problem_id", "region"], name="responsibility_problem"),
            models.Index(
                fields=["unit", "problem_id"],
                name="responsibility_unsigned",
                condition=models.Q(role="support", dropped=False, signed_on__isnull=True),
            ),
        ]


class Measure(PartOfProblem):
    """One measure: what, by whom, by when, which share of the whole (per cent), how far (per cent)."""

    KIND: ClassVar[str] = "measure"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "place",
        "text",
        "unit_id",
        "person",
        "share",
        "due",
        "progress",
        "done_on",
        "note",
        "dropped",
        "part_region_id",
        "part_id",
    )

    problem = RegionKey(Problem, via="problem_id", related_name="measures")
    place = models.PositiveSmallIntegerField()
    text = models.TextField()
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.CharField(max_length=60, blank=True)
    share = models.PositiveSmallIntegerField()
    due = models.DateField(null=True)
    progress = models.PositiveSmallIntegerField(default=0)
    done_on = models.DateField(null=True)
    note = models.TextField(blank=True)
    dropped = models.BooleanField(default=False)
    part_region_id = models.IntegerField(null=True)
    part_id = models.UUIDField(null=True)
    """The problem below in which this measure is carried out, in whatever region: its progress follows from it."""

    class Meta:
        constraints = [regional_key("measure")]
        indexes = [models.Index(fields=["problem_id", "place", "region"], name="measure_problem")]


class Evidence(PartOfProblem):
    """A file that proves something. The file itself lies in the home folder under its SHA-256."""

    KIND: ClassVar[str] = "evidence"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "measure_id",
        "name",
        "size",
        "sha256",
        "media_type",
        "person_id",
        "unit_id",
        "added_at",
        "taken_at",
        "looks",
        "purpose",
    )

    problem = RegionKey(Problem, via="problem_id", related_name="evidence")
    measure_id = models.UUIDField(null=True)
    measure = RegionKey(Measure, via="measure_id", related_name="evidence", null=True)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    person_id = models.IntegerField(null=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    taken_at = models.CharField(max_length=19, null=True)
    """When the picture says that it was taken (`2026-03-02 14:05:00`, the camera's own time), where it says so."""
    looks = models.CharField(max_length=16, null=True)
    """What a picture looks like, as 64 bits in hex: the same for a copy that was saved anew."""
    purpose = models.CharField(max_length=8, null=True)
    """What it belongs to besides measures: `check`, `lookback`, `urging`, `paper`; None for a unit's proof."""

    class Meta:
        constraints = [regional_key("evidence")]
        indexes = [
            models.Index(fields=["problem_id", "region"], name="evidence_problem"),
            models.Index(fields=["region", "sha256"], name="evidence_hash"),
        ]


class Extension(PartOfProblem):
    """A request for more time, signed by the unit's own leader, answered by the dispatching office."""

    KIND: ClassVar[str] = "extension"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "asked_due",
        "due_before",
        "reason",
        "asked_on",
        "asked_by_id",
        "signed_on",
        "signed_by_id",
        "answer",
        "answered_on",
        "opinion",
    )

    class Answer(models.TextChoices):
        OPEN = "open"
        GRANTED = "granted"
        REFUSED = "refused"
        LAPSED = "lapsed"
        """Never answered: the problem was merged or withdrawn meanwhile."""

    problem = RegionKey(Problem, via="problem_id", related_name="extension_requests")
    asked_due = models.DateField()
    due_before = models.DateField()
    reason = models.TextField()
    asked_on = models.DateField()
    asked_by_id = models.IntegerField(null=True)
    signed_on = models.DateField(null=True)
    signed_by_id = models.IntegerField(null=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.OPEN.value)
    answered_on = models.DateField(null=True)
    opinion = models.TextField(blank=True)

    class Meta:
        constraints = [regional_key("extension")]
        indexes = [models.Index(fields=["problem_id", "region"], name="extension_problem")]


class Lookback(PartOfProblem):
    """A look-back: planned for a day, done on a day, with what was found."""

    KIND: ClassVar[str] = "lookback"
    ON_RECORD: ClassVar[tuple[str, ...]] = ("planned_for", "done_on", "result", "finding", "cycle", "draw_id")

    class Result(models.TextChoices):
        OPEN = "open"
        SUSTAINED = "sustained"
        REBOUNDED = "rebounded"

    problem = RegionKey(Problem, via="problem_id", related_name="lookbacks")
    planned_for = models.DateField()
    done_on = models.DateField(null=True)
    result = models.CharField(max_length=10, choices=Result.choices, default=Result.OPEN.value)
    finding = models.TextField(blank=True)
    cycle = models.PositiveSmallIntegerField(default=0)
    draw_id = models.UUIDField(null=True)
    """The sample (`Draw`) with which it was drawn."""

    class Meta:
        constraints = [regional_key("lookback")]
        indexes = [models.Index(fields=["problem_id", "region"], name="lookback_problem")]
