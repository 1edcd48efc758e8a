"""What units and offices put to one another about an order: a decline with its rulings, a question raised."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bihuan.book.keys import RegionKey, regional_key
from bihuan.domain.case import Ruling
from bihuan.ledger.models.parts import PartOfProblem
from bihuan.ledger.models.problem import Problem
from bihuan.organisations.models import Unit


class Decline(PartOfProblem):
    """An order that its lead unit declined (退单), with who refuses by name, and what was ruled on it."""

    KIND: ClassVar[str] = "decline"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "unit_id",
        "refuser",
        "reason",
        "proposed_id",
        "declined_on",
        "declined_by_id",
        "answer",
        "answered_on",
        "opinion",
        "appealed_on",
        "appeal",
        "ruled_on",
        "ruling",
    )

    problem = RegionKey(Problem, via="problem_id", related_name="declines_of")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    refuser = models.CharField(max_length=60)
    reason = models.TextField()
    proposed = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The unit that should take it, as the declining unit sees it."""
    declined_on = models.DateField()
    declined_by_id = models.IntegerField(null=True)
    answer = models.CharField(
        max_length=10, choices=[(r.value, r.value) for r in Ruling], default=Ruling.OPEN.value
    )
    answered_on = models.DateField(null=True)
    opinion = models.TextField(blank=True)
    appealed_on = models.DateField(null=True)
    appeal = models.TextField(blank=True)
    ruled_on = models.DateField(null=True)
    ruling = models.TextField(blank=True)

    class Meta:
        constraints = [regional_key("decline")]
        indexes = [models.Index(fields=["problem_id", "region"], name="decline_problem")]


class Raising(PartOfProblem):
    """A question put upward (上提): the root lies higher. Answered by taking it on there, or with a reason."""

    KIND: ClassVar[str] = "raising"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "unit_id",
        "to_unit_id",
        "reason",
        "wanted",
        "raised_on",
        "raised_by_id",
        "answer",
        "answered_on",
        "opinion",
        "upper_region_id",
        "upper_id",
    )

    class Answer(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        LAPSED = "lapsed"

    problem = RegionKey(Problem, via="problem_id", related_name="raisings")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    wanted = models.TextField(blank=True)
    """What the level above is asked to do."""
    raised_on = models.DateField()
    raised_by_id = models.IntegerField(null=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.OPEN.value)
    answered_on = models.DateField(null=True)
    opinion = models.TextField(blank=True)
    upper_region_id = models.IntegerField(null=True)
    upper_id = models.UUIDField(null=True)
    """The problem under which the level above took it on."""

    class Meta:
        constraints = [regional_key("raising")]
        indexes = [
            models.Index(fields=["problem_id", "region"], name="raising_problem"),
            models.Index(fields=["to_unit", "answer", "raised_on"], name="raising_to"),
            models.Index(fields=["upper_id"], name="raising_upper", condition=models.Q(upper_id__isnull=False)),
        ]
