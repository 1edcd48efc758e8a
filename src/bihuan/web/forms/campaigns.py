"""Forms of campaigns: what a campaign is to be, an item, the summary; and the moves in and out of a campaign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.book import clock
from bihuan.ledger.actions.campaigns import NAME_LENGTH, TITLE_LENGTH, Plan
from bihuan.ledger.campaigns import items_of, open_for_enlisting
from bihuan.ledger.files import StoredFile, store
from bihuan.web.forms.days import DayField
from bihuan.web.forms.moves import MoveForm, words

if TYPE_CHECKING:
    from bihuan.ledger.choices import Named
    from bihuan.organisations.access import Actor

Group = tuple[str, list[tuple[str, str]]]


class Enlist(MoveForm):
    """Which campaign, and which of its items."""

    place = forms.ChoiceField(
        label=_("专项和事项"), help_text=_("只列出正在进行、本单位可以列入的专项；换专项要先移出原来的。")
    )

    def prepare(self) -> None:
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *(_places(self.actor) if self.actor else [])]

    def clean_place(self) -> tuple[int, int | None]:
        """The ids of the campaign and of its item."""
        campaign, _dash, item = str(self.cleaned_data["place"]).partition("-")
        return int(campaign), int(item) if item else None


def _places(actor: Actor) -> list[Group]:
    found = open_for_enlisting(actor, clock.today())
    items = items_of(seen.campaign.pk for seen in found)
    return [
        (
            seen.campaign.name,
            [
                *((f"{seen.campaign.pk}-{item.pk}", item.title) for item in items.get(seen.campaign.pk, ())),
                (f"{seen.campaign.pk}-", gettext("不分事项")),
            ],
        )
        for seen in found
    ]


class Delist(MoveForm):
    """Why a problem leaves its campaign."""

    reason = words(_("移出的理由"), rows=3)


class PlanForm(forms.Form):
    """What a campaign is to be."""

    name = forms.CharField(label=_("专项名称"), max_length=NAME_LENGTH)
    goal = words(_("整治目标"), required=False, hint=_("到什么时候、做到什么程度。"), rows=3)
    starts = DayField(label=_("开始日期"))
    ends = DayField(label=_("结束日期"), help_text=_("过了这一天，不能再列入问题。"))
    lead_unit = forms.TypedChoiceField(label=_("牵头单位"), coerce=int)
    members = forms.TypedMultipleChoiceField(
        label=_("成员单位"),
        coerce=int,
        error_messages={"required": _("还没有选择成员单位。")},
        help_text=_("选一个单位，它的下级都参加；下级单位可以自己增加事项。"),
    )
    scheme = forms.FileField(
        label=_("方案文件"), required=False, help_text=_("PDF、Word或图片；只有看得到这个专项的人可以下载。")
    )

    def __init__(self, *args: Any, units: Sequence[Named], own: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units, self.own = units, own
        depth = min((unit.more.count("/") for unit in units), default=0)
        for name, rows in (
            ("lead_unit", [(u.id, "\u3000" * (u.more.count("/") - depth) + u.name) for u in units]),
            ("members", [(u.id, u.name) for u in units if u.id != str(own)]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = rows

    @property
    def branches(self) -> list[dict[str, Any]]:
        """The units right below the own one with all below each, each with whether it is chosen."""
        chosen = {str(value) for value in self["members"].value() or ()}
        below: dict[str, list[dict[str, Any]]] = defaultdict(list)
        heads: list[dict[str, Any]] = []
        for unit in self.units:
            head, deeper = _below(unit, self.own)
            row: dict[str, Any] = {"id": unit.id, "name": unit.name, "chosen": unit.id in chosen}
            if deeper:
                below[head].append(row)
            elif head:
                heads.append(row)
        for row in heads:
            row["below"] = below[row["id"]]
            row["opened"] = any(other["chosen"] for other in row["below"])
        return heads

    def plan(self, stored: StoredFile | None = None) -> Plan:
        """The plan as it was filled in, with the scheme document that was stored."""
        said = self.cleaned_data
        return Plan(
            name=said["name"],
            lead_unit_id=said["lead_unit"],
            member_unit_ids=said["members"],
            starts=said["starts"],
            ends=said["ends"],
            goal=said["goal"],
            scheme=stored,
        )

    def stored(self) -> StoredFile | None:
        """The scheme document, stored; raises `Refused` for a file of a type that is not taken."""
        upload = self.cleaned_data.get("scheme")
        return store(upload.name or "", upload.chunks()) if upload else None


def _below(unit: Named, own: int) -> tuple[str, bool]:
    """The unit right below `own` on the line to `unit` (empty for `own` itself), and whether `unit` is deeper."""
    line = unit.more.strip("/").split("/")
    place = line.index(str(own)) + 1
    return (line[place], place < len(line) - 1) if place < len(line) else ("", False)


class ItemForm(forms.Form):
    """An item of a campaign."""

    title = forms.CharField(label=_("事项名称"), max_length=TITLE_LENGTH)
    text = words(_("说明"), required=False, hint=_("整治什么，到什么程度。"), rows=3)


class CloseForm(forms.Form):
    """The summary with which a campaign ends."""

    summary = words(_("专项总结"), hint=_("做了什么、解决了什么、形成了什么制度、还剩什么。"), rows=10)
