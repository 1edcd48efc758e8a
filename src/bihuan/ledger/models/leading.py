"""What leaders do beside the problems themselves: dispatch meetings, and tasks with a date."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bihuan.book.booked import Booked
from bihuan.book.keys import RegionalModel, regional_key
from bihuan.organisations.models import Unit


class Meeting(RegionalModel, Booked):
    """A dispatch meeting (调度会) of a unit. `agenda` keeps each problem as it stood when it was drawn up."""

    KIND: ClassVar[str] = "meeting"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "unit_id",
        "title",
        "held_on",
        "place",
        "chair",
        "attendees",
        "agenda",
        "minutes",
        "closed_on",
    )

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=120)
    held_on = models.DateField()
    place = models.CharField(max_length=80, blank=True)
    chair = models.CharField(max_length=60)
    attendees = models.TextField(blank=True)
    agenda = models.JSONField(default=list)
    """[{"problem", "region", "number", "title", "unit", "colour", "reason", "due"}, …], worst first."""
    minutes = models.TextField(blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [regional_key("meeting")]
        indexes = [models.Index(fields=["unit", "held_on", "id"], name="meeting_unit")]


class Task(RegionalModel, Booked):
    """Something decided that a unit must do by a day: from a leader's instruction or a meeting."""

    KIND: ClassVar[str] = "task"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "origin",
        "meeting_id",
        "problem_region_id",
        "problem_id",
        "text",
        "unit_id",
        "person",
        "due",
        "set_by_id",
        "set_by_name",
        "set_by_unit_id",
        "set_on",
        "state",
        "done_on",
        "result",
        "returned",
        "note",
    )

    class Origin(models.TextChoices):
        INSTRUCTION = "instruction"
        MEETING = "meeting"

    class State(models.TextChoices):
        OPEN = "open"
        REPORTED = "reported"
        DONE = "done"
        DROPPED = "dropped"

    origin = models.CharField(max_length=12, choices=Origin.choices)
    meeting_id = models.UUIDField(null=True)
    problem_region_id = models.IntegerField(null=True)
    problem_id = models.UUIDField(null=True)
    """The problem that it is about, in whatever region."""
    text = models.TextField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.CharField(max_length=60, blank=True)
    due = models.DateField()
    set_by_id = models.IntegerField(null=True)
    set_by_name = models.CharField(max_length=60)
    set_by_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    set_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN.value)
    done_on = models.DateField(null=True)
    result = models.TextField(blank=True)
    returned = models.PositiveSmallIntegerField(default=0)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [regional_key("task")]
        indexes = [
            models.Index(fields=["unit", "state", "due", "id"], name="task_unit"),
            models.Index(fields=["set_by_unit", "state", "due", "id"], name="task_set_by"),
            models.Index(fields=["problem_id"], name="task_problem", condition=models.Q(problem_id__isnull=False)),
            models.Index(fields=["meeting_id"], name="task_meeting", condition=models.Q(meeting_id__isnull=False)),
        ]
