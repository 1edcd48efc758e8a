"""What presses a problem from outside the unit: urging, supervision letters, listed supervision; and referral."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bihuan.book.keys import RegionKey, regional_key
from bihuan.ledger.models.parts import PartOfProblem
from bihuan.ledger.models.problem import Problem
from bihuan.organisations.models import Unit


class Urging(PartOfProblem):
    """Urging (催办), a numbered supervision letter (督办函) or listed supervision (挂牌督办), to the lead unit."""

    KIND: ClassVar[str] = "urging"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "kind",
        "number",
        "text",
        "by_unit_id",
        "by_person_id",
        "to_unit_id",
        "sent_on",
        "reply_by",
        "answer",
        "answered_on",
        "answered_by_id",
        "ended_on",
        "ended_note",
    )

    class Kind(models.TextChoices):
        URGE = "urge"
        LETTER = "letter"
        LISTED = "listed"

    problem = RegionKey(Problem, via="problem_id", related_name="urgings")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    number = models.CharField(max_length=60, null=True)
    text = models.TextField()
    by_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_person_id = models.IntegerField()
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    sent_on = models.DateField()
    reply_by = models.DateField(null=True)
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True)
    answered_by_id = models.IntegerField(null=True)
    ended_on = models.DateField(null=True)
    """The day on which it ended: taken off the list, or a letter that nobody need answer any more."""
    ended_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            regional_key("urging"),
            models.UniqueConstraint(
                fields=["region", "by_unit", "number"],
                name="urging_number",
                condition=models.Q(number__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["problem_id", "region"], name="urging_problem"),
            models.Index(fields=["to_unit", "kind", "sent_on", "id"], name="urging_to"),
            models.Index(fields=["by_unit", "kind", "sent_on", "id"], name="urging_by"),
        ]


class Referral(PartOfProblem):
    """A case handed to another authority (移送). Number, day and receiver are told; the rest needs the right."""

    KIND: ClassVar[str] = "referral"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "number",
        "office_id",
        "lead_unit_id",
        "receiver",
        "document",
        "reason",
        "referred_on",
        "referred_by_id",
    )

    problem = RegionKey(Problem, via="problem_id", related_name="referrals")
    number = models.CharField(max_length=40)
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    lead_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    receiver = models.CharField(max_length=120)
    document = models.CharField(max_length=60, blank=True)
    """The number of the letter with which it went."""
    reason = models.TextField()
    referred_on = models.DateField()
    referred_by_id = models.IntegerField()

    class Meta:
        constraints = [regional_key("referral")]
        indexes = [
            models.Index(fields=["problem_id", "region"], name="referral_problem"),
            models.Index(fields=["office", "referred_on", "id"], name="referral_office"),
            models.Index(fields=["lead_unit", "referred_on", "id"], name="referral_lead"),
        ]
