"""A problem handed down to two hundred units, made by the ordinary action in a loaded ledger that has none."""

from __future__ import annotations

PARTS = 200
PREFIX = "HD"
"""Of the ledger on which it stands alone with its parts, by which it is found again."""


def handed_down(username: str) -> str:
    """The id of the problem; `username` is the coordinator who hands it down where it is not there yet."""
    from bihuan.ledger.actions.dispatch import dispatch
    from bihuan.ledger.actions.handing_down import NewPart, hand_down
    from bihuan.ledger.actions.ledgers import open_ledger
    from bihuan.ledger.actions.register import NewProblem, register
    from bihuan.ledger.models import Ledger, Problem
    from bihuan.organisations.access import actor_for, held_posts
    from bihuan.organisations.models import Person, Unit

    person = Person.objects.get(username=username)
    actor = actor_for(person, held_posts(person))
    assert actor is not None
    ledger = Ledger.objects.filter(region_id=actor.region_id, prefix=PREFIX).first()
    if ledger is not None:
        on_it = Problem.objects.filter(region_id=actor.region_id, ledger_id=ledger.pk, above_id__isnull=True)
        return str(on_it.get().pk)
    below = Unit.objects.filter(region_id=actor.region_id, is_active=True, path__contains=f"/{actor.unit_id}/")
    units = list(below.exclude(pk=actor.unit_id).order_by("pk").values_list("pk", flat=True)[:PARTS])
    ledger = open_ledger(actor=actor, name="分解下达", prefix=PREFIX)
    new = NewProblem(text="各单位自查办公用房超标情况，逐项整改。", lead_unit_id=units[0])
    whole = register(actor=actor, ledger=ledger, problems=[new])[0]
    dispatch(actor=actor, problems=[whole.id]).only()
    parts = [NewPart(unit) for unit in units]
    hand_down(actor=actor, problem=whole.id, parts=parts, ledger=ledger.id).only()
    return str(whole.id)
