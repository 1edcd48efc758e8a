"""What comes of problems: rules made or revised, results with figures, good examples that others adopt."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bihuan.book.booked import Booked
from bihuan.book.keys import RegionalModel, RegionKey, regional_key
from bihuan.ledger.models.parts import PartOfProblem
from bihuan.ledger.models.problem import Problem
from bihuan.organisations.models import Unit


class RuleMade(RegionalModel, Booked):
    """A rule (制度) that a unit made, revised or repealed; the problems that caused it are tied to it."""

    KIND: ClassVar[str] = "rule"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "unit_id",
        "title",
        "document",
        "change",
        "state",
        "issued_on",
        "review_on",
        "reviewed_on",
        "summary",
        "file_name",
        "sha256",
        "replaces_id",
        "ties",
    )

    class Change(models.TextChoices):
        NEW = "new"
        REVISED = "revised"
        REPEALED = "repealed"

    class State(models.TextChoices):
        DRAFT = "draft"
        IN_FORCE = "in_force"
        ENDED = "ended"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=120)
    document = models.CharField(max_length=60, blank=True)
    """The number of the document (文号)."""
    change = models.CharField(max_length=8, choices=Change.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT.value)
    issued_on = models.DateField(null=True)
    review_on = models.DateField(null=True)
    """The day by which it is to be looked at again."""
    reviewed_on = models.DateField(null=True)
    summary = models.TextField(blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    replaces_id = models.UUIDField(null=True)
    """The earlier rule of the same unit that this one revises."""
    ties = models.PositiveIntegerField(default=0)
    """How many problems are tied to it."""

    class Meta:
        constraints = [regional_key("rulemade")]
        indexes = [
            models.Index(fields=["unit", "state", "issued_on", "id"], name="rule_unit"),
            models.Index(
                fields=["unit", "review_on", "id"],
                name="rule_review",
                condition=models.Q(review_on__isnull=False, state="in_force"),
            ),
        ]


class RuleTie(PartOfProblem):
    """A problem that caused a rule."""

    KIND: ClassVar[str] = "rule_tie"
    ON_RECORD: ClassVar[tuple[str, ...]] = ("rule_region_id", "rule_id", "note", "tied_on", "dropped")

    problem = RegionKey(Problem, via="problem_id", related_name="rule_ties")
    rule_region_id = models.IntegerField()
    rule_id = models.UUIDField()
    note = models.CharField(max_length=200, blank=True)
    tied_on = models.DateField()
    dropped = models.BooleanField(default=False)

    class Meta:
        constraints = [regional_key("ruletie")]
        indexes = [
            models.Index(fields=["problem_id", "region"], name="ruletie_problem"),
            models.Index(fields=["rule_id", "id"], name="ruletie_rule"),
        ]


class Result(RegionalModel, Booked):
    """A result (成效) with a figure: what it was, what it is now, and where that is read off."""

    KIND: ClassVar[str] = "result"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "unit_id",
        "name",
        "measured_in",
        "fewer_is_better",
        "baseline",
        "baseline_on",
        "now",
        "now_on",
        "basis",
        "problem_region_id",
        "problem_id",
        "campaign_id",
        "dropped_on",
    )

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    measured_in = models.CharField(max_length=20)
    fewer_is_better = models.BooleanField(default=False)
    baseline = models.DecimalField(max_digits=18, decimal_places=4)
    baseline_on = models.DateField()
    now = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    now_on = models.DateField(null=True)
    basis = models.CharField(max_length=200, blank=True)
    """Where the figures come from, in words."""
    problem_region_id = models.IntegerField(null=True)
    problem_id = models.UUIDField(null=True)
    campaign_id = models.IntegerField(null=True)
    dropped_on = models.DateField(null=True)

    class Meta:
        constraints = [regional_key("result")]
        indexes = [
            models.Index(fields=["unit", "id"], name="result_unit"),
            models.Index(
                fields=["problem_id"], name="result_problem", condition=models.Q(problem_id__isnull=False)
            ),
        ]


class Example(RegionalModel, Booked):
    """A good example (典型经验) that other units may adopt."""

    KIND: ClassVar[str] = "example"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "unit_id",
        "title",
        "text",
        "field",
        "problem_region_id",
        "problem_id",
        "state",
        "published_on",
        "published_by_id",
        "spread_by_id",
    )

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        ENDED = "ended"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=80)
    text = models.TextField()
    field = models.CharField(max_length=60, blank=True)
    problem_region_id = models.IntegerField(null=True)
    problem_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT.value)
    published_on = models.DateField(null=True)
    published_by_id = models.IntegerField(null=True)
    spread_by = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The unit that recommends it to all below itself."""

    class Meta:
        constraints = [regional_key("example")]
        indexes = [
            models.Index(fields=["state", "published_on", "id"], name="example_published"),
            models.Index(fields=["unit", "id"], name="example_unit"),
            models.Index(
                fields=["problem_id"], name="example_problem", condition=models.Q(problem_id__isnull=False)
            ),
        ]


class Adoption(RegionalModel, Booked):
    """A unit's word that it took over a good example, and what came of it."""

    KIND: ClassVar[str] = "adoption"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "example_region_id",
        "example_id",
        "unit_id",
        "adopted_on",
        "adopted_by_id",
        "note",
        "effect",
        "dropped_on",
    )

    example_region_id = models.IntegerField()
    example_id = models.UUIDField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    adopted_on = models.DateField()
    adopted_by_id = models.IntegerField()
    note = models.TextField(blank=True)
    effect = models.TextField(blank=True)
    dropped_on = models.DateField(null=True)

    class Meta:
        constraints = [
            regional_key("adoption"),
            models.UniqueConstraint(fields=["region", "example_id", "unit"], name="adoption_once"),
        ]
        indexes = [models.Index(fields=["example_id", "id"], name="adoption_example")]


class Draw(RegionalModel, Booked):
    """A sample drawn for look-back: from whom, by which seed, who was drawn. It can be drawn again."""

    KIND: ClassVar[str] = "draw"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "unit_id",
        "name",
        "drawn_on",
        "drawn_by_id",
        "seed",
        "conditions",
        "population",
        "population_sha256",
        "by_risk",
        "at_random",
        "drawn",
        "planned_for",
    )

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    drawn_on = models.DateField()
    drawn_by_id = models.IntegerField()
    seed = models.CharField(max_length=64)
    conditions = models.JSONField(default=dict)
    population = models.PositiveIntegerField()
    """How many it was drawn from."""
    population_sha256 = models.CharField(max_length=64)
    """The file, kept with the evidence, that lists all of them with their risks as they stood."""
    by_risk = models.PositiveIntegerField()
    at_random = models.PositiveIntegerField()
    drawn = models.JSONField(default=list)
    """[[problem id (32 hexadecimal digits), "risk" | "random", codes of its signs], …] in the order drawn."""
    planned_for = models.DateField(null=True)

    class Meta:
        constraints = [regional_key("draw")]
        indexes = [models.Index(fields=["unit", "drawn_on", "id"], name="draw_unit")]
