"""What only a checkpoint held outside can show: a book rewritten by somebody who rules database and key."""

from __future__ import annotations

import json
import zlib

import pytest

from bihuan.book import checkpoints, home, signing
from bihuan.book.models import Chain, Checkpoint, Entry
from bihuan.domain.case import Horizon, Urgency
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions import amending
from bihuan.ledger.models import Counter, Problem
from bihuan.ledger.rebuild import rebuild
from bihuan.ledger.verify import What, verify
from tests.book import rogue
from tests.world import days_later

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), rogue.standing_office() as world:
        yield world


@pytest.fixture(autouse=True)
def _undone(world):
    with rogue.undone():
        yield


@pytest.fixture
def outside(world):
    """The last checkpoint and the public key, as a holder outside keeps them."""
    return {"checkpoint": checkpoints.file_of(newest()), "key": signing.public_key()}


def newest():
    return Checkpoint.objects.order_by("-number")[0]


def found(**how):
    """The kinds of findings by what they are about."""
    seen: dict[str, set[What]] = {}
    for finding in verify(**how).findings:
        assert finding.detail % finding.params
        seen.setdefault(finding.where, set()).add(finding.what)
    return seen


def sign_anew():
    """Make the checkpoints of a rewritten book from nothing."""
    Checkpoint.objects.all().delete()
    Chain.objects.update(sealed=0)
    checkpoints.make_checkpoint()


@pytest.fixture(params=["the same key", "another key"])
def key_of_the_forger(request, monkeypatch, tmp_path, outside):
    if request.param == "another key":
        monkeypatch.setattr(home, "keys", lambda: tmp_path / "keys")
        assert signing.public_key() != outside["key"]


def test_an_honest_book_agrees_with_every_checkpoint_held_outside(outside):
    for row in Checkpoint.objects.all():
        assert verify(checkpoint=checkpoints.file_of(row), key=outside["key"]).clean


def test_a_book_that_went_on_honestly_still_agrees(world, outside):
    with days_later(1):
        world.register(3)
        checkpoints.make_checkpoint()
        world.register()
    assert verify(**outside).clean


def test_the_end_of_a_chain_cut_off_shows_only_from_outside(world):
    problem = Problem.objects.get(id=world.register()[0].id)
    with rogue.undone():
        amendment = amending.Amendment(
            title="改过",
            text="改过的内容",
            category="",
            goal="",
            source_id=None,
            urgency=Urgency.URGENT,
            horizon=Horizon.BY_DATE,
            wanted_due=None,
            lead_unit_id=problem.lead_unit_id,
            support_unit_ids=(),
        )
        amending.amend(actor=world.actor("coordinator"), problem=problem.id, amendment=amendment).only()
        checkpoints.make_checkpoint()
        held = {"checkpoint": checkpoints.file_of(newest()), "key": signing.public_key()}
    # The database is now exactly what it was before the amendment: entry, head and row.
    assert verify().clean
    seen = found(**held)
    assert seen[problem.number] == {What.SEALED_CUT}
    checkpoints.make_checkpoint()
    assert verify().clean
    seen = found(**held)
    assert seen[problem.number] == {What.SEALED_CUT}
    assert seen[f"checkpoint {newest().number}"] == {What.CHECKPOINT_OTHER}


def test_a_problem_removed_with_everything_shows_only_from_outside(outside, key_of_the_forger):
    problem = Problem.objects.order_by("-number")[0]
    rogue.remove_problem(problem)
    left = Problem.objects.filter(ledger_id=problem.ledger_id).count()
    Counter.objects.filter(key=problem.number.partition("-")[0]).update(value=left)
    rebuild()
    sign_anew()
    assert verify().clean
    seen = found(**outside)
    assert seen[f"problem {problem.id}"] == {What.SEALED_GONE}


