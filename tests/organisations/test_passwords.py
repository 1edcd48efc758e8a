"""What is said of a password that is too short, in the reader's language."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", "密码太短，至少要有10个字符。"),
        ("en", "The password is too short: it needs at least 10 characters."),
    ],
)
def test_a_short_password_is_refused_in_the_readers_language(language, said):
    with translation.override(language), pytest.raises(ValidationError) as caught:
        validate_password("qz7-wk3x9")
    assert caught.value.messages == [said]


def test_ten_characters_are_enough():
    validate_password("qz7-wk3x9m")
