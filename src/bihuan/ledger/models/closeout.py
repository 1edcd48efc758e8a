"""Close-out in tiers: each request with its flow and signatures, objections to the public notice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bihuan.book.keys import RegionalModel, RegionKey, regional_key
from bihuan.domain.flows import Grade
from bihuan.ledger.models.parts import Evidence, PartOfProblem
from bihuan.ledger.models.problem import Problem
from bihuan.organisations.models import Unit

GRADES = [(grade.value, grade.value) for grade in Grade]


class Closeout(PartOfProblem):
    """One request for close-out, from asking to its end. `flow` is the flow of that day, by which it goes on."""

    KIND: ClassVar[str] = "closeout"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "cycle",
        "asked_on",
        "asked_by_id",
        "summary",
        "rest",
        "grade",
        "flow",
        "class_name",
        "standards",
        "signatures",
        "state",
        "accepted_on",
        "frozen",
        "ended_on",
        "file_to_id",
        "filed_on",
        "filed_by_id",
        "filing_note",
    )

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        CLOSED = "closed"
        RETURNED = "returned"

    problem = RegionKey(Problem, via="problem_id", related_name="closeouts")
    cycle = models.PositiveSmallIntegerField(default=0)
    asked_on = models.DateField(null=True)
    """None for what a file claimed done: nobody here asked."""
    asked_by_id = models.IntegerField(null=True)
    summary = models.TextField(blank=True)
    rest = models.TextField(blank=True)
    """What is left to do, where not everything is done."""
    grade = models.CharField(max_length=8, choices=GRADES)
    """The grade asked for; from acceptance on the one accepted."""
    flow = models.JSONField()
    class_name = models.CharField(max_length=40, blank=True)
    """The class of problem, by the set-up of that day, whose flow it is."""
    standards = models.JSONField(default=list)
    """[{"code", "text", "said", "files": [evidence ids], "met": true | false | null, "note"}, …]: what the
    unit says of each standard with its evidence, and whether whoever accepted found it met."""
    signatures = models.JSONField(default=list)
    """[{"place", "kind", "role", "unit", "person", "on", "opinion", "visited_on"}, …] in the order given;
    `place` is that of the tier in the flow, null for a check that the flow does not ask for."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN.value)
    accepted_on = models.DateField(null=True)
    frozen = models.JSONField(default=dict)
    """What was accepted: {"measures": [[id, text, progress, done_on]], "files": number, "version": number}."""
    ended_on = models.DateField(null=True)
    file_to = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The unit directly above the office, where it is to be filed there."""
    filed_on = models.DateField(null=True)
    filed_by_id = models.IntegerField(null=True)
    filing_note = models.TextField(blank=True)

    class Meta:
        constraints = [regional_key("closeout")]
        indexes = [
            models.Index(fields=["problem_id", "region"], name="closeout_problem"),
            models.Index(
                fields=["file_to", "ended_on", "id"],
                name="closeout_to_file",
                condition=models.Q(file_to__isnull=False, filed_on__isnull=True, state="closed"),
            ),
        ]


class Objection(PartOfProblem):
    """An objection to a public notice. Who made it is for the office alone, never for the unit."""

    KIND: ClassVar[str] = "objection"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "closeout_id",
        "received_on",
        "channel",
        "objector",
        "text",
        "answer",
        "answered_on",
        "answered_by_id",
        "outcome",
    )

    class Outcome(models.TextChoices):
        OPEN = "open"
        DISMISSED = "dismissed"
        UPHELD = "upheld"

    problem = RegionKey(Problem, via="problem_id", related_name="objections")
    closeout_id = models.UUIDField()
    received_on = models.DateField()
    channel = models.CharField(max_length=40, blank=True)
    objector = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True)
    answered_by_id = models.IntegerField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN.value)

    class Meta:
        constraints = [regional_key("objection")]
        indexes = [models.Index(fields=["problem_id", "region"], name="objection_problem")]


class TextPrint(RegionalModel):
    """One band of the fingerprint of a request's summary, by which nearly the same texts are found among millions.

    Derived from `Closeout.summary`; written by the actions, proved by `verify`.
    """

    closeout_id = models.UUIDField()
    problem_id = models.UUIDField()
    band = models.BigIntegerField()

    class Meta:
        constraints = [regional_key("textprint")]
        indexes = [
            models.Index(fields=["region", "band", "closeout_id"], name="textprint_band"),
            models.Index(fields=["region", "closeout_id"], name="textprint_closeout"),
        ]


class ImagePrint(RegionalModel):
    """One band of the look of an image, by which the same picture is found again though it was saved anew.

    Derived from the file of its evidence when that was added.
    """

    evidence_id = models.UUIDField()
    evidence = RegionKey(Evidence, via="evidence_id", related_name="prints")
    problem_id = models.UUIDField()
    band = models.IntegerField()

    class Meta:
        constraints = [regional_key("imageprint")]
        indexes = [
            models.Index(fields=["region", "band", "evidence_id"], name="imageprint_band"),
            models.Index(fields=["region", "evidence_id"], name="imageprint_evidence"),
        ]
