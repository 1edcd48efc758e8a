"""SM3 against the standard's examples, with and without OpenSSL's own."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.sm3 import sm3, sm3_plain

CASES = json.loads((Path(__file__).parents[1] / "vectors" / "cn" / "crypto" / "sm3.json").read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["msg_utf8"][:6] or "empty")
def test_published_digests(case: dict[str, str]) -> None:
    message = case["msg_utf8"].encode()
    assert sm3(message) == sm3_plain(message) == case["digest"]


@given(st.binary(max_size=200))
def test_both_ways_agree(data: bytes) -> None:
    assert sm3(data) == sm3_plain(data)


def test_an_interpreter_without_sm3_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*args: object, **kwargs: object) -> None:
        raise ValueError("unsupported hash type sm3")

    monkeypatch.setattr(hashlib, "new", absent)
    assert sm3(b"abc") == CASES[0]["digest"]
