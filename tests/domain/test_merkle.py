"""Merkle trees against the published vectors and against the definition itself."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[1] / "vectors" / "merkle"
LEAVES = st.lists(st.binary(max_size=4), min_size=1, max_size=40, unique=True)


def vectors(name: str) -> list[Any]:
    return [pytest.param(case, id=case["case"]) for case in json.loads((VECTORS / name).read_text())]


def proof_of(case: dict[str, Any]) -> list[bytes]:
    return [b64decode(node) for node in case["proof"] or []]


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


@pytest.mark.parametrize("case", vectors("inclusion.json"))
def test_published_inclusion(case: dict[str, Any]) -> None:
    verified = verify_inclusion(
        index=case["leafIdx"],
        size=case["treeSize"],
        leaf=b64decode(case["leafHash"]),
        proof=proof_of(case),
        root=b64decode(case["root"]),
    )
    assert verified is not case["wantErr"]


@pytest.mark.parametrize("case", vectors("consistency.json"))
def test_published_consistency(case: dict[str, Any]) -> None:
    verified = verify_consistency(
        size=case["size1"],
        new_size=case["size2"],
        root=b64decode(case["root1"] or ""),
        new_root=b64decode(case["root2"] or ""),
        proof=proof_of(case),
    )
    assert verified is not case["wantErr"]


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert root(leaves) == by_definition(leaves)


@given(LEAVES, st.data())
def test_every_leaf_is_proved_and_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.integers(0, len(leaves) - 1))
    proof, top = inclusion_proof(leaves, index), root(leaves)

    def proved(at: int, leaf: bytes, nodes: Sequence[bytes]) -> bool:
        return verify_inclusion(index=at, size=len(leaves), leaf=leaf_hash(leaf), proof=nodes, root=top)

    assert proved(index, leaves[index], proof)
    assert proved(other, leaves[index], proof) == (other == index)
    assert not proved(index, leaves[index] + b"x", proof)
    assert not proved(index, leaves[index], [*proof, top])
    assert not proof or not proved(index, leaves[index], proof[:-1])


@given(LEAVES, st.data())
def test_growth_is_proved_and_a_rewritten_past_is_not(leaves: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(leaves)))
    proof = consistency_proof(leaves, size)

    def proved(start: Sequence[bytes], nodes: Sequence[bytes]) -> bool:
        return verify_consistency(
            size=size, new_size=len(leaves), root=root(start), new_root=root(leaves), proof=nodes
        )

    assert proved(leaves[:size], proof)
    assert not proved([*leaves[: size - 1], leaves[size - 1] + b"x"], proof)
    assert not proved(leaves[:size], [*proof, root(leaves)])
    assert not proof or not proved(leaves[:size], proof[:-1])


def test_there_is_no_proof_of_what_is_not_there() -> None:
    for index in (-1, 3):
        with pytest.raises(IndexError):
            inclusion_proof([b"a", b"b", b"c"], index)
    for size in (0, 4):
        with pytest.raises(IndexError):
            consistency_proof([b"a", b"b", b"c"], size)
