"""The ledger's tables. Read `problem` first; nothing here decides anything."""

from bihuan.ledger.models.campaigns import Campaign, CampaignItem, CheckAnswer, CheckTopic
from bihuan.ledger.models.closeout import Closeout, ImagePrint, Objection, TextPrint
from bihuan.ledger.models.leading import Meeting, Task
from bihuan.ledger.models.ledger import ColourPolicy, Counter, Ledger, SavedView, SetUp, Source, SourceReport
from bihuan.ledger.models.orders import Decline, Raising
from bihuan.ledger.models.parts import Evidence, Extension, Lookback, Measure, Responsibility
from bihuan.ledger.models.problem import Impact, Problem
from bihuan.ledger.models.reach import Axis, Part, Reach, Signed, Span, Tally
from bihuan.ledger.models.results import Adoption, Draw, Example, Result, RuleMade, RuleTie
from bihuan.ledger.models.route import Duty, Milestone, Quantity
from bihuan.ledger.models.supervision import Referral, Urging

__all__ = [
    "Adoption",
    "Axis",
    "Campaign",
    "CampaignItem",
    "CheckAnswer",
    "CheckTopic",
    "Closeout",
    "ColourPolicy",
    "Counter",
    "Decline",
    "Draw",
    "Duty",
    "Evidence",
    "Example",
    "Extension",
    "ImagePrint",
    "Impact",
    "Ledger",
    "Lookback",
    "Measure",
    "Meeting",
    "Milestone",
    "Objection",
    "Part",
    "Problem",
    "Quantity",
    "Raising",
    "Reach",
    "Referral",
    "Responsibility",
    "Result",
    "RuleMade",
    "RuleTie",
    "SavedView",
    "SetUp",
    "Signed",
    "Source",
    "SourceReport",
    "Span",
    "Tally",
    "Task",
    "TextPrint",
    "Urging",
]
