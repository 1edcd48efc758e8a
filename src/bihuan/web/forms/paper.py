"""The paper behind a step on behalf of a unit: the file, the day on it, and who signed it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.ledger.actions.behalf import NAME_LENGTH, Behalf
from bihuan.ledger.files import StoredFile, store
from bihuan.web.forms.days import DayField

if TYPE_CHECKING:
    from collections.abc import Sequence


class PaperForm(forms.Form):
    """Asked beside the form of any move that is made on behalf. A paper handed in before may be chosen again."""

    prefix = "paper"

    file = forms.FileField(
        label=_("单位交来的材料"),
        required=False,
        help_text=_("签字盖章件的扫描件或照片，或单位填好的Excel。一份材料可以用于几个问题。"),
    )
    earlier = forms.ChoiceField(label=_("或用交过的材料"), required=False)
    signed_by = forms.CharField(
        label=_("材料上的签字人"), max_length=NAME_LENGTH, help_text=_("照材料填写姓名，例如单位负责人。")
    )
    occurred_on = DayField(label=_("材料上的日期"), help_text=_("实际签收、填报的日子；记录上同时写明今天代填。"))

    def __init__(self, *args: Any, unit_id: int, papers: Sequence[StoredFile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit_id = unit_id
        self.papers = {paper.sha256: paper for paper in papers}
        chosen = self.fields["earlier"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", "—"), *((paper.sha256, paper.name) for paper in papers)]
        if not papers:
            del self.fields["earlier"]
            self.fields["file"].required = True
            self.fields["file"].error_messages["required"] = gettext("还没有附上材料：代填要有单位交来的材料。")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if "file" not in self.errors and not said.get("file") and not said.get("earlier"):
            raise ValidationError({"file": gettext("还没有附上材料：代填要有单位交来的材料。")})
        return said

    def behalf(self, *, stored: bool) -> Behalf:
        """The unit and its paper; the file is stored only where `stored`, after the rules have been asked.

        Raises `Refused` for a file of a type that is not taken, or where the disk is full.
        """
        said = self.cleaned_data
        upload = said.get("file")
        if not upload:
            paper = self.papers[said["earlier"]]
        elif stored:
            paper = store(upload.name or "", upload.chunks())
        else:
            paper = StoredFile(upload.name or "", 0, "", "")
        return Behalf(self.unit_id, paper, said["signed_by"])
