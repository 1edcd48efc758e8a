"""Who answers for what by name, and the route: milestones, quantities, money."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bihuan.book.keys import RegionKey, regional_key
from bihuan.ledger.models.parts import PartOfProblem
from bihuan.ledger.models.problem import Problem
from bihuan.organisations.models import Unit


class Duty(PartOfProblem):
    """A named person for a named duty. Only the person's own word (`confirmed_on`) makes it real."""

    KIND: ClassVar[str] = "duty"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "duty",
        "unit_id",
        "person_id",
        "name",
        "asked_on",
        "confirmed_on",
        "refused_on",
        "note",
        "dropped",
    )

    class Kind(models.TextChoices):
        ADMINISTRATIVE = "administrative"
        TECHNICAL = "technical"
        INSPECTING = "inspecting"
        LEADER = "leader"
        """The leader who has taken the case (包案领导)."""

    problem = RegionKey(Problem, via="problem_id", related_name="duties")
    duty = models.CharField(max_length=16, choices=Kind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    person_id = models.IntegerField(null=True)
    """The account of the person; None for somebody without one, who can never be confirmed."""
    name = models.CharField(max_length=60)
    asked_on = models.DateField()
    confirmed_on = models.DateField(null=True)
    refused_on = models.DateField(null=True)
    note = models.TextField(blank=True)
    dropped = models.BooleanField(default=False)

    class Meta:
        constraints = [regional_key("duty")]
        indexes = [
            models.Index(fields=["problem_id", "region"], name="duty_problem"),
            models.Index(fields=["person_id", "duty", "dropped"], name="duty_person"),
        ]


class Milestone(PartOfProblem):
    """A step on the way with the day planned for it and the day on which it was reached."""

    KIND: ClassVar[str] = "milestone"
    ON_RECORD: ClassVar[tuple[str, ...]] = ("place", "text", "planned_on", "done_on", "note", "dropped")

    problem = RegionKey(Problem, via="problem_id", related_name="milestones")
    place = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    planned_on = models.DateField()
    done_on = models.DateField(null=True)
    note = models.TextField(blank=True)
    dropped = models.BooleanField(default=False)

    class Meta:
        constraints = [regional_key("milestone")]
        indexes = [models.Index(fields=["problem_id", "place", "region"], name="milestone_problem")]


class Quantity(PartOfProblem):
    """How much is to be done and how much is: roads, households, or money planned and spent.

    `target` and `actual` in hundredths of `unit_word` (for money: of 万元).
    """

    KIND: ClassVar[str] = "quantity"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "place",
        "name",
        "unit_word",
        "is_money",
        "target",
        "actual",
        "dropped",
    )

    problem = RegionKey(Problem, via="problem_id", related_name="quantities")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    unit_word = models.CharField(max_length=20)
    is_money = models.BooleanField(default=False)
    target = models.BigIntegerField()
    actual = models.BigIntegerField(default=0)
    dropped = models.BooleanField(default=False)

    class Meta:
        constraints = [regional_key("quantity")]
        indexes = [models.Index(fields=["problem_id", "place", "region"], name="quantity_problem")]
