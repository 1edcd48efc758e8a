"""Secrets in the home folder: made once, read whole, for the owner alone."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from bihuan.book.home import secret


def test_a_secret_is_made_once_and_kept(tmp_path):
    path = tmp_path / "keys" / "word"
    first = secret(path)
    assert len(first) > 40
    assert secret(path) == first == path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_secret_that_is_given_is_taken_only_where_there_is_none(tmp_path):
    path = tmp_path / "word"
    assert secret(path, b"mine") == b"mine"
    assert secret(path, b"yours") == b"mine"


def test_many_at_once_agree_and_nobody_reads_half_of_it(tmp_path):
    path = tmp_path / "word"
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda n: secret(path, b"%04d" % n * 1000), range(64)))
    assert len(set(made)) == 1
    assert len(made[0]) == 4000
    assert [entry.name for entry in tmp_path.iterdir()] == ["word"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into every folder")
def test_a_folder_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        secret(tmp_path / "word")
    assert list(tmp_path.iterdir()) == []
