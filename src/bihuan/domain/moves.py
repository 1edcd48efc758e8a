"""The names of everything that can be done to a problem. What each needs is decided in `lifecycle`, not here."""

from __future__ import annotations

from enum import StrEnum


class Move(StrEnum):
    """Everything that can be done to a problem that stands on a ledger."""

    REGISTER = "register"
    ENTER = "enter"
    AMEND = "amend"
    DISPATCH = "dispatch"
    SIGN = "sign"
    CONFIRM_SIGNATURE = "confirm_signature"
    SET_MEASURES = "set_measures"
    REPORT = "report"
    ASK_EXTENSION = "ask_extension"
    SIGN_EXTENSION = "sign_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    ASK_CLOSEOUT = "ask_closeout"
    CHECK = "check"
    ACCEPT = "accept"
    RETURN = "return"
    PUBLISH = "publish"
    CLOSE = "close"
    PLAN_LOOKBACK = "plan_lookback"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    SUSPEND = "suspend"
    RESUME = "resume"
    MERGE = "merge"
    WITHDRAW = "withdraw"
    WARN = "warn"
    LIFT_WARNING = "lift_warning"
    CORRECT = "correct"
    RECALL = "recall"
    WITHDRAW_IMPORT = "withdraw_import"
    TAKE_OVER = "take_over"
    RESTATE = "restate"
    HAND_OVER = "hand_over"
    REGROUP = "regroup"