def test_a_book_rewritten_and_signed_anew_shows_only_from_outside(outside, key_of_the_forger):
    first = outside | {"checkpoint": checkpoints.file_of(Checkpoint.objects.get(number=1))}
    problem = Problem.objects.filter(stage="accepted")[0]

    def forge(content):
        changed = content["changes"].get(f"problem:{problem.id}", {})
        if content["action"] == "register":
            changed["title"] = [None, "无关紧要"]
        content["details"].pop("note", None)

    rogue.rewrite(problem.id, forge)
    Problem.objects.filter(id=problem.id).update(title="无关紧要")
    assert What.SEALED_OTHER in found()[problem.number]
    rebuild()
    sign_anew()
    assert verify().clean
    assert found(**outside).keys() == {"checkpoint 1", "checkpoint 2"}  # it names what it does not list itself
    seen = found(**first)
    assert seen == {"checkpoint 1": {What.CHECKPOINT_OTHER}, problem.number: {What.SEALED_OTHER}}


def test_checkpoints_that_the_database_lost_show_from_outside(outside):
    Checkpoint.objects.all().delete()
    Chain.objects.update(sealed=0)
    assert verify().clean
    assert found(**outside) == {
        "checkpoint 1": {What.CHECKPOINT_GONE},
        "checkpoint 2": {What.CHECKPOINT_GONE},
    }


def test_a_checkpoint_file_that_the_key_did_not_sign_is_not_trusted(outside, monkeypatch, tmp_path):
    monkeypatch.setattr(home, "keys", lambda: tmp_path / "keys")
    other = signing.public_key()
    for file in (b"", b"{}", outside["checkpoint"][:-9], outside["checkpoint"].replace(b"problem", b"person0")):
        assert found(checkpoint=file, key=outside["key"])["checkpoint"] == {What.OUTSIDE}
    assert What.OUTSIDE in found(checkpoint=outside["checkpoint"], key=other)["checkpoint"]
    with pytest.raises(Refused, match="公钥"):
        verify(checkpoint=outside["checkpoint"], key=b"short")


def test_after_a_restore_elsewhere_a_new_key_goes_on_and_the_old_holder_is_told(
    world, outside, monkeypatch, tmp_path
):
    monkeypatch.setattr(home, "keys", lambda: tmp_path / "keys")
    with days_later(1):
        world.register()
        checkpoints.make_checkpoint()
    assert verify().clean
    assert found(**outside) == {"checkpoint 3": {What.CHECKPOINT_KEY}}
    assert verify(checkpoint=checkpoints.file_of(newest()), key=signing.public_key()).clean


def test_the_key_alone_checks_every_checkpoint(outside, monkeypatch, tmp_path):
    assert verify(key=outside["key"]).clean
    monkeypatch.setattr(home, "keys", lambda: tmp_path / "keys")
    assert found(key=signing.public_key()) == {f"checkpoint {n}": {What.CHECKPOINT_KEY} for n in (1, 2)}


def test_a_checkpoint_replaced_by_one_of_another_history_is_named():
    row = Checkpoint.objects.get(number=1)
    fields = json.loads(checkpoints.file_of(row))
    fields["entries"] = fields["entries"][1:]
    rogue.set_column(Checkpoint, 1, Checkpoint._meta.get_field("file"), zlib.compress(json.dumps(fields).encode()))
    assert found()["checkpoint 1"] == {What.CHECKPOINT_FILE}
    for broken in (b"", b"no zlib", zlib.compress(b"{}"), zlib.compress(checkpoints.file_of(row))[:-5]):
        rogue.set_column(Checkpoint, 1, Checkpoint._meta.get_field("file"), broken)
        assert found()["checkpoint 1"] == {What.CHECKPOINT_FILE}


def test_entries_hidden_from_the_next_checkpoint_are_named(world):
    """Marking a chain as sealed keeps its last entries out of every checkpoint to come."""
    number = world.register()[0].number
    rogue.execute("UPDATE book_chain SET sealed = seq WHERE sealed = 0")
    assert found() == {number: {What.CHAIN_SEALED}}
    assert Entry.objects.filter(kind="problem").exists()
