"""The table of moves, held against one written down independently, for every stage, role, side and work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, combinations, product

import pytest

from bihuan.domain.case import Case, Request, Role, Ruling, Side, Stage, Standing, Step
from bihuan.domain.flows import SIGNERS, Flow, Kind, Tier
from bihuan.domain.lifecycle import MOVES, Move, available, may, pending, right
from bihuan.domain.workdays import Calendar

TODAY = date(2026, 3, 2)
# From each stage (rows of dots and letters below): d draft, l listed, D dispatched, u under way, r reported
# done by a file, c close-out asked, a accepted, n in public notice, C closed, S sustained, s suspended,
# m merged, w withdrawn, R referred.
STAGES = dict(zip("dlDurcanCSsmwR", Stage, strict=True))
TAKEN_OVER = {Stage.DISPATCHED, Stage.CLAIMED_DONE}
"""Where taking over leads: what the file claims decides."""
GRID = """
move             roles                     sides         from           to                judges   proxy
enter            coordinator               office        d.............  listed            no       no
amend            coordinator               office        dl............  -                 no       no
dispatch         coordinator               office        .l............  dispatched        no       no
sign             liaison,leader            lead          ..D...........  under_way         no       yes
confirm_signature liaison,leader           lead          ...u.can......  -                 no       no
set_measures     liaison,leader            lead          ...u..........  -                 no       yes
report           liaison,leader            lead,support  ...ur.........  -                 no       yes
ask_extension    liaison,leader            lead          ...u..........  -                 no       yes
sign_extension   leader                    lead          ...u..........  -                 no       yes
grant_extension  coordinator               office        ...u..........  -                 yes      no
refuse_extension coordinator               office        ...u..........  -                 yes      no
ask_closeout     liaison,leader            lead          ...u..........  closeout_asked    no       yes
check            supervisor                office        ....rc........  closeout_asked    yes      no
accept           coordinator,reviewer,leader,supervisor office ....rc........ -            yes      no
return           coordinator,reviewer      office        ....rcan......  under_way         yes      no
publish          coordinator               office        ......a.......  in_public_notice  no       no
close            coordinator               office        ......an......  closed            yes      no
plan_lookback    coordinator,supervisor    office        ........C.....  -                 no       no
confirm          coordinator,supervisor    office        ........C.....  sustained         yes      no
reopen           coordinator,supervisor    office        ........CS....  under_way         yes      no
suspend          coordinator               office        ..Du..........  suspended         no       no
resume           coordinator               office        ..........s...  -                 no       no
merge            coordinator               office        dlDur.........  merged            no       no
withdraw         coordinator               office        dlDur.....s...  withdrawn         no       no
warn             supervisor                office        ..Durc........  -                 no       no
lift_warning     supervisor                office        ..Durc........  -                 no       no
correct          coordinator               office        ..DurcanCSs...  -                 no       no
recall           coordinator               office        ..D...........  listed            no       no
withdraw_import  coordinator               office        dlDurcanCSs...  withdrawn         no       no
take_over        coordinator               office        .l............  -                 no       no
restate          coordinator               office        dlDurcanCSs...  -                 no       no
decline          liaison,leader            lead          ..D...........  -                 no       no
grant_decline    coordinator               office        ..D...........  -                 yes      no
refuse_decline   coordinator               office        ..D...........  -                 yes      no
appeal_decline   leader                    lead          ..D...........  -                 no       no
overturn_decline coordinator               above         ..D...........  -                 yes      no
uphold_decline   coordinator               above         ..D...........  -                 yes      no
reassign         coordinator               office        ..Du..........  dispatched        no       no
transfer         coordinator,liaison,leader lead         ..Du..........  dispatched        no       no
split            coordinator               office        dlDu..........  -                 no       no
hand_down        coordinator               office,lead   ..Du..........  -                 no       no
link_part        coordinator               office,lead   ..Du..........  -                 no       no
raise            coordinator,liaison,leader office,lead  ...u..........  suspended         no       no
accept_raised    coordinator               office,above  ..........s...  -                 no       no
refuse_raised    coordinator               office,above  ..........s...  -                 no       no
join             coordinator,liaison,leader office,lead  ..Du..........  -                 no       no
sign_part        liaison,leader            support       ..Du..........  -                 no       no
name_duty        coordinator,liaison,leader office,lead  ..Du..........  -                 no       no
confirm_duty     coordinator,liaison,leader,reviewer,supervisor office,lead,support,above ..Du.can...... - no no
set_route        liaison,leader            lead          ...u..........  -                 no       yes
report_route     liaison,leader            lead,support  ...u..........  -                 no       yes
take_case        leader                    office,lead,above ..Du..........  -             no       no
leave_case       leader                    office,lead,above ..Du.can......  -             no       no
instruct         leader                    office,lead,above ..Du.can..s...  -            no       no
enlist           coordinator               office        dlDurcanCSs...  -                 no       no
delist           coordinator               office        dlDurcanCSs...  -                 no       no
object           coordinator,reviewer,supervisor office  .......n......  -                 no       no
answer_objection coordinator,reviewer      office        .......n......  -                 yes      no
file_closeout    coordinator               above         ........CS....  -                 yes      no
refuse_filing    coordinator               above         ........C.....  under_way         yes      no
refer            coordinator               office        .lDurcanCSs...  referred          no       no
urge             coordinator,leader,supervisor office,above ..Dur.........  -              no       no
send_letter      coordinator,supervisor    office,above  ..Dur.........  -                 no       no
answer_letter    liaison,leader            lead          ..Durc....s...  -                 no       yes
list_supervision coordinator               office,above  ..Dur.........  -                 no       no
end_supervision  coordinator               office,above  ..DurcanCSs...  -                 no       no
tie_rule         coordinator,liaison,leader office,lead  ..DurcanCSs...  -                 no       no
"""


@dataclass(frozen=True)
class Row:
    """One line of the grid."""

    move: Move
    roles: frozenset[Role]
    sides: frozenset[Side]
    sources: frozenset[Stage]
    target: Stage | None
    judges: bool
    by_proxy: bool

    def allows(self, stage: Stage, role: Role, sides: frozenset[Side], own_work: bool) -> bool:
        person = role in self.roles and bool(sides & self.sides)
        return person and stage in self.sources and not (self.judges and own_work)


def read_grid() -> Iterator[Row]:
    for line in GRID.strip().splitlines()[1:]:
        move, roles, sides, sources, target, judges, proxy = line.split()
        yield Row(
            Move(move),
            frozenset(map(Role, roles.split(","))),
            frozenset(map(Side, sides.split(","))),
            frozenset(stage for letter, stage in zip(sources, Stage, strict=True) if letter != "."),
            None if target == "-" else Stage(target),
            judges == "yes",
            proxy == "yes",
        )


EXPECTED = {row.move: row for row in read_grid()}
EVERY_SIDE = [frozenset(c) for c in chain.from_iterable(combinations(Side, n) for n in range(len(Side) + 1))]
EVERYBODY = [Standing(*who) for who in product(Role, EVERY_SIDE, (False, True))]
ANSWERS = {Move.SIGN_EXTENSION, Move.GRANT_EXTENSION, Move.REFUSE_EXTENSION}

RULINGS = {
    Move.GRANT_DECLINE: Ruling.OPEN,
    Move.REFUSE_DECLINE: Ruling.OPEN,
    Move.APPEAL_DECLINE: Ruling.REFUSED,
    Move.OVERTURN_DECLINE: Ruling.APPEALED,
    Move.UPHOLD_DECLINE: Ruling.APPEALED,
}


EVERYBODY_SIGNS = Flow(
    "all",
    "各岗位都可签字",
    (
        Tier(Kind.CHECK, roles=SIGNERS[Kind.CHECK]),
        Tier(Kind.ACCEPT, roles=SIGNERS[Kind.ACCEPT]),
        Tier(Kind.NOTICE),
    ),
)


def ripe(move: Move, stage: Stage) -> Case:
    """A problem at `stage` that lacks nothing for `move`."""
    request = Request(date(2026, 4, 1), signed=move is not Move.SIGN_EXTENSION) if move in ANSWERS else None
    return Case(
        today=TODAY,
        calendar=Calendar("周一至周五"),
        stage=stage,
        due_original=date(2026, 3, 31),
        due=date(2026, 3, 31),
        cycle_due=date(2026, 3, 31),
        steps=(Step(due=date(2026, 3, 31), share=100, progress=100, evidence=1, text="更换井盖"),),
        request=request,
        checked=move is not Move.CHECK,
        notice_until=date(2026, 3, 1) if stage is Stage.IN_PUBLIC_NOTICE else None,
        warned=move is Move.LIFT_WARNING,
        signed_by_office=move is Move.CONFIRM_SIGNATURE,
        lookback_on=TODAY,
        imported=move in (Move.WITHDRAW_IMPORT, Move.TAKE_OVER),
        decline=RULINGS.get(move),
        raising=move in (Move.ACCEPT_RAISED, Move.REFUSE_RAISED),
        enlisted=move is Move.DELIST,
        flow=EVERYBODY_SIGNS,
        objections=move is Move.ANSWER_OBJECTION,
        filing="asked" if move in (Move.FILE_CLOSEOUT, Move.REFUSE_FILING) else None,
        listed=move is Move.END_SUPERVISION,
        letters=1 if move is Move.ANSWER_LETTER else 0,
    )


def flow(move: Move, stage: Stage) -> Case:
    """As `ripe`, on a ledger without public notice where striking off straight from acceptance is asked."""
    case = ripe(move, stage)
    straight = move is Move.CLOSE and stage is Stage.ACCEPTED
    return replace(case, flow=EVERYBODY_SIGNS.without(Kind.NOTICE)) if straight else case


def test_the_grid_names_every_move_and_every_stage_in_order():
    assert list(EXPECTED) == [move for move in Move if MOVES[move].sources]
    assert "".join(STAGES) == "dlDurcanCSsmwR"
    for line in GRID.strip().splitlines()[1:]:
        assert all(letter in (".", own) for letter, own in zip(line.split()[3], STAGES, strict=True)), line


@pytest.mark.parametrize("row", EXPECTED.values(), ids=lambda row: row.move.value)
def test_a_move_leads_where_the_grid_says(row: Row):
    rule = MOVES[row.move]
    assert (rule.target, rule.judges, rule.by_proxy) == (row.target, row.judges, row.by_proxy)


@pytest.mark.parametrize("row", EXPECTED.values(), ids=lambda row: row.move.value)
def test_a_move_is_allowed_exactly_where_the_grid_says(row: Row):
    wrong = []
    for stage, standing in product(Stage, EVERYBODY):
        denied = may(row.move, flow(row.move, stage), standing)
        expected = row.allows(stage, standing.role, standing.sides, standing.own_work)
        if (denied is None) != expected or (denied is not None and not str(denied)):
            wrong.append((stage, standing, denied))
    assert wrong == []


@pytest.mark.parametrize("row", EXPECTED.values(), ids=lambda row: row.move.value)
def test_a_step_is_put_down_for_a_unit_only_by_the_coordinator_of_the_office_that_dispatched_it(row: Row):
    for stage, standing, side in product(Stage, EVERYBODY, Side):
        proxy = replace(standing, on_behalf_of=side)
        denied = may(row.move, flow(row.move, stage), proxy)
        keeper = standing.role is Role.COORDINATOR and Side.OFFICE in standing.sides
        assert (denied is None) == (row.by_proxy and keeper and side in row.sides and stage in row.sources)
        assert denied is None or str(denied)


def test_who_put_a_units_steps_down_is_told_so_when_judging_them():
    for move, row in EXPECTED.items():
        if row.judges and Role.COORDINATOR in row.roles:
            office = Standing(Role.COORDINATOR, row.sides, own_work=True, own_hand=True)
            case = flow(move, min(row.sources))
            assert "您填报或代填的" in str(may(move, case, office)), move


@pytest.mark.parametrize("move", [move for move, rule in MOVES.items() if not rule.sources])
def test_what_comes_from_no_stage_is_never_a_move_on_a_problem_that_is_there(move: Move):
    """A problem is registered before it is there; handing over follows a post."""
    for stage, standing in product(Stage, EVERYBODY):
        assert may(move, ripe(move, stage), standing) is not None
        assert move not in available(ripe(move, stage), standing)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_auditors_and_administrators_make_no_move_at_all(role: Role):
    for move, stage, sides in product(Move, Stage, EVERY_SIDE):
        assert may(move, ripe(move, stage), Standing(role, sides)) is not None


def test_merged_withdrawn_and_referred_problems_are_at_their_end():
    ends = {Stage.MERGED, Stage.WITHDRAWN, Stage.REFERRED}
    assert not [row.move for row in EXPECTED.values() if row.sources & ends]


def test_every_stage_is_reached_from_a_draft():
    reached = {Stage.DRAFT}
    for _ in Stage:
        reached |= {row.target for row in EXPECTED.values() if row.target and row.sources & reached}
        reached |= TAKEN_OVER if Stage.LISTED in reached else set()
        reached |= {Stage.ACCEPTED} if Stage.CLOSEOUT_ASKED in reached else set()
    assert reached == set(Stage)


def test_the_order_of_reasons_is_person_stage_own_work_and_what_is_missing():
    liaison = Standing(Role.LIAISON, frozenset({Side.LEAD}))
    office = Standing(Role.COORDINATOR, frozenset({Side.OFFICE}))
    unripe = replace(ripe(Move.ACCEPT, Stage.CLOSEOUT_ASKED), checked=False)
    closed = replace(unripe, stage=Stage.CLOSED)

    def reason(case: Case, standing: Standing) -> str:
        return str(may(Move.ACCEPT, case, standing))

    assert reason(closed, replace(liaison, own_work=True)).startswith("您现在的岗位是联络员，不能办理“验收通过”")
    assert reason(closed, replace(office, sides=frozenset())).startswith("“验收通过”只能由该问题的交办单位办理")
    assert reason(closed, replace(office, own_work=True)).startswith("该问题现在是“已销号”，不能办理“验收通过”")
    assert reason(unripe, replace(office, own_work=True)).startswith("您本人或您所在的单位参与了该问题的整改")
    assert reason(unripe, office).startswith("还没有现场核查")


def test_what_is_available_is_what_may_be_done_and_pending_names_the_rest():
    for stage, standing in product(Stage, EVERYBODY):
        case = replace(ripe(Move.ACCEPT, stage), checked=False, steps=())
        can = available(case, standing)
        waiting = dict(pending(case, standing))
        assert can == [m for m in EXPECTED if may(m, case, standing) is None]
        assert not set(can) & set(waiting)
        for move, row in EXPECTED.items():
            belongs = row.allows(stage, standing.role, standing.sides, own_work=False)
            assert belongs == (move in can or move in waiting), (move, stage, standing)
        assert all(str(denied) for denied in waiting.values())


def test_the_right_to_a_move_asks_only_who_somebody_is():
    for move, standing in product(EXPECTED, EVERYBODY):
        row = EXPECTED[move]
        belongs = standing.role in row.roles and bool(standing.sides & row.sides)
        assert (right(move, standing) is None) == belongs
