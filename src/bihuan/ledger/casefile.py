"""The archive of one problem, cut to what one reader may see: entries as stored, evidence, the checkpoint.

Everything comes from the reader's own dossier: an entry of which the reader may not see all is given by its hash
alone. Nothing here words or writes the archive.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Q

from bihuan.book.checkpoints import file_of
from bihuan.book.models import Chain, Checkpoint, Entry
from bihuan.domain.casefile import Sealed, sealed_by, withheld_line
from bihuan.domain.journal import Head, from_file
from bihuan.ledger.dossier import Dossier, Line, dossier_of
from bihuan.ledger.files import path_of
from bihuan.ledger.models import (
    Closeout,
    Evidence,
    Objection,
    Problem,
    Referral,
    RuleMade,
    RuleTie,
    Urging,
)
from bihuan.ledger.queries import InSight, find, referred_for, visible_to
from bihuan.ledger.referrals import file_of as referral_of
from bihuan.organisations.access import Actor

FOR_THE_OFFICE: Mapping[str, frozenset[str]] = {
    Problem.KIND: frozenset({"place", "claims"}),
    Objection.KIND: frozenset(Objection.ON_RECORD),
}
"""Columns that pages show to the office and to auditors alone, by the kind of row."""


@dataclass(frozen=True)
class File:
    """A file of evidence; `size` is the one on disk, None where the disk has lost it."""

    row: Evidence
    size: int | None


@dataclass(frozen=True)
class Tie:
    """A rule that was made because of the problem."""

    row: RuleTie
    rule: RuleMade


@dataclass(frozen=True)
class Ending:
    """How the problem came to its end, as far as the reader may see it."""

    closeouts: Sequence[Closeout]
    objections: Sequence[Objection]
    urgings: Sequence[Urging]
    ties: Sequence[Tie]
    referral: Referral | None


@dataclass(frozen=True)
class CaseFile:
    """What goes into an archive. `lines`: for every entry its exact bytes, or its hash alone.

    `apart`: entries withheld because they are for others' eyes; `partly`: because the reader may see a part only.
    """

    dossier: Dossier
    chain: Head
    lines: Sequence[bytes]
    apart: int
    partly: int
    files: Sequence[File]
    ending: Ending
    sealed: Sealed | None

    @property
    def withheld(self) -> int:
        """How many entries are there by their hash alone."""
        return self.apart + self.partly

    @property
    def unsealed(self) -> int:
        """How many entries no checkpoint has yet."""
        return self.chain.seq - (self.sealed.seq if self.sealed else 0)


def find_by_number(actor: Actor, number: str) -> InSight | None:
    """The problem with this number where the actor may see it, or has the right to its file; else None."""
    for rows in (visible_to(actor, Q(number=number)), referred_for(actor).filter(number=number)):
        id_ = rows.values_list("id", flat=True).first()
        if id_ is not None:
            return find(actor, id_)
    return None


def casefile_of(actor: Actor, seen: InSight) -> CaseFile:
    """What `actor` may take away of the problem in sight."""
    problem = seen.problem
    # In this order: what is written meanwhile is newer than the end of the spine, and left to the next archive.
    sealed = _sealed(problem.region_id, problem.id)
    spine = list(
        Entry.objects.filter(region_id=problem.region_id, subject=problem.id)
        .order_by("seq")
        .values_list("seq", "hash")
    )
    dossier = dossier_of(actor, seen)
    told = {line.entry.seq: line for line in dossier.lines}
    whole = {seq for seq, line in told.items() if _is_whole(line, everything=dossier.sees_source)}
    lines = [told[seq].entry.body.encode() if seq in whole else withheld_line(seq, hash_) for seq, hash_ in spine]
    last, head = spine[-1]
    return CaseFile(
        dossier=dossier,
        chain=Head(Problem.KIND, str(problem.id), problem.region_id, last, head),
        lines=lines,
        apart=sum(1 for seq, _hash in spine if seq not in told),
        partly=sum(1 for seq, _hash in spine if seq in told and seq not in whole),
        files=[File(row, _size(row.sha256)) for row in dossier.evidence],
        ending=_ending(dossier),
        sealed=sealed,
    )


def _is_whole(line: Line, *, everything: bool) -> bool:
    """May the reader have all that the entry says, byte for byte?"""
    if line.changes != json.loads(line.entry.body).get("changes", {}):
        return False
    return everything or not any(_is_kept_back(key, columns) for key, columns in line.changes.items())


def _is_kept_back(key: str, columns: Mapping[str, Sequence[Any]]) -> bool:
    kept = FOR_THE_OFFICE.get(key.partition(":")[0], frozenset())
    return any(any(columns[name]) for name in kept & columns.keys())


def _ending(dossier: Dossier) -> Ending:
    """The rows of the dossier, with the rules that they name."""
    closeouts: list[Closeout] = [*dossier.endings.get(Closeout, ())]
    ties: list[RuleTie] = [row for row in dossier.endings.get(RuleTie, ()) if not row.dropped]
    rules = (
        {rule.id: rule for rule in RuleMade.objects.filter(id__in=[row.rule_id for row in ties])} if ties else {}
    )
    return Ending(
        closeouts=closeouts,
        objections=[*dossier.endings.get(Objection, ())],
        urgings=[*dossier.endings.get(Urging, ())],
        ties=[Tie(row, rules[row.rule_id]) for row in ties if row.rule_id in rules],
        referral=referral_of(dossier.problem),
    )


def _size(sha256: str) -> int | None:
    try:
        return path_of(sha256).stat().st_size
    except OSError:
        return None


def _sealed(region_id: int, problem_id: UUID) -> Sealed | None:
    """The proof from the last checkpoint that lists the problem; None while none does.

    It is the first one made after the last entry that is sealed, or one soon after it; where a clock was set back
    in between, one of those before.
    """
    sealed = Chain.objects.filter(region_id=region_id, id=problem_id).values_list("sealed", flat=True).first()
    entry = Entry.objects.filter(region_id=region_id, subject=problem_id, seq=sealed or 0).first()
    if entry is None:
        return None
    later = Checkpoint.objects.filter(made_at__gte=entry.recorded_at).order_by("number")
    before = Checkpoint.objects.filter(made_at__lt=entry.recorded_at).order_by("-number")
    found = (_listed(row, entry) for row in chain(later.iterator(1), before.iterator(1)))
    return next(filter(None, found), None)


def _listed(row: Checkpoint, entry: Entry) -> Sealed | None:
    """The proof that the checkpoint lists this entry as the last of its chain; None where it does not."""
    subject, file = str(entry.subject), file_of(row)
    if subject.encode() not in file:
        return None
    sealed = sealed_by(from_file(file, check=None), subject)
    return sealed if sealed and sealed.seq == entry.seq else None
