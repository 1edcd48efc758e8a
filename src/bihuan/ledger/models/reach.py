"""Who may see a problem (`Reach`), what it was on past days (`Span`), how many there were (`Tally`).

All derived from the record by the actions, and proved by `verify`.
"""

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
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=10, choices=Part.choices)
    stage = models.CharField(max_length=20)
    due = models.DateField(null=True)
    """Stage and due day repeat the problem's, so that a unit's list by due day is one stretch of an index."""

    class Meta:
        constraints = [
            regional_key("reach"),
            models.UniqueConstraint(fields=["unit", "problem_id", "region"], name="reach_unit_problem"),
        ]
        indexes = [
            models.Index(fields=["problem_id", "region"], name="reach_problem"),
            models.Index(fields=["unit", "stage", "due", "problem_id"], name="reach_list"),
        ]


class Signed(models.TextChoices):
    """Who signed for a problem: the unit itself, or the office on its behalf (代填, counted apart)."""

    UNIT = "unit"
    OFFICE = "office"


class Span(RegionalModel):
    """From `begins` up to, not including, `ends` the problem had this colour, stage and lead unit."""

    problem_id = models.UUIDField()
    problem = RegionKey(Problem, via="problem_id", related_name="spans")
    begins = models.DateField()
    ends = models.DateField()
    colour = models.CharField(max_length=6, choices=COLOURS)
    reason = models.CharField(max_length=30)
    stage = models.CharField(max_length=20)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    due = models.DateField(null=True)
    due_original = models.DateField(null=True)
    stopped = models.BooleanField(default=False)
    """Did the clock stand still (close-out asked, suspended)?"""
    signed = models.CharField(max_length=8, choices=Signed.choices, blank=True)

    class Meta:
        constraints = [regional_key("span")]
        indexes = [
            models.Index(fields=["problem_id", "begins", "region"], name="span_problem"),
            models.Index(fields=["unit", "begins", "ends"], name="span_days"),
        ]


class Axis(models.TextChoices):
    """Whose problems a tally counts: those a unit may see, or those that it or a unit below it leads."""

    SIGHT = "sight"
    LEAD = "lead"


class Tally(RegionalModel):
    """By how much a number changes on a day: the sum up to a day is the count on that day.

    `code` is a stage and a colour (`under_way.red`) or a figure of its own (`ledger.tally`). Days to come hold
    what will change by itself. Rows are only added; what lies before the newest balance is never touched again.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    axis = models.CharField(max_length=5, choices=Axis.choices)
    code = models.CharField(max_length=32)
    day = models.DateField()
    change = models.IntegerField()
    balance = models.BooleanField(default=False)
    """True: not a change but the whole sum of all days before `day`."""

    class Meta:
        constraints = [regional_key("tally")]
        indexes = [
            models.Index(fields=["unit", "axis", "balance", "day", "code", "change"], name="tally_sum"),
        ]
