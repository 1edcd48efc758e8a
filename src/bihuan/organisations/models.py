"""Units (a tree of any depth), people, their posts, and the calendar of working days.

All small tables, kept whole on every node, hence integer keys; their chains go by `uid`. Rows change only
through `organisations.actions`, each change with an entry.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from bihuan.book.booked import Booked
from bihuan.book.keys import Region, new_id
from bihuan.domain.case import Role
from bihuan.domain.journal import new_salt, seal
from bihuan.domain.names import short_of


def fresh_salt() -> str:
    """A salt for sealing one person's name, in hex."""
    return new_salt().hex()


class SmallBooked(Booked):
    """A booked row of a small table: integer key, chain by `uid`."""

    uid = models.UUIDField(default=new_id, unique=True, editable=False)

    class Meta:
        abstract = True

    @property
    def record_id(self) -> UUID:
        return self.uid


class UnitKind(models.TextChoices):
    GOVERNMENT = "government"
    BUREAU = "bureau"
    TOWNSHIP = "township"
    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"


class Unit(SmallBooked):
    """A unit. `path` lists the ids from the root down to itself, as `/1/5/12/`, for subtree queries."""

    KIND: ClassVar[str] = "unit"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "name",
        "short_names",
        "kind",
        "division_code",
        "parent_id",
        "path",
        "is_active",
        "merged_into_id",
    )

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="units")
    name = models.CharField(max_length=120)
    short_names = models.JSONField(default=list)
    kind = models.CharField(max_length=20, choices=UnitKind.choices)
    division_code = models.CharField(max_length=12, blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=200, db_index=True)
    is_active = models.BooleanField(default=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    """The unit that took it in; a merged unit is closed for good and stands below its successor."""
    since = models.DateField(null=True, editable=False)
    """The day on which it was put on the record."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "parent", "name"],
                condition=Q(merged_into__isnull=True),
                name="unit_name_below_parent",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def line(self) -> tuple[int, ...]:
        """The ids from the root down to this unit."""
        return line_of(self.path)

    @property
    def short(self) -> str:
        """The name for tables: the first short name, or the name."""
        return short_of(self.short_names, self.name)


def line_of(path: str) -> tuple[int, ...]:
    """The ids that a path lists, from the root down."""
    return tuple(int(part) for part in path.strip("/").split("/"))


class UnitPast(models.Model):
    """A unit as it stood at the end of every day before `ends`, back to its row before this one.

    Follows from the unit's own chain; `organisations.tree` writes and reads it, `verify` proves it. A unit that
    never changed has none.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="pasts")
    ends = models.DateField()
    name = models.CharField(max_length=120)
    short_names = models.JSONField(default=list)
    parent = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200)
    is_active = models.BooleanField()
    merged_into = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "ends"], name="unit_past_day")]
        indexes = [models.Index(fields=["ends"], name="unit_past_ends")]

    def __str__(self) -> str:
        return f"{self.name} < {self.ends}"


class Person(AbstractUser, SmallBooked):
    """Somebody who signs in. The record holds only a salted seal of the name, so that it can be erased."""

    KIND: ClassVar[str] = "person"
    ON_RECORD: ClassVar[tuple[str, ...]] = ("username", "name_seal", "is_active", "is_demo")

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    salt = models.CharField(max_length=64, default=fresh_salt, editable=False)
    name_seal = models.CharField(max_length=64, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    one_time_until = models.DateField(null=True, editable=False)
    """The last day on which the present password, a one-time one, opens the door; None once it was chosen."""

    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def must_change_password(self) -> bool:
        """Is the present password a one-time one, good for nothing but choosing another?"""
        return self.one_time_until is not None

    def check_password(self, raw_password: str | None) -> bool:
        """As Django's; a hash stored anew, at a sign-in, never undoes a password that was reset meanwhile."""
        before = self.password

        def store_anew(password: str) -> None:
            self.set_password(password)
            self._password = None
            Person.objects.filter(pk=self.pk, password=before).update(password=self.password)

        return check_password(raw_password, before, store_anew)

    def seal_name(self) -> None:
        """Set the seal that stands on the record to that of the present name."""
        self.name_seal = seal(self.name, bytes.fromhex(self.salt))

    def get_full_name(self) -> str:
        return self.name


class Post(SmallBooked):
    """A role of a person in a unit, from `since` until `until` (None: still held)."""

    KIND: ClassVar[str] = "post"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "person_id",
        "unit_id",
        "role",
        "title",
        "since",
        "until",
        "successor_id",
    )

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=[(r.value, r.value) for r in Role])
    title = models.CharField(max_length=60, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="predecessors")
    """The post to which this one's work was handed over, where it was."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "role"], condition=Q(until__isnull=True), name="post_held_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.role}"


class WorkCalendar(SmallBooked):
    """Days off and make-up days, seeded from the published arrangements and editable by the office."""

    KIND: ClassVar[str] = "calendar"
    ON_RECORD: ClassVar[tuple[str, ...]] = ("name", "days_off", "makeup_days", "published_years")

    name = models.CharField(max_length=60, unique=True)
    days_off = models.JSONField(default=list)
    makeup_days = models.JSONField(default=list)
    published_years = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name
