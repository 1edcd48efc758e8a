"""A problem as the rules see it: its stage, dates, measures and requests, and who is asking.

Plain values only, frozen. Built from the rows by `ledger`, from strategies by the tests. No rule is decided
here; the rules are in lifecycle, deadlines, closing, lookback and colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bihuan.domain.flows import DEFAULT_FLOW, Flow, Grade, Kind, Signing
from bihuan.domain.roles import Role as Role
from bihuan.domain.workdays import Calendar


class Stage(StrEnum):
    """Where a problem stands in the loop."""

    DRAFT = "draft"
    LISTED = "listed"
    DISPATCHED = "dispatched"
    UNDER_WAY = "under_way"
    CLAIMED_DONE = "claimed_done"
    CLOSEOUT_ASKED = "closeout_asked"
    ACCEPTED = "accepted"
    IN_PUBLIC_NOTICE = "in_public_notice"
    CLOSED = "closed"
    SUSTAINED = "sustained"
    SUSPENDED = "suspended"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    REFERRED = "referred"
    """Handed to another authority (移送): from then on only the fact, the day and the receiver are told."""


RUNNING_STAGES = frozenset({Stage.DISPATCHED, Stage.UNDER_WAY, Stage.CLOSEOUT_ASKED, Stage.SUSPENDED})
PASSED_STAGES = frozenset({Stage.ACCEPTED, Stage.IN_PUBLIC_NOTICE, Stage.CLOSED, Stage.SUSTAINED})
UNDISPATCHED_STAGES = frozenset({Stage.DRAFT, Stage.LISTED})
UNFINISHED_STAGES = RUNNING_STAGES | {Stage.CLAIMED_DONE}
"""With a unit and not accepted yet: the colour goes by dates and progress, be it with the clock standing still."""
OPEN_STAGES = UNDISPATCHED_STAGES | UNFINISHED_STAGES | {Stage.ACCEPTED, Stage.IN_PUBLIC_NOTICE}


class Horizon(StrEnum):
    """How long a problem may take: at once, by a date, or standing."""

    AT_ONCE = "at_once"
    BY_DATE = "by_date"
    STANDING = "standing"


class Urgency(StrEnum):
    """The class of an order; limits and caps depend on it."""

    URGENT = "urgent"
    ORDINARY = "ordinary"
    DIFFICULT = "difficult"


class Side(StrEnum):
    """What a unit has to do with a problem."""

    OFFICE = "office"
    LEAD = "lead"
    SUPPORT = "support"
    ABOVE = "above"
    """Above one of the others and none of them itself."""


class Ruling(StrEnum):
    """Where a declined order stands: what was answered, and by whom."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    APPEALED = "appealed"
    """The unit asks the level above the dispatching office for the final ruling."""
    OVERTURNED = "overturned"
    UPHELD = "upheld"
    LAPSED = "lapsed"
    """Never answered: the unit signed for it after all, or the order went elsewhere meanwhile."""


@dataclass(frozen=True)
class Standing:
    """Who is asking: the role of the post acted in, the sides its unit is on, and whether it is own work.

    `own_work` is true where the same person or the same unit, across all posts, had a hand in the fixing;
    `own_hand` where it is this very person who put the unit's steps down, be it on its behalf. `on_behalf_of` is
    the side of the unit whose step the dispatching office puts down for it (代填), None for one's own steps.
    """

    role: Role
    sides: frozenset[Side]
    own_work: bool = False
    own_hand: bool = False
    on_behalf_of: Side | None = None
    has_signed: bool = False
    """Has this person signed at a tier of the present request for close-out?"""

    @property
    def works_as(self) -> frozenset[Side]:
        """The sides on which a step counts: those of the unit acted for, else one's own."""
        return self.sides if self.on_behalf_of is None else frozenset({self.on_behalf_of})


@dataclass(frozen=True)
class Step:
    """A measure as the rules see it: due day, share of the whole and progress (both in per cent), evidence."""

    due: date | None
    share: int
    progress: int
    evidence: int = 0
    text: str = ""

    @property
    def done(self) -> bool:
        return self.progress >= 100


