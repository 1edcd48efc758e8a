"""Forms for slips with one-time passwords, and for handing over a post."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.organisations.accounts import Newcomer
from bihuan.organisations.directory import Branch
from bihuan.organisations.importing import USERNAME
from bihuan.web.forms.organisation import UnitChoiceField

NOT_YET, EVERYBODY = "not_yet", "everybody"
KNOWN, NEW = "known", "new"


class SlipsForm(forms.Form):
    """For whom slips are made."""

    unit = UnitChoiceField(label=_("单位"), help_text=_("包括它下面的所有单位。"))
    who = forms.ChoiceField(
        label=_("发给"),
        choices=(
            (NOT_YET, _("还没有用上账号的人员（没有登录过，或没有改过一次性密码）")),
            (EVERYBODY, _("全部人员（正在使用的密码也会作废）")),
        ),
        widget=forms.RadioSelect,
    )
    address = forms.CharField(
        label=_("登录地址"), max_length=100, help_text=_("印在密码条上，应是本人的电脑能打开的地址。")
    )

    def __init__(self, *args: Any, branches: Iterable[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["unit"]
        assert isinstance(unit, UnitChoiceField)
        unit.know(branches)


class HandOverForm(forms.Form):
    """Who takes over a post: somebody with an account, or somebody new; and why."""

    kind = forms.ChoiceField(
        label=_("接任人"),
        choices=((KNOWN, _("已有账号")), (NEW, _("新开账号"))),
        initial=KNOWN,
        widget=forms.RadioSelect,
    )
    known = forms.CharField(
        label=_("接任人的用户名"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "colleagues", "autocomplete": "off"}),
        help_text=_("可以输入姓名，从列表中选。"),
    )
    name = forms.CharField(label=_("接任人姓名"), max_length=60)
    username = forms.CharField(
        label=_("新的用户名"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("登录用，2至60个字母、数字或 . _ - @ +，以后不能改。"),
    )
    reason = forms.CharField(label=_("移交原因"), max_length=200, help_text=_("如“工作调动”，会写进记录。"))
    work = forms.BooleanField(label=_("在办问题的责任人一并改为接任人"), required=False, initial=True)

    use_required_attribute = False  # of the two ways to name a successor one is hidden and stays empty

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self._not_asked():
            self.fields[field].required = False

    def _not_asked(self) -> tuple[str, ...]:
        """The fields of the way that was not chosen."""
        if not self.is_bound:
            return ()
        return ("known",) if self.data.get("kind") == NEW else ("name", "username")

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"])
        if username and not USERNAME.fullmatch(username):
            raise ValidationError(gettext("用户名只用字母、数字和 . _ - @ +，至少2个。"))
        return username

    def clean(self) -> dict[str, Any]:
        for field in self._not_asked():
            self.fields[field].required = True  # shown again, either way has to be filled in
        return super().clean() or {}

    @property
    def newcomer(self) -> Newcomer | None:
        """The person to be given an account; None where the successor has one."""
        said = self.cleaned_data
        return Newcomer(said["name"].strip(), said["username"]) if said["kind"] == NEW else None
