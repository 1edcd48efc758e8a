"""The signs of a paper closing as the person who signs sees them: each in a sentence, its twin beside it.

The same block stands on the problem's page and beside the forms of those who sign. Never shown to the unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.domain.papersigns import SIGN_NAMES, Sign
from bihuan.ledger.dossier import Dossier
from bihuan.ledger.papersigns import Other, Told, codes_of_many, may_read, rows_in, signs_of
from bihuan.ledger.queries import InSight
from bihuan.likeness.marking import marked
from bihuan.organisations.access import Actor
from bihuan.web.sections.shown import Shown
from bihuan.web.templatetags import bihuan as words

if TYPE_CHECKING:
    from bihuan.ledger.models import Problem

OPEN_AT = frozenset({Stage.CLOSEOUT_ASKED, Stage.CLAIMED_DONE})
"""Somebody is about to sign: the signs stand open. Later they are folded."""
LATER = frozenset({Stage.ACCEPTED, Stage.IN_PUBLIC_NOTICE})
BESIDE = frozenset({Move.CHECK, Move.ACCEPT, Move.PUBLISH, Move.CLOSE, Move.FILE_CLOSEOUT})
"""The forms beside which the signs stand."""
LISTED = 20
"""So many problems of a long list are named with their signs."""
PICTURES = ("image/jpeg", "image/png", "image/webp")


def show(shown: Shown) -> Mapping[str, Any] | None:
    """The signs of the present request; None where there are none, or they are not for these eyes."""
    stage = Stage(shown.problem.stage)
    if shown.brief or stage not in OPEN_AT | LATER or (stage is Stage.CLAIMED_DONE and not shown.opened.closeout):
        return None
    return _block(shown.actor, shown.seen, shown.dossier, is_open=stage in OPEN_AT)


def beside(actor: Actor, seen: InSight, dossier: Dossier, move: Move) -> Mapping[str, Any] | None:
    """The same block for the form of a move."""
    return _block(actor, seen, dossier, is_open=move is Move.ACCEPT) if move in BESIDE else None


def warned_of(problems: Sequence[Problem]) -> Mapping[str, Any] | None:
    """Which of the problems of a long list bear signs; None where none does."""
    codes = codes_of_many(problems)
    bearing = [row for row in problems if codes[row.id]]
    if not bearing:
        return None
    first = [
        {"problem": row, "names": words.listed(_(SIGN_NAMES[Sign(code)]) for code in codes[row.id])}
        for row in bearing[:LISTED]
    ]
    return {"count": len(bearing), "first": first}


def _block(actor: Actor, seen: InSight, dossier: Dossier, *, is_open: bool) -> Mapping[str, Any] | None:
    if not may_read(actor, seen.part):
        return None
    told = signs_of(actor, rows_in(seen.problem, dossier.every))
    return {"signs": [_told(sign) for sign in told], "open": is_open} if told else None


def _told(told: Told) -> dict[str, Any]:
    """A sign for the template: its name, its sentence, ours and the twins side by side."""
    found = told.found
    params = {name: words.day(value) if isinstance(value, date) else value for name, value in found.params.items()}
    return {
        "name": _(SIGN_NAMES[found.sign]),
        "sentence": _(found.text) % params,
        "file": told.file,
        "is_picture": told.file is not None and told.file.media_type in PICTURES,
        "twins": [_twin(told, other) for other in told.others],
        "out_of_sight": told.out_of_sight,
        "more": told.more,
    }


def _twin(told: Told, other: Other) -> dict[str, Any]:
    return {
        "problem": other.problem,
        "marks": marked(told.text, other.text) if other.text else None,
        "file": other.file,
        "is_picture": other.file is not None and other.file.media_type in PICTURES,
    }
