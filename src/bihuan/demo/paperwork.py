"""A problem closed on paper, and an honest one before it: the twin that whoever signs is shown.

The later one waits for acceptance: its summary is the earlier one's with another name, one photo is the earlier
one's saved anew, another was taken before the problem was handed out. The photos are plain drawings.
"""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from PIL import Image, ImageDraw

from bihuan.book import clock
from bihuan.demo.schedule import Errand, Schedule
from bihuan.domain.case import Role
from bihuan.ledger.actions import closing, dispatch, working
from bihuan.ledger.actions.register import NewMeasure, NewProblem, register
from bihuan.ledger.actions.working import NewEvidence, Progress
from bihuan.ledger.files import store
from bihuan.ledger.models import Measure
from bihuan.organisations.access import Actor

_EXIF_IFD, _TAKEN = 0x8769, 0x9003
HONEST = (
    "枫林路部分路灯不亮",
    "枫林路东段二十三盏路灯不亮，夜间行人和非机动车看不清路面。",
    "枫林路东段二十三盏路灯已全部修复，更换损坏灯头十九个、电缆四十米，连续三晚巡查均正常亮灯，沿街商户表示满意。",
)
ON_PAPER = (
    "梧桐路部分路灯不亮",
    "梧桐路西段十七盏路灯不亮，学校放学时段尤其昏暗。",
    "梧桐路西段十七盏路灯已全部修复，更换损坏灯头十九个、电缆四十米，连续三晚巡查均正常亮灯，沿街商户表示满意。",
)
"""Title, text, and what the unit says when it asks for close-out."""
Photo = tuple[str, int, tuple[int, int], int]
"""The name of a photo, what it shows (a seed), its size, and how many days before today it says it was taken."""
LAMPS: tuple[Photo, ...] = (("东段亮灯.jpg", 11, (960, 720), 44), ("更换灯头.jpg", 12, (960, 720), 43))
USED: tuple[Photo, ...] = (("西段亮灯.jpg", 11, (640, 480), 3), ("更换灯头现场.jpg", 13, (960, 720), 75))


def close_on_paper(schedule: Schedule, today: date) -> None:
    """Put both problems into the queue."""
    honest = _Case(schedule, today, HONEST, LAMPS)
    honest.play(
        (55, honest.hand_out), (54, honest.sign), (41, honest.finish), (38, honest.accept), (24, honest.close)
    )
    hurried = _Case(schedule, today, ON_PAPER, USED)
    hurried.play((24, hurried.hand_out), (22, hurried.sign), (3, hurried.finish), (1, hurried.check))


class _Case:
    """A problem about lamps, from hand to hand."""

    def __init__(
        self, schedule: Schedule, today: date, said: tuple[str, str, str], photos: Sequence[Photo]
    ) -> None:
        self.schedule, self.today, self.photos = schedule, today, photos
        self.title, self.text, self.summary = said
        self.problem = UUID(int=0)

    def play(self, *steps: tuple[int, Errand]) -> None:
        """Put the steps into the queue, each so many days before today."""
        for ago, step in steps:
            day = self.today - timedelta(days=ago)
            self.schedule.errand(day - timedelta(days=max(0, day.weekday() - 4)), step)

    def hand_out(self) -> None:
        office, coordinator = self.schedule.office, self._actor("yunting", Role.COORDINATOR)
        new = NewProblem(
            text=self.text,
            title=self.title,
            source_id=office.sources["unannounced"].pk,
            wanted_due=clock.today() + timedelta(days=40),
            lead_unit_id=office.units["housing"].pk,
            measures=(NewMeasure("逐盏检修，更换损坏灯头和电缆"), NewMeasure("夜间巡查三晚，确认全部亮灯")),
        )
        self.problem = register(actor=coordinator, ledger=office.ledgers["city"], problems=[new])[0].id
        dispatch.dispatch(actor=coordinator, problems=[self.problem]).only()

    def sign(self) -> None:
        working.sign(actor=self._actor("housing", Role.LIAISON), problems=[self.problem]).only()

    def finish(self) -> None:
        """Everything is reported and close-out asked for on one day."""
        liaison = self._actor("housing", Role.LIAISON)
        measures = list(Measure.objects.filter(problem_id=self.problem, dropped=False).order_by("place"))
        shots = zip(self.photos, measures, strict=True)
        files = [NewEvidence(store(photo[0], [_photo(photo, self.today)]), row.id) for photo, row in shots]
        done = {row.id: Progress(100) for row in measures}
        working.report(actor=liaison, problem=self.problem, progress=done, files=files).only()
        closing.ask_closeout(actor=liaison, problem=self.problem, summary=self.summary).only()

    def check(self) -> None:
        finding = "沿线看了一遍，大部分路灯亮着，个别灯头偏暗。"
        closing.check(actor=self._actor("yunting", Role.SUPERVISOR), problem=self.problem, finding=finding).only()

    def accept(self) -> None:
        self.check()
        reviewer, office = self._actor("yunting", Role.REVIEWER), self._actor("yunting", Role.COORDINATOR)
        closing.accept(actor=reviewer, problems=[self.problem], opinion="资料齐全，现场属实，同意。").only()
        closing.publish(actor=office, problems=[self.problem]).only()

    def close(self) -> None:
        closing.close(actor=self._actor("yunting", Role.COORDINATOR), problems=[self.problem]).only()

    def _actor(self, unit: str, role: Role) -> Actor:
        actor = self.schedule.office.actor(unit, role)
        assert actor is not None
        return actor


def _photo(photo: Photo, today: date) -> bytes:
    """A drawing of a street with lamps as a camera would hand it over, with the moment at which it was taken."""
    _name, seed, size, ago = photo
    taken = clock.moment_on(today - timedelta(days=ago), hour=19, minute=40)
    exif, written = Image.Exif(), io.BytesIO()
    exif.get_ifd(_EXIF_IFD)[_TAKEN] = f"{clock.local(taken):%Y:%m:%d %H:%M:%S}"
    _street(seed).resize(size).save(written, "JPEG", quality=82, exif=exif)
    return written.getvalue()


def _street(seed: int) -> Image.Image:
    """Houses with lit windows, a road, and lamps along it."""
    draw, image = random.Random(seed), Image.new("RGB", (960, 720), (38, 44, 72))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 520, 960, 720), fill=(70, 72, 78))
    pen.line((0, 620, 960, 620), fill=(220, 210, 160), width=6)
    left = 0
    while left < 960:
        width, height = draw.randrange(90, 190), draw.randrange(140, 400)
        shade = draw.randrange(60, 150)
        pen.rectangle((left, 520 - height, left + width, 520), fill=(shade, shade - 10, shade - 20))
        for window in range(left + 14, left + width - 24, 38):
            for storey in range(520 - height + 16, 490, 48):
                lit = draw.random() < 0.4
                pen.rectangle(
                    (window, storey, window + 20, storey + 26), fill=(245, 220, 130) if lit else (30, 34, 48)
                )
        left += width + draw.randrange(0, 40)
    for lamp in range(draw.randrange(40, 120), 960, 210):
        pen.line((lamp, 540, lamp, 250), fill=(25, 25, 28), width=8)
        pen.ellipse((lamp - 34, 214, lamp + 34, 282), fill=(255, 244, 190))
    return image
