"""`user`: accounts and posts, for whoever keeps the machine. Everything goes on the record, as by the system."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bihuan.commands.frame import MISUSED, Command, Group, Stopped
from bihuan.commands.installation import wake
from bihuan.commands.passwords import chosen_password, from_stdin
from bihuan.commands.words import _, show, show_json

if TYPE_CHECKING:
    from bihuan.domain.case import Role
    from bihuan.organisations.models import Unit

POST = _("岗位，写作 角色@单位，如 liaison@市水利局；可以多次。")


@click.group(cls=Group, help=_("账号：新增、列出、改密码、停用。"))
def user() -> None:
    """Accounts."""


@user.command("add", cls=Command, help=_("新增账号，密码自动生成并显示一次。"))
@click.argument("username", metavar=_("账号"))
@click.option("--name", required=True, help=_("姓名。"))
@click.option("--name-en", default="", help=_("英文姓名。"))
@click.option("--email", default="", help=_("邮箱。"))
@click.option("--post", "posts", multiple=True, help=POST)
@click.option("--title", default="", help=_("职务名称，用于以上岗位。"))
@click.option("--password-stdin", is_flag=True, help=_("从标准输入读取密码。"))
def add(
    username: str, name: str, name_en: str, email: str, posts: tuple[str, ...], title: str, password_stdin: bool
) -> None:
    """Add an account."""
    wake()
    from django.db import transaction

    from bihuan.organisations.actions import assign_post, create_person
    from bihuan.organisations.passwords import last_day
    from bihuan.organisations.roster import first_region

    wanted = [_parsed(post) for post in posts]
    given = from_stdin() if password_stdin else None
    password = chosen_password(given, username=username, name=name)
    region = wanted[0][1].region_id if wanted else first_region()
    if region is None:
        raise Stopped(_("还没有建立单位，请先运行 bihuan init。"), MISUSED)
    with transaction.atomic():
        person = create_person(
            username=username,
            name=name,
            name_en=name_en,
            email=email,
            password=password,
            one_time_until=None if given else last_day(),
            region_id=region,
        )
        for role, unit in wanted:
            assign_post(person=person, unit=unit, role=role, title=title)
    _show_password(username, None if given else password)


@user.command("list", cls=Command, help=_("列出账号和现任岗位。"))
@click.option("--json", "as_json", is_flag=True, help=_("输出 JSON。"))
def list_accounts(as_json: bool) -> None:
    """List accounts."""
    wake()
    from bihuan.organisations.roster import accounts

    rows = accounts()
    if as_json:
        show_json([asdict(row) for row in rows])
        return
    for row in rows:
        posts = "; ".join(f"{post.role}@{post.unit}" for post in row.posts)
        marks = "" if row.is_active else _("（已停用）")
        marks += _("（演示）") if row.is_demo else ""
        show(f"{row.username}\t{row.name}{marks}\t{posts}")


@user.command("post", cls=Command, help=_("给账号增加岗位。"))
@click.argument("username", metavar=_("账号"))
@click.argument("post", metavar=_("角色@单位"))
@click.option("--title", default="", help=_("职务名称。"))
def give_post(username: str, post: str, title: str) -> None:
    """Give somebody a post."""
    wake()
    from bihuan.organisations.actions import assign_post
    from bihuan.organisations.roster import find_person

    role, unit = _parsed(post)
    assign_post(person=find_person(username), unit=unit, role=role, title=title)
    show(_("已增加岗位：%(username)s %(post)s") % {"username": username, "post": f"{role}@{unit.name}"})


@user.command("password", cls=Command, help=_("换密码；不从标准输入读取时自动生成并显示一次。"))
@click.argument("username", metavar=_("账号"))
@click.option("--password-stdin", is_flag=True, help=_("从标准输入读取密码。"))
def password(username: str, password_stdin: bool) -> None:
    """Give an account a new password."""
    wake()
    from bihuan.organisations.actions import set_password
    from bihuan.organisations.passwords import last_day
    from bihuan.organisations.roster import find_person, home_region

    person = find_person(username)
    given = from_stdin() if password_stdin else None
    new = chosen_password(given, username=username, name=person.name)
    until = None if given else last_day()
    set_password(person=person, password=new, one_time_until=until, region_id=home_region(person))
    _show_password(username, None if given else new)


@user.command("slips", cls=Command, help=_("给一个单位及下级单位的人员重置密码，列出一次性密码（只显示这一次）。"))
@click.argument("unit", metavar=_("单位"))
@click.option("--as", "administrator", required=True, help=_("由哪个系统管理员账号办理。"))
@click.option("--everybody", is_flag=True, help=_("也包括已经用上账号的人员。"))
@click.option("--yes", is_flag=True, help=_("不再询问，直接重置。"))
def slips(unit: str, administrator: str, everybody: bool, yes: bool) -> None:
    """One-time passwords for a unit, one line each: unit, name, account, password, last day."""
    wake()
    from bihuan.domain.case import Role
    from bihuan.organisations.roster import actor_of, find_unit
    from bihuan.organisations.slips import hand_out, prepare, round_of

    actor, top = actor_of(administrator, role=Role.ADMINISTRATOR), find_unit(unit)
    found = round_of(actor, top, everybody=everybody)
    asked = _("将重置 %(count)s 人的密码（%(units)s 个单位），继续吗？")
    if found.recipients and not yes:
        click.confirm(asked % {"count": len(found.recipients), "units": found.units}, abort=True, err=True)
    prepared = prepare(actor=actor, unit=top, everybody=everybody, mark=found.mark)
    for slip in hand_out(actor=actor, prepared=prepared):
        show("\t".join((slip.unit, slip.name, slip.username, slip.password, slip.until.isoformat())))


@user.command("deactivate", cls=Command, help=_("停用账号，已登录的立即失效。"))
@click.argument("username", metavar=_("账号"))
def deactivate(username: str) -> None:
    """Stop an account."""
    _set_active(username, active=False)
    show(_("账号 %(username)s 已停用。") % {"username": username})


@user.command("activate", cls=Command, help=_("恢复停用的账号。"))
@click.argument("username", metavar=_("账号"))
def activate(username: str) -> None:
    """Let an account be used again."""
    _set_active(username, active=True)
    show(_("账号 %(username)s 已恢复。") % {"username": username})


def _set_active(username: str, *, active: bool) -> None:
    wake()
    from bihuan.organisations.actions import set_active
    from bihuan.organisations.roster import find_person, home_region

    person = find_person(username)
    set_active(person=person, active=active, region_id=home_region(person))


def _parsed(post: str) -> tuple[Role, Unit]:
    from bihuan.domain.case import Role
    from bihuan.organisations.roster import find_unit

    role, at, unit = post.partition("@")
    roles = [known.value for known in Role]
    if not at or role not in roles:
        text = _("岗位“%(post)s”写得不对，应为 角色@单位；角色有：%(roles)s。")
        raise Stopped(text % {"post": post, "roles": ", ".join(roles)}, MISUSED)
    return Role(role), find_unit(unit)


def _show_password(username: str, made: str | None) -> None:
    if made is None:
        show(_("账号 %(username)s 的密码已设定。") % {"username": username})
        return
    from bihuan.organisations.passwords import last_day

    text = _("账号 %(username)s 的一次性密码（只显示这一次，%(until)s前登录并修改）：%(password)s")
    show(text % {"username": username, "password": made, "until": last_day()})
