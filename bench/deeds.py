"""Work done through the pages: registering, signing, reporting, a file of five thousand rows, a bulk dispatch.

Every time is that of the request that writes, over HTTP, from sending it to the last byte of its answer.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

import xlsxwriter  # type: ignore[import-untyped]

from bench.measures import Figure, timed
from bench.users import PASSWORD
from bench.visitor import Answer, Unexpected, Visitor
from bench.words import wording

SAMPLES = 60
CLIENTS = 4
PARALLEL = 400
"""How many problems the clients register together."""
ROWS = 5000
CREATE_MS, CREATE_RATE, BARE_PART, IMPORT_RATE = 8.0, 300.0, 0.25, 1500.0
"""Targets: registering (p50; a second; or this part of bare commits), rows of a file a second."""
PROBLEM = re.compile(r'href="/problems/([0-9a-f-]{36})/"')


@dataclass(frozen=True)
class Deeds:
    """What the work is done with: the port of the service, and names of units to write into files and forms."""

    port: int
    names: Mapping[str, str]

    def visitor(self, user: str) -> Visitor:
        """This user, signed in."""
        visitor = Visitor(self.port)
        visitor.sign_in(user, PASSWORD)
        return visitor

    def create(self, bare: Figure) -> list[Figure]:
        """Registering one problem after the other, and by several people at once; `bare`: the disk's own rate."""
        draw = Random(5)
        visitor = self.visitor("county")
        for _ in range(5):
            self._register(visitor, draw)
        alone = [self._register(visitor, draw) for _ in range(SAMPLES * 2)]
        rate = self._together()
        wanted = min(CREATE_RATE, BARE_PART * (bare.rate or 0.0))
        note = f"bare two-row commits {bare.rate:.0f}/s; target {CREATE_RATE:.0f}/s or {BARE_PART:.0%} of them"
        return [
            timed(
                "register one problem", alone, target_ms=CREATE_MS, rate=round(1 / (sum(alone) / len(alone)), 1)
            ),
            Figure(f"register, {CLIENTS} people at once", rate=rate, target_rate=wanted, note=note),
        ]

    def _together(self) -> float:
        visitors = [self.visitor("county") for _ in range(CLIENTS)]
        for visitor in visitors:
            self._register(visitor, Random(1))

        def work(place: int) -> None:
            draw = Random(place)
            for _ in range(PARALLEL // CLIENTS):
                self._register(visitors[place], draw)

        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(work, range(CLIENTS)))
        return round(PARALLEL / (time.perf_counter() - began), 1)

    def _register(self, visitor: Visitor, draw: Random) -> float:
        """Register one; how long it took. The form is opened once and sent again with other texts."""
        known = getattr(visitor, "new_problem", None)
        if known is None:
            page = visitor.get("/ledger/new/")
            known = visitor.form(page, "lead_unit")
            visitor.new_problem = known  # type: ignore[attr-defined]
        words = wording(draw, draw.randrange(1, 1000, 2))
        said = {"text": words.text, "title": words.title, "lead_unit": self.names["bureau_name"]}
        fields = [pair for pair in known.fields if pair[0] not in said] + list(said.items())
        answer = visitor.post("/ledger/new/", fields)
        _insist(answer, "/problems/")
        return answer.seconds

    def bring_in(self) -> tuple[list[Figure], str]:
        """A file of five thousand rows, from upload to ledger; returns figures and the reading's id."""
        visitor = self.visitor("city")
        page = visitor.get("/intake/")
        began = time.perf_counter()
        answer = visitor.send(page, "file", {}, file=("file", "五千件.xlsx", self._sheet()))
        read = answer.seconds
        _insist(answer, "/intake/")
        page = visitor.follow(answer)
        reading = page.path.strip("/").split("/")[-1]
        page = visitor.get(f"{page.path}confirm/")
        answer = visitor.send(page, "/confirm/", {"way": "new"})
        _insist(answer, "/ledger/")
        total = time.perf_counter() - began
        return [
            Figure("import 5,000 rows: read", p50_ms=_ms(read), rate=round(ROWS / read, 1)),
            Figure("import 5,000 rows: confirm", p50_ms=_ms(answer.seconds), rate=round(ROWS / answer.seconds, 1)),
            Figure("import 5,000 rows", p50_ms=_ms(total), rate=round(ROWS / total, 1), target_rate=IMPORT_RATE),
        ], reading

    def _sheet(self) -> bytes:
        """An office's usual ledger: number, problem, measures, lead unit, date. Unit names as units are called.

        Other texts each time: in a ledger used again the same ones would be a later version of what is on it.
        """
        out, draw = io.BytesIO(), Random()
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, ["序号", "问题描述", "整改措施", "牵头单位", "整改时限"])
        units = self.names["unit_names"].split("\n")
        for row in range(1, ROWS + 1):
            words = wording(draw, row)
            unit = self.names["leaf_name"] if row % 10 == 0 else units[row % len(units)]
            sheet.write_row(row, 0, [row, words.text, words.deeds[0], unit, self.names["due"]])
        book.close()
        return out.getvalue()

    def dispatch(self, reading: str) -> list[Figure]:
        """Dispatch all that was brought in, as a person does: all of the list, look, confirm."""
        visitor = self.visitor("city")
        query = urlencode({"reading": reading})
        page = visitor.get(f"/ledger/?{query}")
        preview = visitor.send(page, "filter", {"all": "1", "filter": query}, to="/ledger/act/dispatch/")
        answer = visitor.send(preview, "ticket", {"confirm": "1"})
        _insist(answer, "/ledger/act/dispatch/")
        total = preview.seconds + answer.seconds
        return [
            Figure("dispatch 5,000: look", p50_ms=_ms(preview.seconds), rate=round(ROWS / preview.seconds, 1)),
            Figure("dispatch 5,000: do", p50_ms=_ms(answer.seconds), rate=round(ROWS / answer.seconds, 1)),
            Figure("dispatch 5,000", p50_ms=_ms(total), rate=round(ROWS / total, 1)),
        ]

    def work(self) -> list[Figure]:
        """What a unit's person does with what was dispatched: sign for it, report on it."""
        visitor = self.visitor("leaf")
        page = visitor.get("/ledger/?stage=dispatched&sort=-dispatched")
        found = dict.fromkeys(PROBLEM.findall(page.text))
        while len(found) < SAMPLES and (following := re.search(r'rel="next" href="([^"]+)"', page.text)):
            page = visitor.get("/ledger/" + following[1].replace("&amp;", "&"))
            found |= dict.fromkeys(PROBLEM.findall(page.text))
        chosen = list(found)[:SAMPLES]
        signed = [self._act(visitor, problem, "sign", {}) for problem in chosen]
        said = {"note": "已安排专人负责，按方案推进。"}
        reported = [self._act(visitor, problem, "report", said) for problem in chosen]
        return [
            timed("sign for one problem", signed, rate=round(len(signed) / sum(signed), 1)),
            timed("report on one problem", reported, rate=round(len(reported) / sum(reported), 1)),
        ]

    def _act(self, visitor: Visitor, problem: str, move: str, said: Mapping[str, str]) -> float:
        page = visitor.get(f"/problems/{problem}/{move}/")
        answer = visitor.send(page, "version", said)
        _insist(answer, f"/problems/{problem}/")
        return answer.seconds


def _insist(answer: Answer, where: str) -> None:
    if not answer.moved_to.startswith(where):
        raise Unexpected(
            f"{answer.path} answered {answer.status} instead of leading to {where}: {answer.text[:2000]}"
        )


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
