"""Paper closing found out: the twin of a text, of a file, of a picture, told to whoever signs and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.domain.papersigns import Sign
from bihuan.ledger import papersigns
from bihuan.ledger.actions import closing, dispatch, lookback, working
from bihuan.ledger.actions.register import register
from bihuan.ledger.actions.working import NewEvidence, PlannedMeasure, Progress
from bihuan.ledger.files import store
from bihuan.ledger.models import Closeout, Evidence, ImagePrint, Ledger, Measure, Problem, TextPrint
from bihuan.ledger.papersigns import Told
from bihuan.ledger.prints import of_picture
from bihuan.ledger.rebuild import rebuild
from bihuan.ledger.verify import What, verify
from tests.documents.pictures import drawing, jpeg
from tests.world import World, days_later

SAID = "滨河路沿线五处雨水井盖已全部更换为防沉降井盖，路面用沥青修补平整，经逐处踩踏和雨后复看，没有再下沉。"
NEARLY = "环城路沿线六处雨水井盖已全部更换为防沉降井盖，路面用沥青修补平整，经逐处踩踏和雨后复看，没有再下沉。"
PHOTO = jpeg(drawing(1), "2026:03:20 10:00:00")


def listed(world: World, ledger: Ledger | None = None, by: str = "coordinator", **values: Any) -> UUID:
    office = world.actor(by)
    problem = register(actor=office, ledger=ledger or world.ledger, problems=[world.new(**values)])[0].id
    dispatch.dispatch(actor=office, problems=[problem]).only()
    return problem


def finish(world: World, problem: UUID, said: str, photos: list[bytes], by: str = "liaison") -> None:
    """Report every measure done with its picture (the last one for those beyond), and ask for close-out."""
    actor = world.actor(by)
    measures = list(Measure.objects.filter(problem_id=problem, dropped=False))
    files = [
        NewEvidence(store(f"{n}.jpg", [photos[min(n, len(photos) - 1)]]), row.id) for n, row in enumerate(measures)
    ]
    done = {row.id: Progress(100, "已完成") for row in measures}
    working.report(actor=actor, problem=problem, progress=done, files=files).only()
    closing.ask_closeout(actor=actor, problem=problem, summary=said).only()


def closed(world: World, said: str, photos: list[bytes], **how: str) -> UUID:
    problem = listed(world)
    with days_later(9):
        working.sign(actor=world.actor("liaison"), problems=[problem]).only()
    with days_later(20):
        finish(world, problem, said, photos, **how)
    return problem


def signs(world: World, problem: UUID, who: str = "reviewer") -> dict[Sign, Told]:
    rows = papersigns.rows_of([Problem.objects.get(id=problem)])[problem]
    return {told.found.sign: told for told in papersigns.signs_of(world.actor(who), rows)}


def own(seed: int) -> list[bytes]:
    return [jpeg(drawing(100 + 2 * seed)), jpeg(drawing(101 + 2 * seed))]


def test_a_text_said_before_is_told_with_its_twin_and_named_in_the_entry(world: World):
    first = closed(world, SAID, own(1))
    second = closed(world, NEARLY, own(2))
    third = closed(world, SAID, own(3))
    with days_later(21):
        told = signs(world, second)[Sign.LIKE_TEXT]
        assert {other.problem.id for other in told.others} == {first, third}
        assert told.others[0].text == SAID
        assert told.text == NEARLY
        found = signs(world, third)
        assert found[Sign.SAME_TEXT].others[0].problem.id == first
        assert Sign.LIKE_TEXT not in found
        closing.check(actor=world.actor("supervisor"), problem=third, finding="现场属实").only()
        closing.accept(actor=world.actor("reviewer"), problems=[third], opinion="同意").only()
    entry = Entry.objects.get(subject=third, action="accept")
    assert '"signs":["same_text","last_day"]' in entry.body


def test_a_file_used_before_and_a_picture_saved_anew(world: World):
    first = closed(world, "第一处的井盖已经更换，周边路面抹平。", [PHOTO, *own(1)])
    again = jpeg(drawing(1).resize((200, 150)), quality=60)
    second = closed(world, "第二处的护栏已经焊接，刷漆完毕了。", [PHOTO, own(2)[0]])
    third = closed(world, "第三处的路灯已经接通，夜间亮起来。", [again, own(3)[0]])
    with days_later(21):
        copied, same = signs(world, second)[Sign.SAME_FILE], signs(world, third)[Sign.PICTURE_USED]
    assert copied.file
    assert copied.file.problem_id == second
    assert copied.others[0].file
    assert copied.others[0].problem.id == first
    assert {other.problem.id for other in same.others} == {first, second}


def test_what_the_picture_says_of_its_day_and_one_picture_for_everything(world: World):
    early, late = jpeg(drawing(5), "2026:02:11 08:00:00"), jpeg(drawing(6), "2031:01:01 00:00:00")
    problem = closed(world, SAID, [early, late])
    with days_later(21):
        found = signs(world, problem)
        assert found[Sign.TAKEN_BEFORE].file
        assert str(found[Sign.TAKEN_BEFORE].found.params["taken"]) == "2026-02-11"
        assert str(found[Sign.TAKEN_LATER].found.params["taken"]) == "2031-01-01"
        assert Sign.PICTURE_TWICE in signs(world, closed(world, NEARLY, [jpeg(drawing(7))]))
        assert Sign.SAME_FILE not in found


def test_a_text_without_content_is_nobodys_twin(world: World):
    closed(world, "已全部整改到位。", own(1))
    problem = closed(world, "已全部整改到位。", own(2))
    assert set(signs(world, problem)) == {Sign.EMPTY_TEXT, Sign.LAST_DAY}


def test_struck_off_and_found_again_with_the_pictures_of_last_time(world: World):
    photos = own(1)
    problem = closed(world, SAID, photos)
    with days_later(20):
        world._accept(problem)
        world._publish(problem)
    with days_later(50):
        closing.close(actor=world.actor("coordinator"), problems=[problem]).only()
    with days_later(80):
        due = clock.today() + timedelta(days=20)
        lookback.reopen(actor=world.actor("supervisor"), problem=problem, finding="又下沉", due=due).only()
    with days_later(90):
        plan = [PlannedMeasure("重做井圈", 50, due), PlannedMeasure("压实路基", 50, due)]
        working.set_measures(actor=world.actor("liaison"), problem=problem, measures=plan).only()
        finish(world, problem, SAID, [photos[0], own(4)[0]])
        found = signs(world, problem)
    assert found[Sign.REBOUND].found.params["days"] == 30
    assert found[Sign.PICTURE_OF_LAST_TIME].file
    assert not {Sign.SAME_TEXT, Sign.SAME_FILE, Sign.PICTURE_USED} & set(found), (
        "of the same problem they are no twins"
    )


def test_a_twin_out_of_sight_is_a_fact_without_number_or_content(staffed: World):
    county = Ledger.objects.get(prefix="HF")
    hidden = listed(
        staffed,
        county,
        "county_coordinator",
        lead_unit_id=staffed.units["county_education"].pk,
        support_unit_ids=(),
    )
    working.sign(actor=staffed.actor("at_county_education"), problems=[hidden]).only()
    with days_later(9):
        finish(staffed, hidden, SAID, [PHOTO], by="at_county_education")
    seen = listed(staffed, county, "county_coordinator", lead_unit_id=staffed.units["county_education"].pk)
    working.sign(actor=staffed.actor("at_county_education"), problems=[seen]).only()
    with days_later(9):
        finish(staffed, seen, SAID, [PHOTO, own(3)[0]], by="at_county_education")
    above = signs(staffed, seen, "reviewer")
    assert above[Sign.SAME_TEXT].others[0].problem.id == hidden, "the city sees its counties"
    water = signs(staffed, seen, "at_water")
    for sign in (Sign.SAME_TEXT, Sign.SAME_FILE):
        assert (water[sign].others, water[sign].out_of_sight) == ((), 1)
    assert not papersigns.may_read(staffed.actor("at_county_education"), "office")  # type: ignore[arg-type]


def test_in_a_long_list_only_what_is_exactly_the_same_and_in_few_questions(
    world: World, django_assert_num_queries
):
    problems = [
        closed(world, said, photos) for said, photos in ((SAID, [PHOTO]), (SAID, own(2)), (NEARLY, [PHOTO]))
    ]
    rows = list(Problem.objects.filter(id__in=problems).order_by("id"))
    with days_later(21), django_assert_num_queries(5):
        found = papersigns.codes_of_many(rows)
    assert [{"same_text", "same_file"} & set(found[id_]) for id_ in problems] == [
        {"same_text", "same_file"},
        {"same_text"},
        {"same_file"},
    ]
    with days_later(21):
        for problem in problems:
            closing.check(actor=world.actor("supervisor"), problem=problem, finding="现场属实").only()
        closing.accept(actor=world.actor("reviewer"), problems=problems)
    bodies = Entry.objects.filter(action="accept").values_list("body", flat=True)
    assert sum('"same_file"' in body for body in bodies) == 2
    one, reviewer = papersigns.rows_of(rows)[problems[0]], world.actor("reviewer")
    with django_assert_num_queries(6):
        papersigns.signs_of(reviewer, one)


def test_prints_are_proved_and_made_anew(world: World):
    closed(world, SAID, [PHOTO])
    assert verify().clean
    assert TextPrint.objects.exists()
    assert ImagePrint.objects.exists()
    before = sorted(TextPrint.objects.values_list("closeout_id", "band"))
    lost = TextPrint.objects.order_by("id").first()
    assert lost is not None
    lost.delete()
    ImagePrint.objects.order_by("id").update(band=1)
    extra = Closeout.objects.get()
    TextPrint.objects.create(region_id=1, closeout_id=UUID(int=5), problem_id=extra.problem_id, band=3)
    assert {finding.what for finding in verify().findings} == {What.PRINTS}
    assert all(finding.detail % finding.params for finding in verify().findings)
    rebuild()
    assert verify().clean
    assert sorted(TextPrint.objects.values_list("closeout_id", "band")) == before


def test_a_paper_behind_a_step_on_behalf_is_no_proof(world: World):
    problem = world.through(Stage.UNDER_WAY)
    row = Evidence(region_id=1, problem_id=problem.id, looks="0123456789abcdef", purpose="paper")
    assert of_picture(row) == []
    row.purpose = None
    assert len(of_picture(row)) == 4


@pytest.mark.parametrize("name", ["坏图.jpg", "坏图.png"])
def test_a_damaged_picture_is_taken_all_the_same(world: World, name: str):
    head = b"\xff\xd8\xff" if name.endswith("jpg") else b"\x89PNG\r\n\x1a\n"
    stored = store(name, [head, b"\0" * 400])
    assert (stored.taken_at, stored.looks) == (None, None)
