"""Building the demo: an invented city with 14 months behind it, made through the real actions.

Runs only in a home that `bihuan demo` made (the clock is moved). The same day gives the same demo.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.book import clock
from bihuan.book.checkpoints import make_checkpoint
from bihuan.demo.arriving import bring_in_a_list
from bihuan.demo.campaigns import run_campaigns
from bihuan.demo.closeouts import close_in_tiers
from bihuan.demo.content import load_people
from bihuan.demo.handover import hand_over_a_post
from bihuan.demo.inherited import inherit_a_ledger
from bihuan.demo.joint import work_together
from bihuan.demo.leading import lead_from_above
from bihuan.demo.ledgers import keep_inventory
from bihuan.demo.links import link_levels
from bihuan.demo.lookbacks import draw_and_look
from bihuan.demo.mending import make_and_mend_mistakes
from bihuan.demo.notices import keep_inboxes, tell_people
from bihuan.demo.office import PASSWORD, make_office
from bihuan.demo.orders import play_orders
from bihuan.demo.outcomes import show_outcomes
from bihuan.demo.paperwork import close_on_paper
from bihuan.demo.play import Play
from bihuan.demo.policies import announce_a_policy
from bihuan.demo.pressing import press
from bihuan.demo.regrouped import change_units
from bihuan.demo.rounds import keep_a_ledger_in_rounds
from bihuan.demo.routes import build_projects
from bihuan.demo.schedule import Tell
from bihuan.demo.story import MONTHS, stories
from bihuan.demo.topics import ask_everybody
from bihuan.demo.township import serve_a_township
from bihuan.ledger.models import Problem

SHOWN = (
    "tanxiaoman",
    "duanyifan",
    "yanhuaichuan",
    "xueqingyuan",
    "fangqihe",
    "huqilin",
    "mengzhizhou",
    "luochenguang",
)
"""The accounts that are printed: one for each role."""


@dataclass(frozen=True)
class Login:
    """A demo account: user name, password, and who it is."""

    username: str
    password: str
    who: str


def build_demo(*, today: date | None = None, tell: Tell | None = None) -> int:
    """Fill the empty database with the demo as of `today` (this day); returns how many problems it has.

    `tell` is called with the steps done and the steps waiting, for a progress bar.
    """
    end = clock.moment_on(today, hour=17, minute=30) if today else clock.now()
    last = clock.day_of(end)
    began = last - timedelta(days=round(MONTHS * 30.4) + 7)
    with clock.moved_to(clock.moment_on(began, hour=8)):
        office = make_office(began)
    with clock.moved_to(end):
        play = Play(office, last)
    serve_a_township(play, last)
    change_units(play, last)
    run_campaigns(play, last)
    inherit_a_ledger(play, last)
    keep_a_ledger_in_rounds(play, last)
    ask_everybody(play, last)
    build_projects(play, last)
    work_together(play, last)
    play_orders(play, last)
    close_on_paper(play, last)
    link_levels(play, last)
    lead_from_above(play, last)
    show_outcomes(play, last)
    keep_inboxes(play, last)
    play.run(stories(last), tell or (lambda done, waiting: None))
    with clock.moved_to(end):
        hand_over_a_post(office)
        keep_inventory(office, last)
        make_and_mend_mistakes(office)
        bring_in_a_list(office, last)
        draw_and_look(office, last)
        press(office, last)
        close_in_tiers(office, last)
        announce_a_policy(office, last)
        tell_people()
        make_checkpoint()
    return Problem.objects.count()


def logins() -> list[Login]:
    """One account for each role, to be printed."""
    people = {row.username: row for row in load_people()}
    return [
        Login(name, PASSWORD, f"{people[name].name}（{people[name].posts[0].title}）")
        for name in SHOWN
        if name in people
    ]
