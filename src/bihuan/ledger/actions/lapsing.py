"""What still waits for an answer when a problem ends or goes elsewhere lapses: nobody answers it any more.

Changes opened problems only; whoever calls records them.
"""

from __future__ import annotations

from bihuan.domain.case import Ruling
from bihuan.ledger.actions.step import Moment, Opened
from bihuan.ledger.models import Extension, Raising


def end_requests(case: Opened, moment: Moment) -> None:
    """Let everything lapse that was asked and waits: more time, to be rid of the order, an answer from above."""
    if case.request is not None:
        case.request.answer = Extension.Answer.LAPSED.value
        case.request.answered_on = moment.today
    if case.raising is not None:
        case.raising.answer = Raising.Answer.LAPSED.value
        case.raising.answered_on = moment.today
    lapse_decline(case, moment)
    end_supervision(case, moment)


def end_supervision(case: Opened, moment: Moment) -> None:
    """Let letters lapse that wait for an answer, and the listing that is in force."""
    for row in case.pending.urgings:
        row.ended_on = moment.today
    case.problem.letters = case.problem.listed_on = None


def lapse_decline(case: Opened, moment: Moment) -> None:
    """Let a decline lapse that waits for the office's answer or for the final ruling."""
    decline = case.decline
    if decline is None or decline.answer not in (Ruling.OPEN, Ruling.APPEALED):
        return
    if decline.answer == Ruling.APPEALED:
        decline.ruled_on = moment.today
    else:
        decline.answered_on = moment.today
    decline.answer = Ruling.LAPSED.value
