"""Twins of what was handed in: other requests that say nearly the same, other problems proved by the same picture.

Only the tables of the problem's own region are searched: one city with all below it, in which the same hands work.
The indexed prints narrow millions down to some dozen, which are then compared themselves. Each search reads a
bounded number of rows however many twins there are. Knows nobody's rights: who may see a twin is asked afterwards
(`in_sight`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q

from bihuan.domain.case import Role, Stage
from bihuan.ledger.models import Closeout, Evidence, ImagePrint, Part, Problem, TextPrint
from bihuan.ledger.prints import NOT_PROOF
from bihuan.ledger.queries import visible_to
from bihuan.likeness.alike import compare
from bihuan.likeness.prints import PICTURE_APART, apart, bands_of, picture_bands, whole_band
from bihuan.organisations.access import Actor

LIKE = 0.85
"""From this likeness on two summaries are told as nearly the same (`likeness.alike`)."""
MOST_COMPARED = 50
MOST_FILES = 40
"""Of the files of one problem the newest so many are looked for."""
_PER_BAND = 200
"""Of those that share a band the newest so many are counted."""
_PER_FILE = 20
_BRIEF = ("id", "region_id", "problem_id", "name", "sha256", "looks", "media_type", "added_at", "unit_id")


@dataclass(frozen=True)
class TextTwin:
    """Another request and how much its summary is alike, 1.0 where it says the same letter by letter."""

    closeout: Closeout
    likeness: float


@dataclass(frozen=True)
class FileTwin:
    """A file of the problem asked about, and the same file or picture at another problem."""

    ours: Evidence
    theirs: Evidence

    @property
    def is_copy(self) -> bool:
        """Is it the very same file, not only the same picture?"""
        return self.ours.sha256 == self.theirs.sha256


def text_twins(closeout: Closeout) -> list[TextTwin]:
    """The requests of other problems whose summary is that of `closeout`, the likeliest first, one a problem."""
    bands = sorted(set(bands_of(closeout.summary)))
    if not bands:
        return []
    ids = _sharing(TextPrint, "closeout_id", [(0, band) for band in bands], closeout.region_id, MOST_COMPARED)
    rows = Closeout.objects.filter(region_id=closeout.region_id, id__in=[found for _ours, found in ids])
    likest: dict[UUID, TextTwin] = {}
    for row in rows.only("id", "region_id", "problem_id", "summary", "asked_on", "state"):
        score = compare(closeout.summary, row.summary).wording if row.problem_id != closeout.problem_id else 0.0
        known = likest.get(row.problem_id)
        if score >= LIKE and (known is None or (known.likeness, known.closeout.id) < (score, row.id)):
            likest[row.problem_id] = TextTwin(row, score)
    return sorted(likest.values(), key=lambda twin: (twin.likeness, twin.closeout.id), reverse=True)


def file_twins(files: Sequence[Evidence]) -> list[FileTwin]:
    """The same files, and the same pictures, among the evidence of other problems than that of `files`."""
    asked = sorted(files, key=lambda row: row.id)[-MOST_FILES:]
    if not asked:
        return []
    region, problem = asked[0].region_id, asked[0].problem_id
    ids = _same_files(region, problem, {row.sha256 for row in asked if row.sha256})
    bands = [(place, band) for place, row in enumerate(asked) if row.looks for band in picture_bands(row.looks)]
    if bands:
        found = _sharing(ImagePrint, "evidence_id", bands, region, MOST_COMPARED * len(asked))
        ids |= {evidence for _ours, evidence in found}
    if not ids:
        return []
    others = Evidence.objects.filter(_is_proof(), region_id=region, id__in=ids).exclude(problem_id=problem)
    rows = list(others.only(*_BRIEF).order_by("-id"))
    return [FileTwin(ours, theirs) for ours in asked for theirs in rows if _is_same(ours, theirs)]


def same_picture(ours: Evidence, theirs: Evidence) -> bool:
    """Are two pictures one, by their files or by their looks?"""
    return _is_same(ours, theirs)


def repeated_texts(closeouts: Sequence[Closeout]) -> set[UUID]:
    """Which of many requests say letter by letter what one of another problem says: one question for all."""
    wholes = {row.id: band for row in closeouts if (band := whole_band(row.summary)) is not None}
    if not wholes:
        return set()
    others = TextPrint.objects.filter(region_id=OuterRef("region_id"), band=OuterRef("band"))
    rows = TextPrint.objects.filter(
        Exists(others.exclude(problem_id=OuterRef("problem_id"))),
        closeout_id__in=wholes,
        band__in=set(wholes.values()),
    )
    return {id_ for id_, band in rows.values_list("closeout_id", "band") if wholes[id_] == band}


def repeated_files(problems: Iterable[UUID]) -> dict[UUID, list[str]]:
    """For each of many problems the names of its files that another problem has, too: one question for all."""
    others = Evidence.objects.filter(_is_proof(), region_id=OuterRef("region_id"), sha256=OuterRef("sha256"))
    rows = Evidence.objects.filter(
        Exists(others.exclude(problem_id=OuterRef("problem_id"))),
        problem_id__in=list(problems),
        purpose__isnull=True,
    )
    found: dict[UUID, list[str]] = {}
    for problem, name in rows.order_by("id").values_list("problem_id", "name"):
        found.setdefault(problem, []).append(name)
    return found


def in_sight(actor: Actor, problems: Iterable[UUID]) -> Mapping[UUID, Problem]:
    """Those of the problems whose requests and files `actor` may read: a supporting unit reads neither, and what
    was handed to another authority nobody reads here."""
    ids = set(problems)
    if not ids:
        return {}
    rows = visible_to(actor, Q(id__in=ids)).annotate(seen_as=F("reaches__part")).select_related("lead_unit")
    return {
        row.id: row
        for row in rows
        if row.stage != Stage.REFERRED and (row.seen_as != Part.SUPPORT or actor.role is Role.AUDITOR)
    }


def _is_proof() -> Q:
    return Q(purpose__isnull=True) | ~Q(purpose=NOT_PROOF)


def _is_same(ours: Evidence, theirs: Evidence) -> bool:
    if ours.sha256 == theirs.sha256:
        return True
    if ours.looks is None or theirs.looks is None or not picture_bands(ours.looks):
        return False
    return apart(ours.looks, theirs.looks) <= PICTURE_APART


def _sharing(
    model: Any, via: str, bands: Sequence[tuple[int, int]], region: int, most: int
) -> list[tuple[int, UUID]]:
    """Who shares most of the bands, given with the place of whose band it is: that place and the id found."""
    # One stretch of the index a band, so that one band which thousands share keeps no other from being read.
    table = connection.ops.quote_name(model._meta.db_table)
    one = (
        f"SELECT * FROM (SELECT CAST(%s AS integer) AS ours, {via} AS found FROM {table} "  # noqa: S608
        f"WHERE region_id = %s AND band = %s ORDER BY {via} DESC LIMIT {_PER_BAND}) AS one"
    )
    sql = (
        f"SELECT ours, found FROM ({' UNION ALL '.join([one] * len(bands))}) AS every "  # noqa: S608
        f"GROUP BY ours, found ORDER BY COUNT(*) DESC, found DESC LIMIT {int(most)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for ours, band in bands for value in (ours, region, band)])
        return [(ours, _as_id(found)) for ours, found in cursor.fetchall()]


def _same_files(region: int, problem: UUID, hashes: set[str]) -> set[UUID]:
    """The ids of some evidence of other problems with each of these hashes."""
    if not hashes:
        return set()
    table = connection.ops.quote_name(Evidence._meta.db_table)
    own = Evidence._meta.pk.get_db_prep_value(problem, connection)
    one = (
        f"SELECT * FROM (SELECT id FROM {table} WHERE region_id = %s AND sha256 = %s "  # noqa: S608
        f"AND problem_id <> %s LIMIT {_PER_FILE}) AS one"
    )
    with connection.cursor() as cursor:
        values = [value for sha256 in sorted(hashes) for value in (region, sha256, own)]
        cursor.execute(" UNION ALL ".join([one] * len(hashes)), values)
        return {_as_id(found) for (found,) in cursor.fetchall()}


def _as_id(stored: Any) -> UUID:
    return stored if isinstance(stored, UUID) else UUID(stored)
