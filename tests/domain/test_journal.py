"""What an auditor counts on: every quiet change to a chain or a checkpoint file shows."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.journal import (
    GENESIS,
    Break,
    Checkpoint,
    Damaged,
    Fault,
    Head,
    Link,
    canonical,
    check_chain,
    checkpoint_hash,
    digest,
    from_file,
    leaf,
    link,
    make_checkpoint,
    new_salt,
    parse,
    seal,
    short_root,
    to_file,
)
from bihuan.domain.merkle import inclusion_proof, leaf_hash, root, verify_inclusion

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CONTENTS = st.lists(st.dictionaries(st.sampled_from(["action", "due", "note"]), TEXT), min_size=1, max_size=8)
Row = tuple[int, bytes, str]


def chain(contents: list[dict[str, str]]) -> list[Link]:
    links: list[Link] = []
    prev = GENESIS
    for seq, content in enumerate(contents, start=1):
        links.append(link(seq=seq, prev=prev, content=content))
        prev = links[-1].hash
    return links


def rows(links: list[Link]) -> list[Row]:
    return [(one.seq, one.body, one.hash) for one in links]


# Chains


def test_an_entry_carries_its_number_and_the_hash_before_it() -> None:
    first = link(seq=1, prev=GENESIS, content={"action": "list"})
    second = link(seq=2, prev=first.hash, content={"action": "dispatch"})
    assert parse(second.body) == {"action": "dispatch", "prev": first.hash, "seq": 2}
    assert second.hash == digest(second.body) == hashlib.sha256(second.body).hexdigest()


@given(CONTENTS)
def test_an_untouched_chain_is_whole(contents: list[dict[str, str]]) -> None:
    assert check_chain(rows(chain(contents))) == []


@given(CONTENTS, st.data())
def test_a_changed_entry_shows_even_with_its_hash_made_anew(
    contents: list[dict[str, str]], data: st.DataObject
) -> None:
    links = chain(contents)
    at = data.draw(st.integers(0, len(links) - 1))
    changed = canonical({**parse(links[at].body), "note": "改过的说明，原来没有这一句"})
    kept, anew = rows(links), rows(links)
    kept[at] = (at + 1, changed, links[at].hash)
    anew[at] = (at + 1, changed, digest(changed))
    assert check_chain(kept) == [Break(at + 1, Fault.HASH)]
    after = [Break(at + 2, Fault.PREV)] if at + 1 < len(links) else []
    assert check_chain(anew) == after


@given(CONTENTS, st.data())
def test_a_removed_entry_shows_even_when_the_rest_is_numbered_anew(
    contents: list[dict[str, str]], data: st.DataObject
) -> None:
    whole = rows(chain([*contents, {"action": "close"}]))
    at = data.draw(st.integers(0, len(whole) - 2))
    left = whole[:at] + whole[at + 1 :]
    assert check_chain(left) == [Break(at + 2, Fault.GAP), Break(at + 2, Fault.PREV)]
    renumbered = [(seq, body, stored) for seq, (_, body, stored) in enumerate(left, start=1)]
    assert check_chain(renumbered) == [Break(seq, Fault.BODY) for seq in range(at + 1, len(whole))]


@given(CONTENTS, st.data())
def test_entries_swapped_or_doubled_show(contents: list[dict[str, str]], data: st.DataObject) -> None:
    whole = rows(chain([*contents, {"action": "close"}]))
    at = data.draw(st.integers(0, len(whole) - 2))
    swapped = [*whole[:at], whole[at + 1], whole[at], *whole[at + 2 :]]
    doubled = [*whole[: at + 1], *whole[at:]]
    assert Break(at + 2, Fault.GAP) in check_chain(swapped)
    assert Break(at + 1, Fault.GAP) in check_chain(swapped)
    assert check_chain(doubled) == [Break(at + 1, Fault.GAP), Break(at + 1, Fault.PREV)]


def test_a_cut_off_end_needs_a_head_known_from_elsewhere() -> None:
    links = chain([{"action": "list"}, {"action": "dispatch"}, {"action": "accept"}])
    assert check_chain(rows(links)[:2]) == []
    assert check_chain(rows(links)[2:], seq=3, prev=links[1].hash) == []
    assert check_chain(rows(links)[2:], seq=3, prev=links[0].hash) == [Break(3, Fault.PREV)]
    assert check_chain(rows(links)[1:]) == [Break(2, Fault.GAP), Break(2, Fault.PREV)]


@pytest.mark.parametrize("body", [b"", b"not json", b"[1]", b'{"seq": 1}', b'{"seq":2}', b"\xff", b"{}"])
def test_bytes_that_are_no_entry_show(body: bytes) -> None:
    assert check_chain([(1, body, digest(body))]) == [Break(1, Fault.BODY)]
    assert check_chain([(1, body, GENESIS)]) == [Break(1, Fault.HASH), Break(1, Fault.BODY)]


def test_a_link_must_have_a_place() -> None:
    for content in ({"seq": 4}, {"prev": GENESIS}):
        with pytest.raises(ValueError, match="seq or prev"):
            link(seq=1, prev=GENESIS, content=content)
    for seq, prev in ((0, GENESIS), (1, ""), (1, "A" * 64), (1, GENESIS + "\n")):
        with pytest.raises(ValueError, match="place"):
            link(seq=seq, prev=prev, content={})


# Seals


@given(TEXT, TEXT)
def test_a_seal_fits_its_text_and_salt_only(text: str, other: str) -> None:
    salt = new_salt()
    assert seal(text, salt) == seal(text, salt)
    assert (seal(other, salt) == seal(text, salt)) == (other == text)
    assert seal(text, new_salt()) != seal(text, salt)


def test_a_short_salt_protects_nobody() -> None:
    with pytest.raises(ValueError, match="salt"):
        seal("王某反映", b"")


# Checkpoints

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY, OTHER_KEY = b"ours", b"theirs"
HEADS = st.builds(
    Head,
    kind=st.sampled_from(["problem", "unit", "policy"]),
    subject=st.uuids().map(str),
    region=st.integers(1, 400),
    seq=st.integers(1, 10**6),
    head=st.binary(min_size=32, max_size=32).map(bytes.hex),
)
HEAD_LISTS = st.lists(HEADS, max_size=9, unique_by=lambda head: head.subject)


def signed_by(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def checked_by(key: bytes) -> Callable[[bytes, bytes], bool]:
    return lambda message, signature: hmac.compare_digest(signed_by(key, message), signature)


def some_heads(count: int = 3) -> list[Head]:
    return [Head("problem", str(UUID(int=n)), 17, n + 1, digest(bytes([n]))) for n in range(count)]


def some_checkpoint(heads: list[Head] | None = None) -> Checkpoint:
    return make_checkpoint(number=1, made_at=NOON, previous=GENESIS, heads=heads or some_heads())


def some_file(checkpoint: Checkpoint, key: bytes = KEY) -> bytes:
    return to_file(checkpoint, signature=signed_by(key, checkpoint.header_bytes()), public_key=key)


@given(HEAD_LISTS, st.randoms(), st.integers(1, 9999))
def test_a_file_gives_back_the_checkpoint_whatever_the_order(
    heads: list[Head], chance: object, number: int
) -> None:
    mixed = list(heads)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    made = make_checkpoint(number=number, made_at=NOON, previous=digest(b"before"), heads=heads)
    same = make_checkpoint(number=number, made_at=NOON, previous=digest(b"before"), heads=mixed)
    assert made == same
    found = from_file(some_file(made), check=checked_by(KEY))
    assert found.checkpoint == made
    assert checkpoint_hash(found.checkpoint) == checkpoint_hash(made)
    assert (found.signature, found.public_key) == (signed_by(KEY, made.header_bytes()), KEY)


def test_any_head_can_be_proved_to_stand_under_the_root() -> None:
    checkpoint = some_checkpoint(some_heads(7))
    leaves = [leaf(head) for head in checkpoint.entries]
    assert checkpoint.root == root(leaves).hex()
    for index, one in enumerate(leaves):
        assert verify_inclusion(
            index=index,
            size=checkpoint.count,
            leaf=leaf_hash(one),
            proof=inclusion_proof(leaves, index),
            root=bytes.fromhex(checkpoint.root),
        )


def test_the_header_names_everything_but_the_heads_which_the_root_binds() -> None:
    checkpoint = some_checkpoint()
    assert json.loads(checkpoint.header_bytes()) == {
        "format": "bihuan-checkpoint/1",
        "number": 1,
        "made_at": "2026-03-01T12:00:00.000000Z",
        "previous": GENESIS,
        "count": 3,
        "root": checkpoint.root,
    }
    assert checkpoint_hash(checkpoint) == digest(checkpoint.header_bytes())


@given(st.data())
def test_one_changed_byte_is_found_or_changes_nothing(data: st.DataObject) -> None:
    checkpoint = some_checkpoint()
    file = bytearray(some_file(checkpoint))
    file[data.draw(st.integers(0, len(file) - 1))] ^= data.draw(st.integers(1, 255))
    with suppress(Damaged):
        # Read without complaint only where nothing signed has changed: a hex digit's case, the key itself.
        assert from_file(bytes(file), check=checked_by(KEY)).checkpoint == checkpoint


@given(
    st.binary(max_size=60) | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_other_files_are_told_apart(data: bytes) -> None:
    with pytest.raises(Damaged):
        from_file(data, check=None)


def test_a_database_rewritten_and_signed_anew_does_not_pass_the_trusted_key() -> None:
    forged = some_file(some_checkpoint(some_heads(2)), OTHER_KEY)
    assert from_file(forged, check=checked_by(OTHER_KEY)).checkpoint.count == 2
    with pytest.raises(Damaged, match="第 1 号的签名与所用公钥不符"):
        from_file(forged, check=checked_by(KEY))


FIELDS = ["number", "made_at", "previous", "count", "root", "entries", "signature", "public_key"]
WRONG: list[object] = [
    None,
    True,
    -1,
    1.5,
    "",
    "zz",
    [],
    [[]],
    [["problem", "x", 1, 2]],
    {},
    "0001-01-01T00:00:00+09:00",
    10**400,
]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_a_field_that_is_not_right_is_told(field: str, wrong: object) -> None:
    fields = json.loads(some_file(some_checkpoint()))
    without = {name: value for name, value in fields.items() if name != field}
    for changed in (without, {**fields, field: wrong}):
        if field == "public_key" and wrong == "" and changed is not without:
            continue  # an empty key is no lie: the file's key is never trusted
        with pytest.raises(Damaged):
            from_file(json.dumps(changed).encode(), check=checked_by(KEY))


def test_heads_that_are_not_those_of_the_root_are_told_without_any_key() -> None:
    fields = json.loads(some_file(some_checkpoint()))
    fields["entries"][0][4] = digest(b"another history")
    with pytest.raises(Damaged, match="清单与根哈希不符"):
        from_file(json.dumps(fields).encode(), check=None)


def test_a_deeply_nested_file_is_damaged_not_a_crash() -> None:
    with pytest.raises(Damaged):
        from_file(b"[" * 200_000, check=None)


def test_a_checkpoint_must_be_possible() -> None:
    heads = some_heads()
    with pytest.raises(ValueError, match="twice"):
        some_checkpoint([heads[0], Head("problem", heads[0].subject, 17, 99, GENESIS)])
    for number, made_at, previous in (
        (0, NOON, GENESIS),
        (1, NOON.replace(tzinfo=None), GENESIS),
        (1, NOON, ""),
    ):
        with pytest.raises(ValueError, match="checkpoint"):
            make_checkpoint(number=number, made_at=made_at, previous=previous, heads=heads)


def test_the_moment_of_a_checkpoint_is_the_same_in_every_zone() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=8)))
    there = make_checkpoint(number=1, made_at=elsewhere, previous=GENESIS, heads=some_heads())
    assert there.header_bytes() == some_checkpoint().header_bytes()


def test_the_short_root_stands_on_reports() -> None:
    assert short_root("0123456789abcdef" * 4) == "0123 4567 89ab cdef"
    with pytest.raises(ValueError, match="root"):
        short_root("0123")
