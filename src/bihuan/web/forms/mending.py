"""Forms that mend what the office itself did: a correction of the wording, a reason for taking something back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.ledger.actions.classing import Classes
from bihuan.ledger.actions.correcting import Mended
from bihuan.ledger.actions.register import Origin
from bihuan.ledger.queries import sources
from bihuan.web.forms.moves import MoveForm, words
from bihuan.web.forms.problems import ORIGIN_NAMES, impact_field, nature_field, natures
from bihuan.web.templatetags.bihuan import source_name, unit_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from django.forms import BoundField
    from django.utils.functional import _StrPromise

    from bihuan.ledger.models import Measure

WORDING_LENGTH = 40_000
"""A text that came with a file may be as long as a cell holds."""


def _wording(label: str | _StrPromise, rows: int, *, required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=WORDING_LENGTH, widget=area)


class Correct(MoveForm):
    """The wording and classes of a dispatched problem as they stand, and why they are mended."""

    title = forms.CharField(label=_("标题"), max_length=120)
    text = _wording(_("问题内容"), 5)
    goal = _wording(_("整改目标"), 3, required=False)
    category = forms.CharField(label=_("类别"), required=False, max_length=60)
    source = forms.TypedChoiceField(label=_("来源"), required=False, coerce=int, empty_value=None)
    origin = forms.ChoiceField(label=_("新旧"), choices=list(ORIGIN_NAMES.items()))
    nature = nature_field()
    impact = impact_field()
    reason = words(_("更正的理由"), hint=_("哪里写错了、依据什么改；会同前后内容一起留在记录里。"), rows=3)

    template = "web/act/correct.html"
    prefilled = True

    def prepare(self) -> None:
        assert self.about is not None
        problem = self.about.problem
        for name in ("title", "text", "goal", "category", "origin", "nature", "impact"):
            self.fields[name].initial = getattr(problem, name)
        chosen = self.fields["source"]
        assert isinstance(chosen, forms.ChoiceField)
        offered = {row.pk: source_name(row) for row in sources()}
        if problem.source is not None:  # one no longer in use stays what it is
            offered.setdefault(problem.source.pk, source_name(problem.source))
        chosen.choices = [("", "—"), *offered.items()]
        chosen.initial = problem.source_id
        for key, label, value in self._parts():
            long = key.startswith("measure")
            self.fields[key] = (
                _wording(label, 2) if long else forms.CharField(label=label, required=False, max_length=60)
            )
            self.fields[key].initial = value

    def _parts(self) -> Iterator[tuple[str, str, str]]:
        """Field name, label and present wording of everything that hangs on the problem."""
        assert self.about is not None
        for row in self.about.responsibilities:
            if not row.dropped:
                label = gettext("%(unit)s负责人") % {"unit": unit_name(row.unit)}
                yield f"person-{row.id.hex}", label, row.person
        for measure in self._own_measures():
            yield (
                f"measure-{measure.id.hex}",
                gettext("第%(place)s项措施") % {"place": measure.place},
                measure.text,
            )

    def _own_measures(self) -> list[Measure]:
        """Those that are not carried out by problems below, where their wording is mended."""
        return [row for row in self.about.measures if row.part_id is None] if self.about else []

    @property
    def natures(self) -> list[str]:
        """What is offered as nature."""
        return natures()

    @property
    def part_fields(self) -> list[BoundField]:
        """The fields of persons and measures."""
        return [self[key] for key, _label, _value in self._parts()]

    @property
    def parts_wrong(self) -> bool:
        """Is there something to mend among them?"""
        return any(field.errors for field in self.part_fields)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and self.about is not None:
            said["mended"] = Mended(
                title=said["title"],
                text=said["text"],
                category=said["category"],
                goal=said["goal"],
                source_id=said["source"],
                origin=Origin(said["origin"]),
                classes=Classes(said["nature"], said["impact"]),
                measures=self._said("measure", (row.id for row in self._own_measures())),
                persons=self._said("person", (row.id for row in self.about.responsibilities if not row.dropped)),
            )
        return said

    def _said(self, kind: str, ids: Iterable[UUID]) -> dict[UUID, str]:
        return {id_: self.cleaned_data[f"{kind}-{id_.hex}"] for id_ in ids}


class Recall(MoveForm):
    """Why an order is taken back."""

    reason = words(_("撤回的理由"), hint=_("以后重新交办时，责任单位在记录里看得到。"), rows=3)


class Undo(forms.Form):
    """Why a whole dispatch or import is taken back."""

    reason = words(_("撤回的理由"), hint=_("逐个记入问题的办理记录。"), rows=3)
