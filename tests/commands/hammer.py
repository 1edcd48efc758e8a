"""`python -m tests.commands.hammer`: takes steps without end and prints the id of each entry once it is committed.

What it printed has been acknowledged: it must be there whatever happens afterwards.
"""

from __future__ import annotations

import sys
from uuid import UUID

from bihuan.commands.installation import wake


def hammer() -> None:
    """Register, dispatch and sign for one problem after another, some of them with evidence."""
    wake()
    from bihuan.ledger.actions import dispatch, working
    from bihuan.ledger.actions.register import NewMeasure, NewProblem, register
    from bihuan.ledger.actions.working import NewEvidence, Progress
    from bihuan.ledger.files import store
    from bihuan.ledger.models import Ledger, Measure
    from bihuan.organisations.roster import actor_of, find_unit

    coordinator, liaison = actor_of("coordinator"), actor_of("liaison")
    lead, ledger = find_unit("市住建局").pk, Ledger.objects.get(prefix="YT")
    turn = 0
    while True:
        turn += 1
        new = NewProblem(f"第{turn}处道路破损。", lead_unit_id=lead, measures=(NewMeasure("修补路面"),))
        problem = register(actor=coordinator, ledger=ledger, problems=[new])[0].id
        acknowledge(problem)
        dispatch.dispatch(actor=coordinator, problems=[problem]).only()
        acknowledge(problem)
        working.sign(actor=liaison, problems=[problem]).only()
        acknowledge(problem)
        measure = Measure.objects.get(problem_id=problem).id
        proof = store("照片.png", [b"\x89PNG\r\n\x1a\n", problem.bytes * 4096])
        working.report(
            actor=liaison,
            problem=problem,
            progress={measure: Progress(50, "修补一半")},
            files=[NewEvidence(proof, measure)],
        ).only()
        acknowledge(problem)


def acknowledge(problem: UUID) -> None:
    """Print the last entry of a problem."""
    from bihuan.book.models import Entry

    entry = Entry.objects.filter(subject=problem).order_by("-seq").values_list("id", flat=True)[0]
    sys.stdout.write(f"{entry}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    hammer()
