"""Tables of the book: entries, the head of every chain, and checkpoints.

Entries are written once and never changed: triggers refuse UPDATE and DELETE on both databases. Nothing but
`book.writing` and `book.checkpoints` writes here.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from bihuan.book.keys import Region, RegionalModel, new_id, regional_key

__all__ = ["Chain", "Checkpoint", "Entry", "Region"]


class Chain(RegionalModel):
    """The head of one chain. Its id is the id of what the chain is about."""

    kind = models.CharField(max_length=20)
    seq = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    written_at = models.DateTimeField()
    sealed = models.PositiveIntegerField(default=0)
    """Number of the last entry that a checkpoint has taken in."""

    class Meta:
        constraints = [regional_key("chain")]
        indexes = [models.Index(fields=["region", "id"], name="chain_unsealed", condition=Q(seq__gt=F("sealed")))]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} #{self.seq}"


class Audience(models.TextChoices):
    """For whose eyes an entry is. Each wider audience includes the narrower ones before it."""

    OFFICE = "office"
    UNITS = "units"
    EVERYONE = "everyone"


class Entry(RegionalModel):
    """One line of a chain. `body` holds the exact canonical bytes; the columns repeat them for searching."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    occurred_on = models.DateField()
    person_id = models.IntegerField(null=True)
    post_id = models.IntegerField(null=True)
    unit_id = models.IntegerField(null=True)
    action = models.CharField(max_length=32)
    audience = models.CharField(max_length=10, choices=Audience.choices)
    body = models.TextField()

    class Meta:
        constraints = [
            regional_key("entry"),
            models.UniqueConstraint(fields=["region", "subject", "seq"], name="entry_place"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject} #{self.seq}"


class Checkpoint(models.Model):
    """A signed summary of every chain changed since the one before; small in number, kept on every node."""

    number = models.PositiveIntegerField(primary_key=True)
    made_at = models.DateTimeField()
    root = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    file = models.BinaryField()
    """The whole checkpoint as handed out (journal's file form), compressed."""

    def __str__(self) -> str:
        return f"checkpoint {self.number}"
