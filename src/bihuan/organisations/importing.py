"""Units and people from a filled-in workbook: held against the organisation first, then all of it or nothing.

`plan` writes nothing and names every fault with its cell. `carry_out` asks again and writes through
`organisations.actions` in one transaction. What is there already stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from bihuan.documents.reading import Fault
from bihuan.domain.case import Role
from bihuan.domain.codes import InvalidCode, check_division
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.organisations.access import Actor, held_posts, may_manage_people, refuses_post
from bihuan.organisations.actions import assign_post, create_person, create_unit
from bihuan.organisations.directory import refuses_account, units_under
from bihuan.organisations.models import Person, Unit
from bihuan.organisations.passwords import fresh_password, last_day, quick_hash
from bihuan.organisations.slips import Slip
from bihuan.organisations.spreadsheets import UNITS, Row, Sheets, kind_of, plain, role_of, spellings
from bihuan.organisations.tree import names_before

USERNAME = re.compile(r"[\w.@+-]{2,60}", re.ASCII)
SPLIT = re.compile(r"[、，,；;/\n]+")
STEP = re.compile(r"[/／›>]+")
NAME_LENGTH, PERSON_LENGTH, SHORT_LENGTH = 120, 60, 40


@dataclass(frozen=True)
class NewUnit:
    """A unit to be added; `key` names it within the plan, `parent` its parent there."""

    key: int
    parent: int
    name: str
    short_names: tuple[str, ...]
    kind: str
    division_code: str


@dataclass(frozen=True)
class NewPost:
    """A post to be given, and the person to be made for it where `username` is not known yet."""

    username: str
    name: str
    unit: int
    role: Role
    title: str


@dataclass(frozen=True)
class Plan:
    """What an import would do. Units that are there already have their id as key, new ones a negative number."""

    units: tuple[NewUnit, ...]
    posts: tuple[NewPost, ...]
    people: int
    kept: int
    faults: tuple[Fault, ...]
    labels: Mapping[int, str]


@dataclass
class _Node:
    """A unit of the plan, there already or new, while parents are being found."""

    key: int
    name: str
    short_names: Sequence[str]
    parent: int | None
    row: Row | None = None


def plan(actor: Actor, sheets: Sheets) -> Plan:
    """What importing `sheets` would do, and every fault that stands in its way. Raises `Refused` for others."""
    insist(may_manage_people(actor))
    return _Planner(actor, sheets).plan()


class _Planner:
    def __init__(self, actor: Actor, sheets: Sheets) -> None:
        self._actor = actor
        self._sheets = sheets
        self._faults = list(sheets.faults)
        existing = units_under(actor).filter(is_active=True)
        self._nodes = {u.pk: _Node(u.pk, u.name, u.short_names, u.parent_id) for u in existing}
        self._before = names_before(units_under(actor))
        self._kept = 0

    def plan(self) -> Plan:
        units = self._units()
        posts = self._posts()
        known = set(Person.objects.values_list("username", flat=True))
        people = {post.username for post in posts if post.username not in known}
        labels = {key: self._label(key) for key in self._nodes}
        faults = tuple(sorted(self._faults, key=_place_of))
        return Plan(tuple(units), tuple(posts), len(people), self._kept, faults, labels)

    def _fault(self, row: Row, column: str, text: str, **params: object) -> None:
        self._faults.append(row.fault(column, text, **params))

    # units

    def _units(self) -> list[NewUnit]:
        fresh = [
            _Node(-number, row["name"], _split(row["short_names"]), None, row)
            for number, row in enumerate(self._sheets.units, start=1)
        ]
        self._nodes |= {node.key: node for node in fresh}
        for node in fresh:
            self._find_parent(node)
        self._refuse_circles(fresh)
        from_above = sorted(fresh, key=lambda node: len(self._line(node)))
        new = [node for node in from_above if not self._is_there(node)]
        self._refuse_twins(new)
        return [self._new_unit(node) for node in new]

    def _find_parent(self, node: _Node) -> None:
        row = node.row
        assert row is not None
        if not row["parent"]:
            own = self._nodes[self._actor.unit_id]
            node.parent = own.parent if node.name == own.name else own.key
            return
        found = [key for key in self._find(row["parent"]) if key != node.key]
        if len(found) == 1:
            node.parent = found[0]
        else:
            node.parent = self._actor.unit_id
            self._refuse_name(row, "parent", len(found))

    def _find(self, text: str) -> list[int]:
        """The units that a cell may mean; one that is there already and also in the file counts once."""
        *above, name = [step.strip() for step in STEP.split(text) if step.strip()] or [""]
        named = [node for node in self._nodes.values() if name in (node.name, *node.short_names)]
        found = [node for node in named if node.name == name] or named
        if above:
            found = [node for node in found if self._stands_below(node, above[-1])]
        there = [node for node in found if node.row is None]
        return [node.key for node in found if node.row is None or not any(self._same(node, old) for old in there)]

    def _same(self, node: _Node, old: _Node) -> bool:
        """Whether a row of the file names the unit `old`, before its parent has been found."""
        if node.parent is not None or node.row is None:
            return (node.name, node.parent) == (old.name, old.parent)
        above = self._nodes.get(old.parent or 0)
        if not node.row["parent"]:
            return old.parent == self._actor.unit_id
        return above is not None and self._stands_below(node, above.name)

    def _stands_below(self, node: _Node, name: str) -> bool:
        if node.row is not None and node.parent is None:
            return STEP.split(node.row["parent"])[-1].strip() == name
        parent = self._nodes.get(node.parent or 0)
        return parent is not None and name in (parent.name, *parent.short_names)

    def _refuse_name(self, row: Row, column: str, count: int) -> None:
        if count:
            text = say("有%(count)s个单位都叫“%(name)s”，请写成“上级单位/单位”。")
            self._fault(row, column, text, count=count, name=row[column])
        else:
            text = say("没有找到单位“%(name)s”，请核对全称，或先在“单位”表中增加。")
            self._fault(row, column, text, name=row[column])

    def _refuse_circles(self, fresh: Iterable[_Node]) -> None:
        for node in fresh:
            if node.row is not None and self._line(node)[0] == 0:
                self._fault(
                    node.row, "parent", say("上级单位绕成了圈：“%(name)s”是它自己的上级。"), name=node.name
                )
                node.parent = self._actor.unit_id

    def _line(self, node: _Node) -> list[int]:
        """Keys from the top down to `node`; begins with 0 where the units stand in a circle."""
        line = [node.key]
        while (parent := self._nodes.get(node.parent or 0)) is not None:
            if parent.key in line:
                return [0, *line]
            line.insert(0, parent.key)
            node = parent
        return line

    def _is_there(self, node: _Node) -> bool:
        """A row that names a unit that is there already; later rows then mean that one."""
        twin = next(
            (
                old
                for old in self._nodes.values()
                if old.key > 0 and (old.name, old.parent) == (node.name, node.parent)
            ),
            None,
        )
        if twin is None:
            return False
        self._kept += 1
        del self._nodes[node.key]
        for other in self._nodes.values():
            if other.parent == node.key:
                other.parent = twin.key
        return True

    def _refuse_twins(self, new: Sequence[_Node]) -> None:
        seen = Counter((node.parent, node.name) for node in new)
        for node in new:
            if node.row is not None and node.name and seen[(node.parent, node.name)] > 1:
                self._fault(node.row, "name", say("同一上级下有两行都是“%(name)s”。"), name=node.name)

    def _new_unit(self, node: _Node) -> NewUnit:
        row = node.row
        assert row is not None
        kind = kind_of(row["kind"])
        if not node.name:
            self._fault(row, "name", say("没有填写单位全称。"))
        elif len(node.name) > NAME_LENGTH:
            self._fault(row, "name", say("单位全称超过%(limit)s字。"), limit=NAME_LENGTH)
        elif now := self._before.get((node.parent, node.name)):
            told = say("“%(name)s”已经改名、调整隶属或合并，现在是“%(now)s”，请从表中去掉或改用现在的名称。")
            self._fault(row, "name", told, name=node.name, now=now)
        if kind is None:
            self._fault(row, "kind", say("类型“%(word)s”不在可选之列，请从下拉列表中选择。"), word=row["kind"])
        code = row["division_code"].removesuffix(".0")
        if code:
            self._check_code(row, code)
        return NewUnit(
            key=node.key,
            parent=node.parent or self._actor.unit_id,
            name=node.name,
            short_names=tuple(node.short_names),
            kind=kind.value if kind else "",
            division_code=code,
        )

    def _check_code(self, row: Row, code: str) -> None:
        try:
            check_division(code)
        except InvalidCode as wrong:
            self._fault(row, "division_code", wrong.denied.reason, **wrong.denied.params)

    def _label(self, key: int) -> str:
        line = [self._nodes[step].name for step in self._line(self._nodes[key])]
        return " › ".join(line[1:] or line)

    # people

    def _posts(self) -> list[NewPost]:
        known = self._known_people()
        names: dict[str, str] = {}
        roles: dict[str, set[Role]] = defaultdict(set)
        taken: set[tuple[str, int, Role]] = set()
        posts = []
        for row in self._sheets.people:
            post = self._post(row)
            person = known.get(post.username)
            self._refuse_person(row, post, person, names)
            if person is not None and post.unit > 0 and self._holds(person, post):
                self._kept += 1
                continue
            if role_of(row["role"]):
                self._refuse_roles(row, post, person, roles[post.username])
            if (post.username, post.unit, post.role) in taken:
                self._fault(row, "username", say("这个岗位前面已经写过一行。"))
            taken.add((post.username, post.unit, post.role))
            posts.append(post)
        return posts

    def _known_people(self) -> dict[str, Person]:
        names = {row["username"] for row in self._sheets.people}
        return {person.username: person for person in Person.objects.filter(username__in=names)}

    def _post(self, row: Row) -> NewPost:
        role = role_of(row["role"])
        if role is None:
            self._fault(row, "role", say("岗位“%(word)s”不在可选之列，请从下拉列表中选择。"), word=row["role"])
        found = self._find(row["unit"]) if row["unit"] else []
        if not row["unit"]:
            self._fault(row, "unit", say("没有填写任职单位。"))
        elif len(found) != 1:
            self._refuse_name(row, "unit", len(found))
        if len(row["title"]) > PERSON_LENGTH:
            self._fault(row, "title", say("职务超过%(limit)s字。"), limit=PERSON_LENGTH)
        unit = found[0] if len(found) == 1 else 0
        return NewPost(row["username"], row["name"], unit, role or Role.LIAISON, row["title"])

    def _refuse_person(self, row: Row, post: NewPost, person: Person | None, names: dict[str, str]) -> None:
        if not post.name or len(post.name) > PERSON_LENGTH:
            self._fault(row, "name", say("没有填写姓名，或姓名超过%(limit)s字。"), limit=PERSON_LENGTH)
        if not USERNAME.fullmatch(post.username):
            text = say("用户名“%(name)s”不合要求：2至60个字母、数字或 . _ - @ +。")
            self._fault(row, "username", text, name=post.username)
        if names.setdefault(post.username, post.name) != post.name:
            self._fault(row, "name", say("用户名“%(name)s”前面写的是另一个姓名。"), name=post.username)
        if person is None:
            return
        if person.name != post.name:
            self._fault(row, "username", say("用户名“%(name)s”已被他人使用，请换一个。"), name=post.username)
        elif denied := refuses_account(self._actor, person):
            self._fault(row, "username", denied.reason, **denied.params)

    def _holds(self, person: Person, post: NewPost) -> bool:
        return held_posts(person).filter(unit_id=post.unit, role=post.role).exists()

    def _refuse_roles(self, row: Row, post: NewPost, person: Person | None, roles: set[Role]) -> None:
        held = {Role(held.role) for held in held_posts(person)} if person else set()
        if denied := refuses_post(post.role, held | roles):
            self._fault(row, "role", denied.reason, **denied.params)
        roles.add(post.role)


def _place_of(fault: Fault) -> tuple[bool, str, int]:
    """Faults in the order of the file: units first, then by row."""
    sheet, _mark, cell = (fault.place or "").partition("!")
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return plain(sheet) not in spellings(UNITS), sheet, int(row) if row.isdecimal() else 0


def _split(text: str) -> list[str]:
    return [name[:SHORT_LENGTH] for name in dict.fromkeys(part.strip() for part in SPLIT.split(text)) if name]


def carry_out(actor: Actor, sheets: Sheets) -> list[Slip]:
    """Add everything that `plan` finds in `sheets`; returns the slips of the new accounts.

    Raises `Refused` where anything is at fault (also where somebody else was faster); then nothing is written.
    """
    passwords = {name: fresh_password() for name in {row["username"] for row in sheets.people}}
    known = set(Person.objects.filter(username__in=passwords).values_list("username", flat=True))
    hashes = {name: quick_hash(password) for name, password in passwords.items() if name not in known}
    with transaction.atomic():
        wanted = plan(actor, sheets)
        if wanted.faults:
            raise Refused(Denied(say("文件里还有错误，没有写入任何内容。"), say("请改正后重新上传。")))
        units = _add_units(actor, wanted)
        return _add_people(actor, wanted, units, passwords, hashes)


def _add_units(actor: Actor, wanted: Plan) -> dict[int, Unit]:
    units = {unit.pk: unit for unit in units_under(actor)}
    for new in wanted.units:
        units[new.key] = create_unit(
            name=new.name,
            kind=new.kind,
            parent=units[new.parent],
            short_names=new.short_names,
            division_code=new.division_code,
            writer=actor.writer,
        )
    return units


def _add_people(
    actor: Actor, wanted: Plan, units: Mapping[int, Unit], passwords: Mapping[str, str], hashes: Mapping[str, str]
) -> list[Slip]:
    until = last_day()
    people = {p.username: p for p in Person.objects.filter(username__in={post.username for post in wanted.posts})}
    made = []
    for post in wanted.posts:
        unit = units[post.unit]
        if post.username not in people:
            person = create_person(
                username=post.username,
                name=post.name,
                password_hash=hashes[post.username],
                one_time_until=until,
                region_id=unit.region_id,
                writer=actor.writer,
            )
            people[post.username] = person
            made.append(Slip(unit.name, post.name, post.username, passwords[post.username], until))
        assign_post(person=people[post.username], unit=unit, role=post.role, title=post.title, writer=actor.writer)
    return made
