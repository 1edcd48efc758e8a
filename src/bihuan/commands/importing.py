"""`import`: a ledger file onto a ledger in one go, through the same intake as the page's.

Nobody is there to look at near names, so only what is certain is taken; otherwise nothing is imported and the
open questions are listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bihuan.commands.archive import pieces_of
from bihuan.commands.frame import FAILED, MISUSED, Command, Stopped, existing
from bihuan.commands.installation import wake
from bihuan.commands.words import _, note, show, show_json

if TYPE_CHECKING:
    from bihuan.intake.models import Reading, UnitName
    from bihuan.ledger.models import Ledger
    from bihuan.organisations.access import Actor


@click.command("import", cls=Command, help=_("把台账文件登记到台账：单位名称全部对得上才登记，否则列出来。"))
@click.argument("file", type=click.Path(path_type=Path), metavar=_("文件"))
@click.option("--ledger", "word", required=True, help=_("台账的编号前缀或名称。"))
@click.option("--as", "username", help=_("以哪个账号办理；台账单位只有一名整改办人员时可省。"))
@click.option("--match-exact-only", is_flag=True, help=_("只认全称和简称，不用以前人工对应过的名称。"))
@click.option("--leave-unmatched", is_flag=True, help=_("对不上的单位名称留空，照样登记。"))
@click.option("--skip-faulty", is_flag=True, help=_("跳过有错误的行，登记其余的。"))
@click.option("--again", is_flag=True, help=_("同一文件以前导入过也再次登记。"))
@click.option("--round", "as_round", is_flag=True, help=_("文件是这本台账的新一版：按变化更新，不重复登记。"))
@click.option("--take-over", is_flag=True, help=_("接续办理：按文件所称的状态和日期接着办，不作为新问题。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
def import_file(file: Path, word: str, username: str | None, as_json: bool, **choices: bool) -> None:
    """Register every problem of a file, or none."""
    existing(file)
    wake()
    from bihuan.intake import actions, receiving
    from bihuan.ledger.shelf import find_ledger

    ledger = find_ledger(word)
    actor = _acting(ledger, username)
    reading = receiving.receive(actor=actor, ledger=ledger, name=file.name, chunks=pieces_of(file))
    try:
        numbers = _register(actor, reading, as_json, **choices)
    except BaseException:
        actions.discard(actor=actor, reading=reading)
        raise
    reading.refresh_from_db()
    if as_json:
        told = {"ledger": ledger.prefix, "problems": len(numbers), "numbers": numbers, "unmatched": []}
        show_json(told | ({"round": reading.round, **reading.result} if reading.as_round else {}))
    elif reading.as_round:
        text = _(
            "第 %(round)s 轮：新增 %(added)s 个，有变化 %(changed)s 个，文件称已完成 %(closed)s 个，"
            "要另行办理 %(by_hand)s 个，没有变化 %(same)s 个，文件里没有 %(absent)s 个。"
        )
        show(text % {"round": reading.round, **reading.result})
    elif numbers:
        text = _("已登记 %(count)s 个问题：%(first)s 至 %(last)s。")
        show(text % {"count": len(numbers), "first": numbers[0], "last": numbers[-1]})
    else:
        show(_("文件里没有问题，没有登记。"))


def _acting(ledger: Ledger, username: str | None) -> Actor:
    from bihuan.domain.case import Role
    from bihuan.organisations.roster import actor_of, usernames_in

    if username is None:
        known = usernames_in(ledger.office_id, Role.COORDINATOR)
        if len(known) != 1:
            text = _("请用 --as 指定办理的账号，%(unit)s 的整改办人员有：%(names)s。")
            names = ", ".join(known) or "—"
            raise Stopped(text % {"unit": ledger.office.name, "names": names}, MISUSED)
        username = known[0]
    return actor_of(username, unit_id=ledger.office_id, role=Role.COORDINATOR)


def _register(
    actor: Actor,
    reading: Reading,
    as_json: bool,
    *,
    match_exact_only: bool,
    leave_unmatched: bool,
    skip_faulty: bool,
    again: bool,
    as_round: bool,
    take_over: bool,
) -> list[str]:
    from bihuan.intake import actions, drafting, queries, rounds

    if not reading.drafts_count:
        actions.discard(actor=actor, reading=reading)
        return []
    if not again and not as_round:
        _refuse_twice(queries.same_file(reading))
        _refuse_later(reading)
    if reading.as_round != as_round:
        rounds.take_as(actor=actor, reading=reading, as_round=as_round)
    if match_exact_only:
        actions.match_units(actor=actor, reading=reading, decisions=_forgotten(reading))
    if skip_faulty:
        for place in list(queries.drafts_of(reading, "faulty").values_list("place", flat=True)):
            drafting.drop_draft(actor=actor, reading=reading, place=place)
    _settle_names(actor, reading, as_json, leave_unmatched)
    _refuse_faulty(reading, as_json)
    confirmed = actions.confirm(actor=actor, reading=reading, half_done=take_over)
    return [problem.number for problem in confirmed]


def _refuse_twice(found: Reading | None) -> None:
    from bihuan.book import clock

    if found and found.state == "confirmed":
        text = _("这个文件 %(day)s 已经导入过“%(ledger)s”，没有再次登记；确要再登记请加 --again。")
        raise Stopped(text % {"day": clock.day_of(found.uploaded_at), "ledger": found.ledger.name}, FAILED)


def _refuse_later(reading: Reading) -> None:
    if reading.likely_round:
        text = _(
            "这个文件像是“%(ledger)s”的新一版，没有登记任何问题；请加 --round 按变化更新，"
            "或加 --again 全部作为新问题登记。"
        )
        raise Stopped(text % {"ledger": reading.ledger.name}, FAILED)


def _forgotten(reading: Reading) -> dict[str, tuple[int, ...]]:
    from bihuan.intake import queries

    return {row.name: () for row in queries.names_of(reading) if row.how not in ("name", "short_name")}


def _settle_names(actor: Actor, reading: Reading, as_json: bool, leave: bool) -> None:
    from bihuan.intake import actions, queries

    unknown = [row for row in queries.names_of(reading) if not row.settled]
    if not unknown:
        return
    if leave:
        actions.match_units(actor=actor, reading=reading, decisions=dict.fromkeys(row.name for row in unknown))
        note(_("有 %(count)s 个单位名称对不上，已留空。") % {"count": len(unknown)})
        return
    listed = _with_near(reading, unknown)
    if as_json:
        show_json({"problems": 0, "numbers": [], "unmatched": listed})
    for row in listed if not as_json else ():
        near = ", ".join(row["near"]) or "—"
        note(_("“%(name)s”（%(count)s 处）对不上；相近的有：%(near)s") % {**row, "near": near})
    raise Stopped(_("没有登记任何问题。请在页面上导入并选定单位，或加 --leave-unmatched 留空。"), FAILED)


def _with_near(reading: Reading, rows: Sequence[UnitName]) -> list[dict[str, Any]]:
    from bihuan.intake.matching import directory_of

    directory = directory_of(reading.keeper)
    return [
        {
            "name": row.name,
            "count": row.count,
            "near": [directory.label(unit) for unit in directory.near(row.name)],
        }
        for row in rows
    ]


def _refuse_faulty(reading: Reading, as_json: bool) -> None:
    from bihuan.intake import queries

    faults = queries.notes_on(reading, "faulty")
    if not faults:
        return
    told = [{"text": _(fault.template) % fault.params, "places": list(fault.places)} for fault in faults]
    if as_json:
        show_json({"problems": 0, "numbers": [], "unmatched": [], "faults": told})
    for fault in told if not as_json else ():
        note(f"{', '.join(fault['places'])}: {fault['text']}")
    raise Stopped(_("没有登记任何问题。请改正文件后再导入，或加 --skip-faulty 跳过这些行。"), FAILED)
