"""Verify: does everything add up? Chains, rows, colours, spans, reach, numbers, links, checkpoints, files.

Recomputes what the actions must have left from the entries alone and names every difference. Reads only, from
one moment's view, and keeps nobody from working. What it cannot know without a checkpoint held outside: whether
somebody who rules the database rewrote it whole, or took away what came last.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from bihuan.ledger.verify import checkpoints, orphans, prints, texts
from bihuan.ledger.verify import files as evidence_files
from bihuan.ledger.verify.findings import Counts, Finding, Findings, Report, What
from bihuan.ledger.verify.reading import one_view
from bihuan.ledger.verify.walk import Walk

__all__ = ["Counts", "Finding", "Report", "What", "verify"]

Progress = Callable[[str, int, int], None]


def verify(
    *,
    files: bool = False,
    checkpoint: bytes | None = None,
    key: bytes | None = None,
    progress: Progress | None = None,
) -> Report:
    """Verify the whole installation.

    `files` rehashes every file of evidence. `checkpoint` is the content of a checkpoint file held outside and
    `key` the public key (32 bytes) held with it: then only these two are trusted, and even a database rewritten
    and signed anew is found out. `progress` is called with "entries" or "files", how many were read, of how many.
    Raises `Refused` where `key` is no public key.
    """

    def tell(part: str) -> Callable[[int, int], None]:
        return lambda done, total: progress(part, done, total) if progress else None

    findings = Findings()
    with one_view():
        trust = checkpoints.trust_in(checkpoint, key, findings)
        with closing(checkpoints.walk(trust, findings)) as heads:
            Walk(findings, heads, tell("entries")).run()
        orphans.check(findings)
        texts.check(findings)
        prints.check(findings)
        if files:
            evidence_files.check(findings, tell("files"))
    return findings.report()
