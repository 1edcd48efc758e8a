"""A township without accounts, served for a month by its own Excel: three rounds, and one file still to go over.

Played as errands of the schedule, each on its day, through the same actions as the pages call.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import openpyxl

from bihuan.book import clock
from bihuan.demo.papers import paper
from bihuan.demo.schedule import Schedule
from bihuan.documents.unitsheets import COLUMNS
from bihuan.domain.case import Role, Urgency
from bihuan.intake.returns import Answers, confirm_return, receive_return, rehearse
from bihuan.intake.sending import send
from bihuan.ledger.actions import closing, dispatch, working
from bihuan.ledger.actions.behalf import Behalf
from bihuan.ledger.actions.register import NewMeasure, NewProblem, register
from bihuan.ledger.actions.working import NewEvidence, Progress
from bihuan.ledger.files import StoredFile, store
from bihuan.ledger.models import Measure, Problem

UNIT, OFFICE, LEDGER = "libu", "yunting", "city"
LEADER, CLERK = "桑鹤龄", "蒲小苇"
DAYS = 34
"""How long before today the month begins."""
TOP = 6
PLACE = {code: place for place, code in enumerate(COLUMNS, start=1)}
PROBLEMS = (
    (
        "鲤埠镇集镇污水检查井冒溢",
        "鲤埠镇集镇东街6处污水检查井雨天冒溢，污水漫上路面，沿街住户多次反映，镇里只作清掏，没有查清管网错接情况。",
        (("逐段疏通东街污水管网", 40, 12), ("改正雨污错接点并恢复路面", 60, 28)),
    ),
    (
        "鲤埠镇渡口安全警示设施缺失",
        "澄江鲤埠渡口两岸无救生圈架，3块警示牌字迹脱落，候船棚栏杆松动，存在落水隐患。",
        (("补齐救生圈架和警示牌", 50, 10), ("更换候船棚栏杆并每日巡查", 50, 22)),
    ),
    (
        "鲤埠镇村级公益岗位名单未公示",
        "抽查鲤埠镇4个村，公益性岗位人员名单和补贴发放情况均未在村务公开栏公示。",
        (("4个村补公示，其余村自查", 100, 20),),
    ),
)


@dataclass
class Township:
    """What the month knows: its problems, and the file last sent."""

    schedule: Schedule
    problems: list[Problem] = field(default_factory=list)
    sheet: bytes = b""

    def begin(self) -> None:
        """Three problems are put on the ledger and handed over."""
        office = self.actor(Role.COORDINATOR)
        today = clock.today()
        self.problems = register(
            actor=office,
            ledger=self.schedule.office.ledgers[LEDGER],
            problems=[
                NewProblem(
                    text=text,
                    title=title,
                    urgency=Urgency.DIFFICULT,
                    wanted_due=today + timedelta(days=40),
                    lead_unit_id=self.unit,
                    measures=tuple(
                        NewMeasure(measure, share=share, due=today + timedelta(days=days))
                        for measure, share, days in measures
                    ),
                )
                for title, text, measures in PROBLEMS
            ],
        )
        dispatch.dispatch(actor=office, problems=[row.id for row in self.problems], all_or_none=True)
        self.send()

    def signed(self) -> None:
        """The first round: the township has signed for all three."""
        rows = self.rows()
        cells: dict[tuple[int, str], Any] = {(rows[row.number], "signer"): CLERK for row in self.problems}
        cells |= {(rows[row.number], "signed_on"): clock.today() for row in self.problems}
        self.take_back(cells, "鲤埠镇填报表（签收）.xlsx")
        self.send()

    def progress(self) -> None:
        """The second round: how far it is."""
        first, second, third = (self.rows()[row.number] for row in self.problems)
        self.take_back(
            {
                (first, "progress"): 70,
                (first, "note"): "已疏通东街1.1公里，清出淤泥36方",
                (first + 1, "progress"): 20,
                (first + 1, "note"): "查明错接点4处，施工队已进场",
                (second, "progress"): 100,
                (second, "done_on"): clock.today() - timedelta(days=1),
                (second, "note"): "救生圈架6个、警示牌3块已装好",
                (third, "progress"): 60,
                (third, "note"): "4个村已补公示，其余村正在自查",
            },
            "鲤埠镇填报表（进展）.xlsx",
        )
        self.send()

    def done(self) -> None:
        """The third round: one problem is done, with photographs, and goes to be struck off."""
        second = self.rows()[self.problems[1].number]
        file = self.take_back(
            {
                (second + 1, "progress"): 100,
                (second + 1, "done_on"): clock.today() - timedelta(days=2),
                (second + 1, "note"): "栏杆已更换，建立了每日巡查簿",
            },
            "鲤埠镇填报表（完成）.xlsx",
        )
        office, problem = self.actor(Role.COORDINATOR), self.problems[1].id
        how: Any = {"behalf": Behalf(self.unit, file, LEADER), "occurred_on": clock.today()}
        measures = list(Measure.objects.filter(problem_id=problem, dropped=False).order_by("place"))
        names = ("救生圈架和警示牌.jpg", "候船棚栏杆.jpg")
        photos = [
            NewEvidence(store(name, [paper(name, f"{row.text}\n{name}")]), row.id)
            for row, name in zip(measures, names, strict=True)
        ]
        said = {row.id: Progress(100) for row in measures}
        working.report(actor=office, problem=problem, progress=said, files=photos, **how).only()
        closing.ask_closeout(
            actor=office, problem=problem, summary="警示设施补齐，栏杆更换，渡口每日巡查。", **how
        ).only()
        self.send()

    def accepted(self) -> None:
        """Others than the one who put it down go there and accept it."""
        problem = self.problems[1].id
        finding = "现场看过，设施齐全，栏杆牢固。"
        closing.check(actor=self.actor(Role.SUPERVISOR), problem=problem, finding=finding).only()
        closing.accept(actor=self.actor(Role.REVIEWER), problems=[problem], opinion="同意").only()

    def waiting(self) -> None:
        """A last file has come in and is still to be gone over: one row cannot be taken."""
        first, _second, third = (self.rows().get(row.number, 0) for row in self.problems)
        cells = {
            (first + 1, "progress"): 65,
            (first + 1, "note"): "已改正错接点3处",
            (third, "progress"): "基本完成",
        }
        office = self.actor(Role.COORDINATOR)
        receive_return(actor=office, name="鲤埠镇填报表（本周）.xlsx", chunks=[self.filled(cells)])

    # ── how ──

    @property
    def unit(self) -> int:
        """The township."""
        return int(self.schedule.office.units[UNIT].pk)

    def actor(self, role: Role) -> Any:
        """Somebody of the city's office."""
        found = self.schedule.office.actor(OFFICE, role)
        assert found is not None
        return found

    def send(self) -> None:
        """The township's file goes out."""
        parcel = send(actor=self.actor(Role.COORDINATOR), units=[self.unit])
        self.sheet = parcel.file.read()
        parcel.file.close()

    def rows(self) -> dict[str, int]:
        """In which row of the file each problem begins."""
        sheet = openpyxl.load_workbook(io.BytesIO(self.sheet)).worksheets[0]
        found: dict[str, int] = {}
        for row in range(sheet.max_row - TOP + 1):
            number = sheet.cell(TOP + row, PLACE["number"]).value
            found.setdefault(str(number), row)
        return found

    def filled(self, cells: Mapping[tuple[int, str], Any]) -> bytes:
        """The file as the township fills it in."""
        book = openpyxl.load_workbook(io.BytesIO(self.sheet))
        for (row, code), value in cells.items():
            book.worksheets[0].cell(TOP + row, PLACE[code]).value = value
        target = io.BytesIO()
        book.save(target)
        return target.getvalue()

    def take_back(self, cells: Mapping[tuple[int, str], Any], name: str) -> StoredFile:
        """The filled file comes back and is recorded on the township's behalf; every row of it must stand."""
        office, data = self.actor(Role.COORDINATOR), self.filled(cells)
        returned = receive_return(actor=office, name=name, chunks=[data])
        answers = Answers(LEADER, clock.today())
        told = rehearse(actor=office, returned=returned, answers=answers)
        assert told.count("will")
        assert not told.count("refused", "partly", "overtaken")
        confirm_return(actor=office, returned=returned, answers=answers, shown=told.shown)
        return StoredFile(returned.name, returned.size, returned.sha256, "application/octet-stream")


def serve_a_township(schedule: Schedule, last: date) -> None:
    """Put the month into the schedule, its last file on the working day before `last`."""
    month = Township(schedule)
    began = last - timedelta(days=DAYS)
    for days, errand in (
        (0, month.begin),
        (1, month.signed),
        (14, month.progress),
        (26, month.done),
        (29, month.accepted),
        (DAYS - 1, month.waiting),
    ):
        day = began + timedelta(days=days)
        schedule.errand(day - timedelta(days=max(0, day.weekday() - 4)), errand)
