"""Campaigns with their items, and mandatory check topics with the answers of every unit below."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bihuan.book.booked import Booked
from bihuan.book.keys import RegionalModel, regional_key
from bihuan.organisations.models import SmallBooked, Unit


class Campaign(SmallBooked):
    """A campaign (专项整治) of one office: scheme, lead and member units, from when to when."""

    KIND: ClassVar[str] = "campaign"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "name",
        "template",
        "office_id",
        "lead_unit_id",
        "members",
        "goal",
        "starts",
        "ends",
        "scheme",
        "closed_on",
        "summary",
        "figures",
    )

    name = models.CharField(max_length=80)
    template = models.CharField(max_length=20, blank=True)
    """The template that it was made from, as `8+N`; empty for none."""
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    lead_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    members = models.JSONField(default=list)
    """Ids of the member units; what stands below a member takes part with it."""
    goal = models.TextField(blank=True)
    starts = models.DateField()
    ends = models.DateField()
    scheme = models.JSONField(default=dict)
    """The scheme document: {"name", "size", "sha256", "media_type"}; empty where there is none."""
    closed_on = models.DateField(null=True)
    summary = models.TextField(blank=True)
    figures = models.JSONField(default=dict)
    """How it stood when it was closed."""

    def __str__(self) -> str:
        return self.name


class CampaignItem(SmallBooked):
    """One item of a campaign: of its template, or added (the N) by a unit that takes part."""

    KIND: ClassVar[str] = "campaign_item"
    ON_RECORD: ClassVar[tuple[str, ...]] = ("campaign_id", "place", "title", "text", "added_by_id", "dropped")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    text = models.TextField(blank=True)
    added_by = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The unit that added it; None for the set items."""
    dropped = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.title


class CheckTopic(SmallBooked):
    """A topic that every unit below must check (必查事项), with the day by which it answers."""

    KIND: ClassVar[str] = "check_topic"
    ON_RECORD: ClassVar[tuple[str, ...]] = ("office_id", "title", "text", "due", "sent_on", "closed_on")

    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    text = models.TextField(blank=True)
    due = models.DateField()
    sent_on = models.DateField()
    closed_on = models.DateField(null=True)

    def __str__(self) -> str:
        return self.title


class CheckAnswer(RegionalModel, Booked):
    """What a unit answers to a topic: found, with the problems put on its ledger, or not found, signed."""

    KIND: ClassVar[str] = "check_answer"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "topic_id",
        "unit_id",
        "answer",
        "answered_on",
        "person_id",
        "signed_name",
        "statement",
        "problems",
    )

    class Answer(models.TextChoices):
        WAITING = "waiting"
        FOUND = "found"
        NOT_FOUND = "not_found"

    topic = models.ForeignKey(CheckTopic, on_delete=models.PROTECT, related_name="answers", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.WAITING.value)
    answered_on = models.DateField(null=True)
    person_id = models.IntegerField(null=True)
    signed_name = models.CharField(max_length=60, blank=True)
    statement = models.TextField(blank=True)
    problems = models.JSONField(default=list)
    """The ids of the problems put on the unit's ledger with this answer."""

    class Meta:
        constraints = [
            regional_key("check_answer"),
            models.UniqueConstraint(fields=["topic", "unit", "region"], name="check_answer_once"),
        ]
        indexes = [
            models.Index(fields=["topic", "answer", "unit"], name="check_answer_state"),
            models.Index(fields=["unit", "answer", "topic"], name="check_answer_unit"),
        ]
