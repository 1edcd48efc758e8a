"""What a person wants by mail, and where to."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class WishForm(forms.Form):
    """The settings of one's own notices."""

    address = forms.EmailField(
        label=_("邮箱"), required=False, max_length=254, help_text=_("留空则不发邮件，通知只在收件箱里。")
    )
    orders = forms.BooleanField(label=_("直接交办的事项，立即发邮件"), required=False)
    digest = forms.BooleanField(label=_("每个工作日的工作提要，发邮件"), required=False)
    language = forms.ChoiceField(label=_("邮件的语言"), choices=settings.LANGUAGES)
