"""Playing the stories: every step through the action that real people use, each one putting in the next.

Whatever the rules refuse is a mistake in the story and stops the demo: nothing is written past them.
"""

from __future__ import annotations

from datetime import date, timedelta

from bihuan.book import clock
from bihuan.demo.papers import paper
from bihuan.demo.schedule import Played, Schedule
from bihuan.demo.story import Ending
from bihuan.domain.case import Horizon, Role, Urgency
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions import closing, dispatch, extending, lookback, setting_aside, warning, working
from bihuan.ledger.actions.register import Impact, NewMeasure, NewProblem, register
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.working import NewEvidence, PlannedMeasure, Progress
from bihuan.ledger.files import StoredFile, store
from bihuan.ledger.models import Extension, Measure, Problem
from bihuan.ledger.models.problem import Origin
from bihuan.organisations.access import Actor


class Play(Schedule):
    """Every step of every story, through the action that real people use."""

    # ── steps, each for a group of the same kind at the same moment ──

    def _register(self, group: list[Played], today: date) -> None:
        by_ledger: dict[tuple[str, bool], list[Played]] = {}
        for played in group:
            by_ledger.setdefault((played.story.ledger, played.story.draft), []).append(played)
        for (ledger, draft), members in by_ledger.items():
            rows = register(
                actor=self.coordinator(members[0]),
                ledger=self.office.ledgers[ledger],
                problems=[self._new(played, today) for played in members],
                as_draft=draft,
            )
            for played, row in zip(members, rows, strict=True):
                played.problem = row.id
                if played.story.dispatches and not draft:
                    self.at(played.story.dispatched, "dispatch", played, minutes=0 if ledger == "city" else 20)

    def _new(self, played: Played, today: date) -> NewProblem:
        text, start = played.story.text, played.story.dispatched
        lead = self.office.units[text.lead].pk
        support = dict.fromkeys(self.office.units[key].pk for key in text.support)
        return NewProblem(
            text=text.text,
            title=text.title,
            category=self.fields[text.field],
            goal=text.goal,
            source_id=self.office.sources[text.source].pk,
            nature=text.nature,
            impact=_impact(len(support)),
            origin=Origin.CARRIED if played.story.carried_over else Origin.NEW,
            urgency=_urgency(text.days),
            horizon=Horizon(text.horizon),
            wanted_due=max(start, today) + timedelta(days=text.days),
            lead_unit_id=lead,
            support_unit_ids=tuple(unit for unit in support if unit != lead),  # units may have been merged
            measures=tuple(
                NewMeasure(
                    text=m.text,
                    unit_id=self.office.units[m.unit].pk,
                    share=m.share,
                    due=max(start, today) + timedelta(days=min(m.days, text.days)),
                )
                for m in text.measures
            ),
        )

    def _dispatch(self, group: list[Played], today: date) -> None:
        for coordinator, members in self._by_coordinator(group):
            _done(dispatch.dispatch(actor=coordinator, problems=[p.id for p in members], all_or_none=True))
        for played in group:
            self.at(today + timedelta(days=played.story.sign_delay), "sign", played, minutes=played.turn % 3)
            if played.story.ending in (Ending.MERGED, Ending.WITHDRAWN):
                self.at(today + timedelta(days=4), "set_aside", played)

    def _by_coordinator(self, group: list[Played]) -> list[tuple[Actor, list[Played]]]:
        found: dict[int, tuple[Actor, list[Played]]] = {}
        for played in group:
            actor = self.coordinator(played)
            found.setdefault(actor.person_id, (actor, []))[1].append(played)
        return list(found.values())

    def _sign(self, group: list[Played], today: date) -> None:
        by_unit: dict[str, list[Played]] = {}
        for played in group:
            by_unit.setdefault(played.story.text.lead, []).append(played)
        for members in by_unit.values():
            actor = self.liaison(members[0])
            if actor is not None:
                _done(working.sign(actor=actor, problems=[p.id for p in members], remark=self.say("sign")))
                for played in members:
                    self._plan_work(played, today)

    def _plan_work(self, played: Played, today: date) -> None:
        story = played.story
        start, given = story.dispatched, story.text.days
        ends = start + timedelta(days=max(3, round(given * story.pace)))
        if story.ending is Ending.SUSPENDED:
            self.at(start + timedelta(days=max(3, given // 4)), "suspend", played)
            return
        if story.extension and given >= 20:
            self.at(start + timedelta(days=round(given * 0.7)), "extend", played)
        if story.warned and story.ledger != "qiling":
            self.at(start + timedelta(days=round(given * 0.6)), "warn", played)
        self.at(
            start + timedelta(days=max(2, round(given * story.pace * 0.45))),
            "report",
            played,
            minutes=played.turn % 50,
        )
        if story.ending is not Ending.STALLS:
            self.at(max(ends, today + timedelta(days=2)), "ask", played, minutes=played.turn % 50)

    def _report(self, group: list[Played], today: date) -> None:
        for played in group:
            self._progress(played, today, whole=False)

    def _progress(self, played: Played, today: date, *, whole: bool) -> bool:
        """Report the measures that are due by now as done (all of them where `whole`); False where refused."""
        actor = self.liaison(played)
        measures = list(Measure.objects.filter(problem_id=played.id, dropped=False).order_by("place"))
        if actor is None or not measures:
            return False
        halfway = played.story.ending is Ending.STALLS or not whole
        said, files = {}, []
        notes = played.story.text.notes
        for place, measure in enumerate(measures):
            done = whole or (measure.due is not None and measure.due <= today + timedelta(days=3))
            if halfway and place == len(measures) - 1 and not whole:
                done = False
            if measure.progress < 100:
                said[measure.id] = Progress(100 if done else max(measure.progress, (40, 60, 30)[place % 3]))
                if done:
                    files.append(NewEvidence(self._proof(played, place), measure.id))
        if not said and not whole:
            return False
        _done(
            working.report(
                actor=actor,
                problem=played.id,
                progress=said,
                files=files,
                note=notes[min(len(notes) - 1, int(whole))],
            )
        )
        return True

    def _proof(self, played: Played, place: int) -> StoredFile:
        names = played.story.text.evidence
        name = names[place % len(names)]
        text = f"{played.story.text.title}\n{name}\n{played.cycle}-{place}"
        return store(name, [paper(name, text)])

    def _ask(self, group: list[Played], today: date) -> None:
        for played in self._unasked(group, today, "ask"):
            actor = self.liaison(played)
            if actor is None:
                continue
            self._progress(played, today, whole=True)
            _done(closing.ask_closeout(actor=actor, problem=played.id, summary=played.story.text.notes[-1]))
            if played.story.ledger == "qiling":
                self.at(_later(today, 3), "accept", played)
            else:
                self.at(_later(today, 1 + played.turn % 4), "check", played)

    def _check(self, group: list[Played], today: date) -> None:
        for played in group:
            _done(closing.check(actor=self.watcher(played), problem=played.id, finding=self.say("check")))
            wanting = played.returned < played.story.returned
            self.at(_later(today, 1 + played.turn % 3), "send_back" if wanting else "accept", played)

    def _send_back(self, group: list[Played], today: date) -> None:
        for played in group:
            played.returned += 1
            reason = played.story.text.return_reason or self.say("send_back")
            _done(closing.send_back(actor=self.coordinator(played), problem=played.id, reason=reason))
            self.at(_later(today, 6 + played.turn % 9), "ask", played)

    def _accept(self, group: list[Played], today: date) -> None:
        for played in group:
            reviewer = self.office.actor("yunting", Role.REVIEWER) if played.story.ledger != "qiling" else None
            actor = reviewer or self.coordinator(played)
            _done(closing.accept(actor=actor, problems=[played.id], opinion=self.say("accept")))
            step = "close" if played.story.ledger == "qiling" else "publish"
            self.at(_later(today, 1 + played.turn % 2), step, played)

    def _publish(self, group: list[Played], today: date) -> None:
        for coordinator, members in self._by_coordinator(group):
            _done(closing.publish(actor=coordinator, problems=[p.id for p in members]))
            for row in Problem.objects.filter(id__in=[p.id for p in members]):
                played = next(p for p in members if p.id == row.id)
                assert row.notice_until is not None
                self.at(_later(row.notice_until, 1 + played.turn % 3), "close", played)

    def _close(self, group: list[Played], today: date) -> None:
        for coordinator, members in self._by_coordinator(group):
            _done(closing.close(actor=coordinator, problems=[p.id for p in members]))
            for row in Problem.objects.filter(id__in=[p.id for p in members]):
                played = next(p for p in members if p.id == row.id)
                assert row.lookback_on is not None
                back = played.story.rebounds and played.cycle == 0
                step, early = ("reopen", 40 + played.turn % 35) if back else ("confirm", -(played.turn % 9))
                self.at(_later(row.lookback_on, -early), step, played)

    def _confirm(self, group: list[Played], today: date) -> None:
        for played in group:
            finding = played.story.text.lookback or self.say("confirm")
            _done(lookback.confirm(actor=self.watcher(played), problem=played.id, finding=finding))

    def _reopen(self, group: list[Played], today: date) -> None:
        for played in group:
            played.cycle += 1
            due = today + timedelta(days=30)
            finding = played.story.text.rebound or self.say("reopen")
            _done(lookback.reopen(actor=self.watcher(played), problem=played.id, finding=finding, due=due))
            actor = self.liaison(played)
            recent = (self.today - today).days < 30
            if actor is not None and (played.turn % 3 or not recent):
                again = played.story.text.measures[-1]
                measures = [PlannedMeasure(again.text, 100, due - timedelta(days=3))]
                with clock.moved_to(clock.now() + timedelta(minutes=30)):
                    _done(working.set_measures(actor=actor, problem=played.id, measures=measures))
                self.at(_later(today, 18 + played.turn % 20), "ask", played)

    def _extend(self, group: list[Played], today: date) -> None:
        for played in group:
            leader = self.office.actor(played.story.text.lead, Role.LEADER)
            row = Problem.objects.get(id=played.id)
            if leader is None or row.due is None or row.horizon == Horizon.STANDING.value:
                continue
            due = row.due + timedelta(days=(10, 15, 30)[played.turn % 3])
            try:
                extending.ask_extension(
                    actor=leader,
                    problem=played.id,
                    due=due,
                    reason=played.story.text.extension_reason or self.say("ask_extension"),
                ).only()
            except Refused:
                continue
            self.at(_later(today, 2), "answer", played)

    def _answer(self, group: list[Played], today: date) -> None:
        for played in group:
            actor = self.coordinator(played)
            if played.turn % 6 == 0:
                _done(
                    extending.refuse_extension(
                        actor=actor, problem=played.id, opinion=self.say("refuse_extension")
                    )
                )
            else:
                _done(
                    extending.grant_extension(actor=actor, problem=played.id, opinion=self.say("grant_extension"))
                )

    def _unasked(self, group: list[Played], today: date, step: str) -> list[Played]:
        """Those without a request for more time; the others wait until it is answered."""
        ids = [played.id for played in group]
        asked = set(
            Extension.objects.filter(problem_id__in=ids, answer="open").values_list("problem_id", flat=True)
        )
        for played in group:
            if played.id in asked:
                self.at(_later(today, 3), step, played)
        return [played for played in group if played.id not in asked]

    def _suspend(self, group: list[Played], today: date) -> None:
        for played in self._unasked(group, today, "suspend"):
            _done(
                setting_aside.suspend(
                    actor=self.coordinator(played), problems=[played.id], reason=self.say("suspend")
                )
            )
            if played.turn % 3:
                self.at(_later(today, 30 + played.turn % 40), "resume", played)

    def _resume(self, group: list[Played], today: date) -> None:
        for played in group:
            _done(setting_aside.resume(actor=self.coordinator(played), problems=[played.id]))
            self.at(_later(today, 10 + played.turn % 30), "ask", played)

    def _set_aside(self, group: list[Played], today: date) -> None:
        for played in group:
            actor = self.coordinator(played)
            if played.story.ending is Ending.WITHDRAWN:
                _done(setting_aside.withdraw(actor=actor, problems=[played.id], reason=self.say("withdraw")))
                continue
            other = (
                Problem.objects.filter(office_id=actor.unit_id, lead_unit__isnull=False, stage="under_way")
                .exclude(id=played.id)
                .order_by("-dispatched_on", "number")
                .first()
            )
            if other is not None:
                _done(
                    setting_aside.merge(
                        actor=actor, problems=[played.id], into=other.number, reason=self.say("merge")
                    )
                )

    def _warn(self, group: list[Played], today: date) -> None:
        for played in group:
            _done(warning.warn(actor=self.watcher(played), problem=played.id, reason=self.say("warn")))


def _done(outcome: Outcome) -> None:
    """A story that the rules refuse is a mistake in the story."""
    if outcome.refused:
        raise Refused(outcome.refused[0].denied)


def _impact(supports: int) -> Impact | None:
    """How far a problem reaches, told by how many other units it takes."""
    return {0: None, 1: Impact.LOCAL, 2: Impact.WIDE}.get(supports, Impact.GRAVE)


def _urgency(days: int) -> Urgency:
    if days <= 7:
        return Urgency.URGENT
    return Urgency.ORDINARY if days <= 45 else Urgency.DIFFICULT


def _later(day: date, days: int) -> date:
    """A weekday about so many days later."""
    later = day + timedelta(days=days)
    return later + timedelta(days={5: 2, 6: 1}.get(later.weekday(), 0))
