"""Forms for units, people and posts, and the upload of a filled-in workbook."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.domain.case import Role
from bihuan.domain.codes import InvalidCode, check_division
from bihuan.domain.lifecycle import ROLE_NAMES
from bihuan.organisations.accounts import UnitKind
from bihuan.organisations.directory import Branch
from bihuan.organisations.importing import SPLIT, USERNAME
from bihuan.organisations.spreadsheets import KIND_NAMES
from bihuan.web import errors

if TYPE_CHECKING:
    from bihuan.organisations.models import Unit

INDENT = "\u3000"


class UnitChoiceField(forms.TypedChoiceField):
    """One of the units in use that the administrator keeps, shown as a tree; cleans to the unit."""

    def know(self, branches: Iterable[Branch]) -> None:
        """Take the units of `branches` as what may be chosen."""
        used = [branch for branch in branches if branch.unit.is_active]
        self.units = {branch.unit.pk: branch.unit for branch in used}
        self.choices = [("", "—"), *((b.unit.pk, INDENT * b.depth + b.unit.name) for b in used)]
        self.coerce = self._unit

    def _unit(self, value: str) -> Unit:
        return self.units[int(value)]


class UnitForm(forms.Form):
    """A unit to be added."""

    name = forms.CharField(label=_("单位全称"), max_length=120)
    kind = forms.ChoiceField(label=_("类型"))
    parent = UnitChoiceField(label=_("上级单位"))
    short_names = forms.CharField(
        label=_("简称"),
        required=False,
        max_length=300,
        help_text=_("文件里常用的叫法，多个用顿号隔开；导入台账时按它识别单位。"),
    )
    division_code = forms.CharField(
        label=_("区划代码"), required=False, max_length=12, help_text=_("选填，6、9或12位数字。")
    )

    def __init__(self, *args: Any, branches: Iterable[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, parent = self.fields["kind"], self.fields["parent"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(parent, UnitChoiceField)
        kind.choices = [(key.value, gettext(text)) for key, text in KIND_NAMES.items()]
        parent.know(branches)

    def clean_division_code(self) -> str:
        code = str(self.cleaned_data["division_code"])
        try:
            if code:
                check_division(code)
        except InvalidCode as wrong:
            raise ValidationError(errors.told(wrong.denied)) from wrong
        return code

    def clean_short_names(self) -> tuple[str, ...]:
        names = (part.strip() for part in SPLIT.split(self.cleaned_data["short_names"]))
        return tuple(dict.fromkeys(name for name in names if name))

    def clean_kind(self) -> UnitKind:
        return UnitKind(self.cleaned_data["kind"])


class PostForm(forms.Form):
    """A post: where, as what, under which title."""

    unit = UnitChoiceField(label=_("单位"))
    role = forms.ChoiceField(label=_("岗位"))
    title = forms.CharField(label=_("职务"), required=False, max_length=60)

    def __init__(self, *args: Any, branches: Iterable[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit, role = self.fields["unit"], self.fields["role"]
        assert isinstance(unit, UnitChoiceField)
        assert isinstance(role, forms.ChoiceField)
        unit.know(branches)
        role.choices = [("", "—"), *((key.value, gettext(text)) for key, text in ROLE_NAMES.items())]

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class PersonForm(PostForm):
    """Somebody new, with a first post."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    username = forms.CharField(
        label=_("用户名"), max_length=60, help_text=_("登录用，2至60个字母、数字或 . _ - @ +，以后不能改。")
    )
    field_order = ("name", "username", "unit", "role", "title")

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"])
        if not USERNAME.fullmatch(username):
            raise ValidationError(gettext("用户名只用字母、数字和 . _ - @ +，至少2个。"))
        return username


class WorkbookForm(forms.Form):
    """A workbook with units and people."""

    file = forms.FileField(
        label=_("填好的文件"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.et"}),
    )
