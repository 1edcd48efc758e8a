"""`policy`: the colour policy in force, another one tried on the open problems, and switched on from a day.

What `show --json` prints can be changed and given to `try` and `set`. Rights are those of the account named.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bihuan.commands.frame import MISUSED, Command, Group, Stopped, existing
from bihuan.commands.installation import wake
from bihuan.commands.progress import bar
from bihuan.commands.words import _, show, show_json

if TYPE_CHECKING:
    from bihuan.domain.colours import Policy

AS = _("由哪个账号办理（最上级单位的整改办人员或系统管理员）。")
FILE = click.argument("file", type=click.Path(path_type=Path), metavar=_("文件.json"))
DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=Group, help=_("颜色规则：查看、试算、启用。"))
def policy() -> None:
    """The colour policy."""


@policy.command("show", cls=Command, help=_("显示现行的颜色规则和各版的生效日期。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON，可修改后用于 try 和 set。"))
def show_policy(as_json: bool) -> None:
    """The policy in force."""
    wake()
    from bihuan.book import clock
    from bihuan.domain.colours import COLOUR_NAMES, DEFAULT_POLICY
    from bihuan.domain.policies import rule_words
    from bihuan.ledger.policies import schedule_on_record

    schedule = schedule_on_record()
    now = schedule.in_force(clock.today())
    found = now.policy if now else DEFAULT_POLICY
    if as_json:
        show_json(found.as_data())
        return
    show(_(found.name))
    for place, rule in enumerate(found.rules, 1):
        words = rule_words(rule)
        show(f"{place:3} {_(COLOUR_NAMES[rule.colour])} {_(words.text) % words.params}")
    for dated in schedule.known:
        told = _("第%(version)s版“%(name)s”%(day)s起生效")
        show(told % {"version": dated.version, "name": _(dated.policy.name), "day": dated.begins})


@policy.command("try", cls=Command, help=_("试算：在办的问题各由什么颜色变为什么颜色；不改变任何问题。"))
@FILE
@click.option("--as", "username", required=True, help=AS)
@click.option("--day", type=DAY, help=_("按哪一天试算，默认今天。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
def try_policy(file: Path, username: str, day: datetime | None, as_json: bool) -> None:
    """Count what a policy would do."""
    wake()
    from bihuan.book import clock
    from bihuan.domain.colours import COLOUR_NAMES
    from bihuan.domain.policies import refuses_new
    from bihuan.domain.refusals import insist
    from bihuan.insight.trials import in_sight
    from bihuan.insight.trying import CHUNK, Cell, Trying, walk
    from bihuan.ledger.policies import schedule_on_record
    from bihuan.organisations.access import may_set_up
    from bihuan.organisations.roster import actor_of

    actor, tried = actor_of(username), _read(file)
    insist(may_set_up(actor) or refuses_new(tried))
    on = day.date() if day else clock.today()
    if on < clock.today():
        raise Stopped(_("只能按今天或以后的日期试算。"), MISUSED)
    counts: Counter[Cell] = Counter()
    with bar(_("试算"), in_sight(actor.unit_id)) as moved:
        for walked in walk(Trying(tried, schedule_on_record(), on), actor.unit_id):
            counts.update({cell: len(ids) for cell, ids in walked.cells.items()})
            moved(CHUNK)
    if as_json:
        show_json([{"now": now, "then": then, "count": count} for (now, then), count in sorted(counts.items())])
        return
    for (now, then), count in sorted(counts.items()):
        show(f"{_(COLOUR_NAMES[now])} → {_(COLOUR_NAMES[then])} {count:8}")


@policy.command("set", cls=Command, help=_("启用颜色规则：从明天或以后的一天起，写明原因。"))
@FILE
@click.option("--from", "begins", type=DAY, required=True, help=_("从哪天起生效。"))
@click.option("--reason", required=True, help=_("为什么要改。"))
@click.option("--as", "username", required=True, help=AS)
def set_policy(file: Path, begins: datetime, reason: str, username: str) -> None:
    """Put a policy on record."""
    wake()
    from bihuan.ledger.actions.policies import switch_on
    from bihuan.ledger.policies import schedule_on_record
    from bihuan.organisations.roster import actor_of

    seen = schedule_on_record().version
    made = switch_on(
        actor=actor_of(username), policy=_read(file), effective_from=begins.date(), reason=reason, seen=seen
    )
    told = _("已记下：第%(version)s版颜色规则从%(day)s起生效。")
    show(told % {"version": made.version, "day": made.effective_from})


def _read(file: Path) -> Policy:
    """The policy in a file; raises `Stopped` or `Refused` where there is none."""
    from bihuan.domain.colours import policy_from_data

    try:
        data = json.loads(existing(file).read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Stopped(_("%(file)s 不是 JSON：%(why)s") % {"file": file, "why": error}, MISUSED) from error
    return policy_from_data(data if isinstance(data, dict) else {})
