"""Tables of the notices: what a person was told, the day's digest, mails with their receipts.

A notice names an entry and holds no text of it: number and title are read when it is shown, as far as the reader
may still see them. Not on the record, but part of a backup. Nothing but `notices` writes here.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bihuan.book.keys import Region, RegionalModel, regional_key
from bihuan.organisations.models import Person, Unit


class ByMail(models.TextChoices):
    """Whether a notice goes out by a mail of its own."""

    NO = ""
    DUE = "due"
    """With the next mail to this person."""
    PUT = "put"
    """Put into a mail (`mail_id`)."""
    HELD = "held"
    """Held back by the flood guard, or refused by the server: it waits for the digest."""


class Notice(RegionalModel):
    """One person told of one entry, once. `read_at` is the receipt. The region is that of the entry."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    """The unit in which the person holds the post that it concerns."""
    entry_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    action = models.CharField(max_length=32)
    by_unit_id = models.IntegerField(null=True)
    """The unit of whoever did it."""
    at = models.DateTimeField()
    """When it was recorded."""
    is_order = models.BooleanField(default=False)
    """A direct order: told at once, and not with the digest alone."""
    read_at = models.DateTimeField(null=True)
    by_mail = models.CharField(max_length=4, choices=ByMail.choices, default=ByMail.NO, blank=True)
    mail_id = models.UUIDField(null=True)
    digest_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            regional_key("notice"),
            models.UniqueConstraint(fields=["region", "entry_id", "person"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["person", "id"], name="notice_person"),
            models.Index(fields=["person", "id"], name="notice_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["region", "subject", "id"], name="notice_subject"),
            models.Index(fields=["person", "id"], name="notice_due", condition=Q(by_mail="due")),
            models.Index(
                fields=["person", "id"], name="notice_held", condition=Q(by_mail="held", read_at__isnull=True)
            ),
            models.Index(
                fields=["person", "by_mail"],
                name="notice_undigested",
                condition=Q(digest_id__isnull=True, read_at__isnull=True),
            ),
            models.Index(fields=["mail_id", "id"], name="notice_mail", condition=Q(mail_id__isnull=False)),
            models.Index(fields=["digest_id", "id"], name="notice_digest", condition=Q(digest_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class Turned(RegionalModel):
    """What turned by itself with the problems of a unit from `since` to `until`, both included: shared by its
    people.

    `found` holds, by kind, how many and the first of them: {"overdue": [12, ["<id>", …]], …}.
    """

    class Side(models.TextChoices):
        LEAD = "lead"
        OFFICE = "office"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(max_length=6, choices=Side.choices)
    since = models.DateField()
    until = models.DateField()
    found = models.JSONField(default=dict)

    class Meta:
        constraints = [
            regional_key("turned"),
            models.UniqueConstraint(fields=["unit", "side", "until", "since", "region"], name="turned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.side} {self.since}–{self.until}"


class Digest(RegionalModel):
    """What a person was told on one working day, all at once: new notices and what turned from `since` on.

    `turned` names rows of `Turned` with the kinds that concern this person: [["<id>", ["overdue", …]], …].
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    since = models.DateField()
    notices = models.PositiveIntegerField(default=0)
    turned = models.JSONField(default=list)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            regional_key("digest"),
            models.UniqueConstraint(fields=["person", "day", "region"], name="digest_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"


class Mail(RegionalModel):
    """A mail to one person: the day's digest, or direct orders. What the server said stands in `told`."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        REFUSED = "refused"
        """The server refused it for good, or too often."""
        UNCLEAR = "unclear"
        """Twice nobody noted what came of it: it may have arrived."""
        NEEDLESS = "needless"
        """Everything in it was read in the inbox before."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    digest_id = models.UUIDField(null=True)
    """The digest that it brings; None for direct orders."""
    address = models.EmailField(max_length=254, blank=True)
    """Where it was last sent to."""
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    strandings = models.PositiveSmallIntegerField(default=0)
    """How often a try was never noted to its end."""
    next_at = models.DateTimeField()
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [regional_key("mail")]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="mail_waiting", condition=Q(state__in=["queued", "sending"])
            ),
            models.Index(fields=["person", "made_at"], name="mail_person"),
            models.Index(
                fields=["state", "id"], name="mail_failed", condition=Q(state__in=["refused", "unclear"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.state}"


class Wish(models.Model):
    """What a person wants by mail, and where. Without a row: direct orders and digest, to the person's own
    address.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+", primary_key=True)
    address = models.EmailField(max_length=254, blank=True)
    orders = models.BooleanField(default=True)
    digest = models.BooleanField(default=True)
    language = models.CharField(max_length=10, default="zh-hans")

    def __str__(self) -> str:
        return str(self.person_id)


class Bookmark(models.Model):
    """How far the entries of a region were read, and the last day that digests were made for."""

    region = models.OneToOneField(Region, on_delete=models.PROTECT, related_name="+", primary_key=True)
    first = models.UUIDField()
    """What was recorded before this id is past: nobody is told of it."""
    latest = models.UUIDField()
    digest_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.region_id} {self.latest}"
