"""A problem: one row of a ledger.

Three groups of columns: identity (never change), on the record (change only with an entry, see `ON_RECORD`),
and derived (colour and its coming turns, recomputed with every change and proved by `verify`).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bihuan.book.booked import Booked
from bihuan.book.keys import RegionalModel, RegionKey, regional_key
from bihuan.domain.case import Horizon, Stage, Urgency
from bihuan.domain.colours import MAX_TURNS, Colour
from bihuan.domain.flows import Grade
from bihuan.ledger.models.campaigns import Campaign, CampaignItem
from bihuan.ledger.models.ledger import Ledger, Source
from bihuan.organisations.models import Unit

COLOURS = [(c.value, c.value) for c in Colour]

_ON_DESKS = (
    "dispatched_on",
    "request",
    "progress",
    "measures_count",
    "returns",
    "colour",
    *(column for n in range(1, MAX_TURNS + 1) for column in (f"turn{n}_on", f"turn{n}")),
)
"""What the work of a leading unit is counted by: with these columns its desk is read from an index alone."""


class Origin(models.TextChoices):
    """Carried over from before (存量) or newly found (增量)."""

    CARRIED = "carried"
    NEW = "new"


class Impact(models.TextChoices):
    """How far a problem reaches (影响程度)."""

    LOCAL = "local"
    WIDE = "wide"
    GRAVE = "grave"


class Problem(RegionalModel, Booked):
    """One problem. There is no writable status: `stage` moves only through `ledger.actions`."""

    KIND: ClassVar[str] = "problem"
    ON_RECORD: ClassVar[tuple[str, ...]] = (
        "ledger_id",
        "number",
        "office_id",
        "title",
        "text",
        "category",
        "goal",
        "source_id",
        "origin",
        "urgency",
        "horizon",
        "wanted_due",
        "lead_unit_id",
        "place",
        "claims",
        "stage",
        "stage_before",
        "dispatched_on",
        "sign_by",
        "signed_on",
        "due_original",
        "due",
        "cycle_due",
        "due_provisional",
        "extensions",
        "returns",
        "cycle",
        "warned",
        "asked_on",
        "checked_on",
        "accepted_on",
        "notice_until",
        "closed_on",
        "sustained_on",
        "lookback_on",
        "suspended_on",
        "merged_into_id",
        "satisfaction",
        "worked_by",
        "signed_by_office",
        "dispatch_id",
        "taken_over_on",
        "claimed_stage",
        "claimed_dispatched_on",
        "claimed_due_original",
        "claimed_due",
        "claimed_done_on",
        "claimed_progress",
        "nature",
        "impact",
        "no_transfer",
        "declines",
        "campaign_id",
        "campaign_item_id",
        "split_from_id",
        "above_region_id",
        "above_id",
        "above_measure_id",
        "grade",
        "awaits",
        "filing",
        "listed_on",
        "letters",
        "referred_on",
    )

    ledger_id = models.UUIDField()
    ledger = RegionKey(Ledger, via="ledger_id", related_name="problems")
    number = models.CharField(max_length=40)
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)

    title = models.CharField(max_length=120)
    text = models.TextField()
    category = models.CharField(max_length=60, blank=True)
    goal = models.TextField(blank=True)
    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.NEW)
    urgency = models.CharField(
        max_length=10, choices=[(u.value, u.value) for u in Urgency], default=Urgency.ORDINARY.value
    )
    horizon = models.CharField(
        max_length=10, choices=[(h.value, h.value) for h in Horizon], default=Horizon.BY_DATE.value
    )
    wanted_due = models.DateField(null=True)
    lead_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.JSONField(default=dict)
    """Where it was read: {"file", "sheet", "row", "reading"}; empty for what was typed in."""
    claims = models.JSONField(default=dict)
    """What that file claims beyond the problem itself (status, progress, person, date as written)."""

    stage = models.CharField(max_length=20, choices=[(s.value, s.value) for s in Stage])
    stage_before = models.CharField(max_length=20, blank=True)
    dispatched_on = models.DateField(null=True)
    sign_by = models.DateField(null=True)
    signed_on = models.DateField(null=True)
    due_original = models.DateField(null=True)
    due = models.DateField(null=True)
    cycle_due = models.DateField(null=True)
    """The date first set in the present cycle: what caps on extensions are counted from."""
    due_provisional = models.BooleanField(default=False)
    extensions = models.PositiveSmallIntegerField(default=0)
    returns = models.PositiveSmallIntegerField(default=0)
    cycle = models.PositiveSmallIntegerField(default=0)
    warned = models.BooleanField(default=False)
    asked_on = models.DateField(null=True)
    checked_on = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    notice_until = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    sustained_on = models.DateField(null=True)
    lookback_on = models.DateField(null=True)
    suspended_on = models.DateField(null=True)
    merged_into_id = models.UUIDField(null=True)
    merged_into = RegionKey("self", via="merged_into_id", related_name="merged", null=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    worked_by = models.JSONField(default=list)
    """Ids of the persons who signed, reported or asked: their own work, wherever they move later."""
    signed_by_office = models.BooleanField(null=True)
    """True where the office recorded the signature for a unit that does not sign in (代填)."""
    dispatch_id = models.UUIDField(null=True)
    """The bulk dispatch with which it went out, so that this can be recalled as a whole."""

    taken_over_on = models.DateField(null=True)
    """The day on which it was taken over half done. What the file said is in `claimed_…`: never proved."""
    claimed_stage = models.CharField(max_length=20, null=True)
    claimed_dispatched_on = models.DateField(null=True)
    claimed_due_original = models.DateField(null=True)
    claimed_due = models.DateField(null=True)
    claimed_done_on = models.DateField(null=True)
    claimed_progress = models.PositiveSmallIntegerField(null=True)

    nature = models.CharField(max_length=40, null=True)
    """What kind of problem it is (问题性质), in the office's own words; `category` is its field."""
    impact = models.CharField(max_length=6, choices=Impact.choices, null=True)
    no_transfer = models.BooleanField(null=True)
    """Dispatched with the order that the lead unit does it itself (不得转办)."""
    declines = models.PositiveSmallIntegerField(null=True)
    """How often it was declined, by whichever units."""
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    campaign_item = models.ForeignKey(
        CampaignItem, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    split_from_id = models.UUIDField(null=True)
    """The problem, of the same region, from which it was split off."""
    above_region_id = models.IntegerField(null=True)
    above_id = models.UUIDField(null=True)
    above_measure_id = models.UUIDField(null=True)
    """The problem above of which it is a part, in whatever region, and the measure there that it carries out."""

    grade = models.CharField(max_length=8, choices=[(g.value, g.value) for g in Grade], null=True)
    """How far it was put right, as accepted; None until then."""
    awaits = models.CharField(max_length=60, null=True)
    """Roles whose signature the next tier of acceptance waits for, as ",leader,reviewer,"; None for none."""
    filing = models.CharField(max_length=6, null=True)
    """`asked` until the level above has filed the close-out, then `filed`."""
    listed_on = models.DateField(null=True)
    """Under listed supervision (挂牌督办) since."""
    letters = models.PositiveSmallIntegerField(null=True)
    """Supervision letters that wait for an answer."""
    referred_on = models.DateField(null=True)

    reading_id = models.UUIDField(null=True)
    """The import it came with, as in `place`: identity, never changes."""

    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    progress = models.PositiveSmallIntegerField(default=0)
    state_from = models.DateField()
    colour = models.CharField(max_length=6, choices=COLOURS)
    turn1_on = models.DateField(null=True)
    turn1 = models.CharField(max_length=6, blank=True)
    turn2_on = models.DateField(null=True)
    turn2 = models.CharField(max_length=6, blank=True)
    turn3_on = models.DateField(null=True)
    turn3 = models.CharField(max_length=6, blank=True)
    turns = models.JSONField(default=list)
    """The trajectory with its reasons: [[day, colour, code, params], …]."""
    coloured_by = models.PositiveIntegerField(default=0)
    """The newest version of the colour policy known when the colours were set; 0 for the default policy."""
    measures_count = models.PositiveSmallIntegerField(default=0)
    request = models.CharField(max_length=8, null=True)
    """What the unit asked and waits for: more time ("asked", "signed" by its leader), to be rid of the order
    ("declined", "appealed" to the level above), an answer from above ("raised"); None where nothing."""

    class Meta:
        constraints = [
            regional_key("problem"),
            models.UniqueConstraint(fields=["region", "number"], name="problem_number"),
        ]
        indexes = [
            models.Index(fields=["region", "stage", "due_original", "id"], name="problem_due_original"),
            models.Index(fields=["region", "stage", "dispatched_on", "id"], name="problem_dispatched"),
            models.Index(fields=["region", "stage", "changed_at", "id"], name="problem_changed"),
            models.Index(fields=["region", "stage", "number", "id"], name="problem_by_number"),
            models.Index(fields=["region", "stage", "lead_unit", "id"], name="problem_lead"),
            models.Index(fields=["region", "lead_unit", "stage", "due", "id", *_ON_DESKS], name="problem_of_lead"),
            models.Index(fields=["region", "office", "stage", "lead_unit", "id"], name="problem_of_office"),
            models.Index(fields=["region", "ledger_id", "stage"], name="problem_ledger"),
            models.Index(
                fields=["region", "merged_into_id"],
                name="problem_merged",
                condition=Q(merged_into_id__isnull=False),
            ),
            models.Index(
                fields=["region", "office", "stage", "due", "id", "checked_on", "notice_until"],
                name="problem_waiting",
            ),
            models.Index(
                fields=["region", "request", "office", "lead_unit", "stage", "due", "id", "dispatched_on"],
                name="problem_request",
                condition=Q(request__isnull=False),
            ),
            models.Index(
                fields=["region", "reading_id"], name="problem_reading", condition=Q(reading_id__isnull=False)
            ),
            models.Index(
                fields=["region", "dispatch_id"], name="problem_batch", condition=Q(dispatch_id__isnull=False)
            ),
            models.Index(
                fields=["campaign", "campaign_item", "stage", "lead_unit", "due", "id", *_ON_DESKS],
                name="problem_campaign",
                condition=Q(campaign__isnull=False),
            ),
            models.Index(fields=["region", "office", "source", "id"], name="problem_source"),
            models.Index(
                fields=["region", "office", "stage", "due", "id"],
                name="problem_filing",
                condition=Q(filing="asked"),
            ),
            models.Index(
                fields=["region", "stage", "due", "id"],
                name="problem_listed",
                condition=Q(listed_on__isnull=False),
            ),
            models.Index(
                fields=["region", "grade", "stage", "due", "id"],
                name="problem_grade",
                condition=Q(grade__in=["mostly", "stage"]),
            ),
            models.Index(
                fields=["region", "split_from_id"],
                name="problem_split",
                condition=Q(split_from_id__isnull=False),
            ),
            models.Index(
                fields=["region", "office", "stage", "lookback_on", "due", "id"],
                name="problem_lookback",
                condition=Q(lookback_on__isnull=False),
            ),
            *(
                models.Index(
                    fields=["region", f"turn{n}_on", "id"],
                    name=f"problem_turn{n}",
                    condition=Q((f"turn{n}_on__isnull", False)),
                )
                for n in range(1, MAX_TURNS + 1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