@dataclass(frozen=True)
class Request:
    """A request for more time that waits for an answer."""

    asked_due: date
    signed: bool


@dataclass(frozen=True)
class Cap:
    """How often and by how many calendar days in all a deadline of a class may be moved."""

    times: int
    days: int


@dataclass(frozen=True)
class Terms:
    """The limits of a ledger, in days. Defaults of the field (domain.md, section 4); offices differ."""

    working_days: bool = False
    sign_days: int = 1
    urgent_days: int = 5
    ordinary_days: int = 15
    difficult_days: int = 30
    notice_days: int = 7
    lookback_days: int = 90
    check_required: bool = True
    notice_required: bool = True
    urgent_cap: Cap = Cap(times=1, days=5)
    ordinary_cap: Cap = Cap(times=2, days=60)
    difficult_cap: Cap = Cap(times=2, days=180)
    declines: int = 2
    """How often an order may be declined in all, by whichever units."""
    mostly_progress: int = 80
    """The progress (per cent) from which on a problem can be struck off as mostly done."""
    filing_required: bool = True

    def days(self, urgency: Urgency) -> int:
        """The limit of this class in days."""
        return {
            Urgency.URGENT: self.urgent_days,
            Urgency.ORDINARY: self.ordinary_days,
            Urgency.DIFFICULT: self.difficult_days,
        }[urgency]

    def cap(self, urgency: Urgency) -> Cap:
        """The cap on extensions of this class."""
        return {
            Urgency.URGENT: self.urgent_cap,
            Urgency.ORDINARY: self.ordinary_cap,
            Urgency.DIFFICULT: self.difficult_cap,
        }[urgency]


@dataclass(frozen=True)
class Case:
    """One problem on one day. `today` is the day on which the question is asked (office time zone)."""

    today: date
    calendar: Calendar
    stage: Stage
    has_lead: bool = True
    terms: Terms = Terms()
    horizon: Horizon = Horizon.BY_DATE
    urgency: Urgency = Urgency.ORDINARY
    wanted_due: date | None = None
    due_original: date | None = None
    due: date | None = None
    cycle_due: date | None = None
    steps: tuple[Step, ...] = ()
    request: Request | None = None
    extensions: int = 0
    checked: bool = False
    notice_until: date | None = None
    warned: bool = False
    signed_by_office: bool = False
    lookback_on: date | None = None
    acted: bool = False
    """Has a unit, or the office for it, signed for it or worked on it, or has anybody judged the result?"""
    taken_over: bool = False
    """Did it come half done, ordered by others before it stood here?"""
    imported: bool = False
    """Did it come with a file?"""
    no_transfer: bool = False
    """Was it ordered that the lead unit must do it itself?"""
    declines: int = 0
    decline: Ruling | None = None
    """How the last decline by the present lead unit stands; None where it never declined."""
    raising: bool = False
    """Does the question whether the root lies higher wait for an answer?"""
    enlisted: bool = False
    """Does it belong to a campaign?"""
    flow: Flow | None = None
    """The flow written down with the request under way, or that of its class; None for the default one."""
    given: tuple[int, ...] = ()
    """The signatures given at the tiers of that flow for the request under way."""
    grade: Grade = Grade.DONE
    """The grade asked for, or being asked for."""
    objections: int = 0
    """Objections to the public notice that nobody has answered yet."""
    filing: str | None = None
    """`asked` while the level above has not filed it, `filed` after that; None where it is not to be filed."""
    listed: bool = False
    """Is it under listed supervision?"""
    letters: int = 0
    """Supervision letters that wait for an answer."""

    @property
    def signing(self) -> Signing:
        """How far the request for close-out has come."""
        return Signing(self.flow or flow_under(DEFAULT_FLOW, self.terms), self.given)


def flow_under(flow: Flow, terms: Terms) -> Flow:
    """The flow without the tiers that a ledger of these terms does not have."""
    has = {
        Kind.CHECK: terms.check_required,
        Kind.NOTICE: terms.notice_required,
        Kind.FILING: terms.filing_required,
    }
    return flow.without(*(kind for kind, wanted in has.items() if not wanted))
