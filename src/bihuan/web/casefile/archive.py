"""The archive of a problem: what is put into it and under which names, its signed statement, its way out.

Everything but the evidence is made beforehand; the evidence is read from disk while the archive goes out, so
that neither memory nor disk has to hold it. That somebody took it away is on the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.book import clock, signing
from bihuan.documents.writing.archive import Names, Part, held, length_of, stream
from bihuan.domain.casefile import PROOF, Proven, Signed, Statement, to_proof
from bihuan.ledger.actions.exporting import record_export
from bihuan.ledger.casefile import CaseFile, File, casefile_of
from bihuan.ledger.files import path_of
from bihuan.ledger.queries import InSight
from bihuan.organisations.access import Actor
from bihuan.web.casefile import chapters
from bihuan.web.casefile.summary import summary_of

PIECE = 1024 * 1024


@dataclass(frozen=True)
class Archive:
    """An archive ready to go out: its name, its length in bytes, and its pieces."""

    name: str
    length: int
    pieces: Iterator[bytes]


def archive_of(actor: Actor, seen: InSight) -> Archive:
    """What `actor` may see of the problem in sight as one archive; writes on the record that it was taken away."""
    case = casefile_of(actor, seen)
    number = case.dossier.problem.number
    parts = _parts(actor, case)
    with transaction.atomic():
        details = {"problem": str(case.dossier.problem.id), "as": "zip", "rows": case.chain.seq}
        counts = {"files": len(case.files), "withheld": case.withheld}
        record_export(actor=actor, details={**details, **counts})
    moment = clock.local(clock.now())
    return Archive(_("%(number)s档案.zip") % {"number": number}, length_of(parts), stream(parts, moment))


def _parts(actor: Actor, case: CaseFile) -> list[Part]:
    key = signing.public_key()
    called = _names(case)
    names = {file.row.id: name for file, name in zip(case.files, called, strict=True) if name is not None}
    made = [
        held(_("01-概况.docx"), summary_of(case, names, key)),
        held(_("03-记录") + "/entries.jsonl", b"".join(line + b"\n" for line in case.lines)),
        held("README.txt", _read_me(case, key)),
    ]
    statement = Statement(
        number=case.dossier.problem.number,
        made_at=clock.local(clock.now()).isoformat(timespec="seconds"),
        reader=actor.unit_name,
        chain=case.chain,
        withheld=case.withheld,
        record=made[1].name,
        sealed=case.sealed,
        evidence=tuple(_proven(file, name) for file, name in zip(case.files, called, strict=True)),
        files={part.name: (sha256(b"".join(part.chunks())).hexdigest(), part.size) for part in made},
    )
    signed = Signed(statement, signing.sign(statement.signed_bytes()), key)
    proof = held(_("04-核验") + f"/{PROOF}", to_proof(signed))
    proofs = [_on_disk(file, name) for file, name in zip(case.files, called, strict=True) if name is not None]
    return [made[0], *proofs, made[1], proof, made[2]]


def _names(case: CaseFile) -> list[str | None]:
    """The name of every file of evidence in the archive: the measure it proves, then its own."""
    measures = (*case.dossier.measures, *case.dossier.past_measures)
    places: dict[UUID | None, int] = {row.id: row.place for row in measures}
    names, folder = Names(), _("02-佐证")
    return [
        None
        if file.size is None
        else names.give(folder, f"{places.get(file.row.measure_id, 0):02d}-{file.row.name}")
        for file in case.files
    ]


def _proven(file: File, name: str | None) -> Proven:
    return Proven(str(file.row.id), file.row.name, name, file.row.sha256, file.row.size)


def _on_disk(file: File, name: str) -> Part:
    assert file.size is not None
    return Part(name, file.size, lambda: _pieces(file.row.sha256))


def _pieces(digest: str) -> Iterator[bytes]:
    with path_of(digest).open("rb") as content:
        while piece := content.read(PIECE):
            yield piece


def _read_me(case: CaseFile, key: bytes) -> bytes:
    """How to check the archive, in both languages, whatever the reader speaks."""
    texts = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            texts.append("\r\n".join(_explained(case, key)))
    return b"\xef\xbb\xbf" + "\r\n\r\n".join(texts).encode() + b"\r\n"


def _explained(case: CaseFile, key: bytes) -> Sequence[str]:
    return [
        _("问题%(number)s的档案") % {"number": case.dossier.problem.number},
        "",
        *chapters.of_entries(case),
        chapters.of_checkpoint(case),
        chapters.how(),
        _("不给公钥时，只能证明档案前后一致，不能证明它出自本系统。"),
        _("entries.jsonl 每行是一条记录的原文；一行（不含换行）的 SHA-256 就是下一条记录中的 prev。"),
        _("只有 withheld 和 hash 的行，是不提供原文的记录。proof.json 是清单：每个文件的 SHA-256、检查点和签名。"),
        chapters.note(key),
    ]
