"""The ledger's tables. Read `problem` first; nothing here decides anything."""

from bihuan.ledger.models.ledger import ColourPolicy, Counter, Ledger, SavedView, Source
from bihuan.ledger.models.parts import Evidence, Extension, Lookback, Measure, Responsibility
from bihuan.ledger.models.problem import Problem
from bihuan.ledger.models.reach import Axis, Part, Reach, Signed, Span, Tally

__all__ = [
    "Axis",
    "ColourPolicy",
    "Counter",
    "Evidence",
    "Extension",
    "Ledger",
    "Lookback",
    "Measure",
    "Part",
    "Problem",
    "Reach",
    "Responsibility",
    "SavedView",
    "Signed",
    "Source",
    "Span",
    "Tally",
]
