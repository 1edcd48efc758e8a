"""The ledger's tables. Read `problem` first; nothing here decides anything."""

from bihuan.ledger.models.campaigns import Campaign, CampaignItem, CheckAnswer, CheckTopic
from bihuan.ledger.models.leading import Meeting, Task
from bihuan.ledger.models.ledger import ColourPolicy, Counter, Ledger, SavedView, Source, SourceReport
from bihuan.ledger.models.orders import Decline, Raising
from bihuan.ledger.models.parts import Evidence, Extension, Lookback, Measure, Responsibility
from bihuan.ledger.models.problem import Impact, Problem
from bihuan.ledger.models.reach import Axis, Part, Reach, Signed, Span, Tally
from bihuan.ledger.models.route import Duty, Milestone, Quantity

__all__ = [
    "Axis",
    "Campaign",
    "CampaignItem",
    "CheckAnswer",
    "CheckTopic",
    "ColourPolicy",
    "Counter",
    "Decline",
    "Duty",
    "Evidence",
    "Extension",
    "Impact",
    "Ledger",
    "Lookback",
    "Measure",
    "Meeting",
    "Milestone",
    "Part",
    "Problem",
    "Quantity",
    "Raising",
    "Reach",
    "Responsibility",
    "SavedView",
    "Signed",
    "Source",
    "SourceReport",
    "Span",
    "Tally",
    "Task",
]
