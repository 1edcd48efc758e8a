"""`redraw`: a sample for look-back drawn again from the list that was kept, and compared with the record."""

from __future__ import annotations

from uuid import UUID

import click

from bihuan.commands.frame import FAILED, Command, Stopped
from bihuan.commands.installation import wake
from bihuan.commands.words import _, show


@click.command(cls=Command, help=_("按记录的种子从存档名单重新抽取回头看样本，与记录不一致时以 1 退出。"))
@click.argument("number", type=click.UUID, metavar=_("标识"))
def redraw(number: UUID) -> None:
    """Draw a sample again; `number` is its id, which stands in the address of its page."""
    wake()
    from bihuan.ledger.draws import draw_on_record, repeat

    drawn = draw_on_record(number)
    if drawn is None:
        raise Stopped(_("没有这次抽取：%(id)s。") % {"id": number})
    again = repeat(drawn)
    words = {"name": drawn.name, "seed": drawn.seed, "population": again.population, "count": len(drawn.drawn)}
    show(_("“%(name)s”：种子 %(seed)s，存档名单 %(population)s 个，记录抽中 %(count)s 个。") % words)
    for text, ids in (
        (_("记录上有而没有抽到：%(id)s"), again.compared.missing),
        (_("抽到而记录上没有：%(id)s"), again.compared.added),
    ):
        for one in ids:
            show(text % {"id": one})
    if not again.same:
        show(_("与记录不一致。"))
        raise click.exceptions.Exit(FAILED)
    show(_("与记录完全一致。"))
