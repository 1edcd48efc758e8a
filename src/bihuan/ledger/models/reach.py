"""Who may see a problem (`Reach`) and what it was on past days (`Span`). Both derived, proved by `verify`."""

from __future__ import annotations

from django.db import models

from bihuan.book.keys import RegionalModel, RegionKey, regional_key
from bihuan.ledger.models.problem import COLOURS, Problem
from bihuan.organisations.models import Unit


class Part(models.TextChoices):
    """What a unit, or one below it, has to do with a problem; the strongest where several apply."""

    OFFICE = "office"
    LEAD = "lead"
    SUPPORT = "support"


class Reach(RegionalModel):
    """This unit may see this problem, in this part: the one indexed condition behind every list."""

    problem_id = models.UUIDField()
    problem = RegionKey(Problem, via="problem_id", related_name="reaches")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part.choices)

    class Meta:
        constraints = [
            regional_key("reach"),
            models.UniqueConstraint(fields=["region", "unit", "problem_id"], name="reach_unit_problem"),
        ]
        indexes = [models.Index(fields=["region", "problem_id"], name="reach_problem")]


class Span(RegionalModel):
    """From `begins` up to, not including, `ends` the problem had this colour, stage and lead unit."""

    problem_id = models.UUIDField()
    problem = RegionKey(Problem, via="problem_id", related_name="spans")
    begins = models.DateField()
    ends = models.DateField()
    colour = models.CharField(max_length=6, choices=COLOURS)
    reason = models.CharField(max_length=30)
    stage = models.CharField(max_length=20)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [regional_key("span")]
        indexes = [
            models.Index(fields=["region", "problem_id", "begins"], name="span_problem"),
            models.Index(fields=["region", "begins", "ends", "colour"], name="span_days"),
        ]
