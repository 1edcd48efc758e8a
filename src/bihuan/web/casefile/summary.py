"""The summary of a problem's archive: which chapters, in which order, and the facts at its head."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.documents.writing.casefile import Chapter, Summary, write_casefile
from bihuan.domain.colours import at
from bihuan.ledger.casefile import CaseFile
from bihuan.ledger.derived import turns_from
from bihuan.web.casefile import chapters
from bihuan.web.casefile.chapters import Names
from bihuan.web.casefile.closing import closing, rules, supervision
from bihuan.web.templatetags import bihuan as shown

CHAPTERS: Sequence[Callable[[CaseFile, Names], Chapter | None]] = (
    chapters.the_problem,
    chapters.units,
    chapters.measures,
    chapters.evidence,
    chapters.requests,
    supervision,
    closing,
    rules,
    chapters.record,
    chapters.proof,
)


def summary_of(case: CaseFile, names: Names, public_key: bytes) -> bytes:
    """The summary as a Word file; `names`: what the files of evidence are called in the archive."""
    numerals = _("一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五").split()
    told = [chapter for chapter in (make(case, names) for make in CHAPTERS) if chapter]
    numbered = [
        Chapter(
            _("%(numeral)s、%(heading)s") % {"numeral": numeral, "heading": one.heading},
            one.facts,
            one.text,
            one.tables,
        )
        for numeral, one in zip(numerals, told, strict=False)
    ]
    file = io.BytesIO()
    write_casefile(file, Summary(_("问题整改档案"), _facts(case), numbered, chapters.note(public_key)))
    return file.getvalue()


def _facts(case: CaseFile) -> list[tuple[str, str]]:
    problem = case.dossier.problem
    kind = [problem.nature or "", shown.impact(problem.impact) if problem.impact else ""]
    due = shown.day(problem.due)
    if problem.due_original and problem.due_original != problem.due:
        due = _("%(due)s（原定%(original)s）") % {"due": due, "original": shown.day(problem.due_original)}
    facts = [
        (_("编号："), problem.number),
        (_("标题："), problem.title),
        (_("台账："), problem.ledger.name),
        (_("交办单位："), problem.office.name),
        (_("来源："), shown.source_name(problem.source) if problem.source else ""),
        (_("类别："), problem.category),
        (_("性质和影响："), " · ".join(filter(None, kind))),
        (_("整改类型："), f"{shown.horizon(problem.horizon)} · {shown.urgency(problem.urgency)}"),
        (_("环节："), shown.stage(problem.stage)),
        (_("颜色："), _colour(case)),
        (_("交办日期："), shown.day(problem.dispatched_on) if problem.dispatched_on else ""),
        (_("整改时限："), due if problem.due else ""),
    ]
    return [(label, said) for label, said in facts if said]


def _colour(case: CaseFile) -> str:
    now = at(turns_from(case.dossier.problem.turns), clock.today())
    if now.reason.code == "otherwise":
        return ""
    return _("%(colour)s（%(why)s）") % {"colour": shown.colour_name(now.colour), "why": shown.because(now)}
