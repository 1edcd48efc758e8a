"""The steps that a page offers on one thing: each a small form of its own, sent to the page itself.

Which steps are offered and what they do is said by the page; here they are shown, and the one that was sent is
taken. A refusal stays with its form, and what was typed with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _

from bihuan.domain.refusals import Refused
from bihuan.web import errors
from bihuan.web.gate import SignedInRequest

Said = Mapping[str, Any]


class NothingForm(forms.Form):
    """A step that asks nothing."""


@dataclass(frozen=True)
class Step:
    """What a button does: its form, the one action it calls, and what is said when it is done.

    `open` shows the form at once; else it is unfolded. `options` are handed to the form.
    """

    verb: str
    perform: Callable[[Said], object]
    done: str
    form: type[forms.Form] = NothingForm
    hint: str = ""
    danger: bool = False
    open: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """A step with its form as shown."""

    code: str
    step: Step
    form: forms.Form
    main: bool


@dataclass(frozen=True)
class Answer:
    """What came of a request: the steps to show, whether one was `done`, and the status of the page."""

    steps: list[Shown]
    done: bool = False
    status: int = 200


def answer(request: SignedInRequest, steps: Mapping[str, Step]) -> Answer:
    """Take the step that was sent, if it is offered; show all of them else."""
    sent = request.POST.get("step", "") if request.method == "POST" else ""
    shown, status, primary = [], 200, True
    if request.method == "POST" and sent not in steps:
        messages.error(request, _("这一步现在不能办理，请刷新后再看。"))
        return Answer([], done=True)
    for code, step in steps.items():
        form = step.form(request.POST if code == sent else None, prefix=code, **step.options)
        if code == sent:
            if form.is_valid() and _done(request, step, form):
                return Answer([], done=True)
            status = 422
        shown.append(Shown(code, step, form, primary and step.open))
        primary = primary and not step.open
    return Answer(shown, status=status)


def _done(request: SignedInRequest, step: Step, form: forms.Form) -> bool:
    try:
        step.perform(form.cleaned_data)
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return False
    messages.success(request, _(step.done))
    return True
