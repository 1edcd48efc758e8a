"""Amounts and rates of routes, as filters of templates."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from bihuan.domain.route import MONEY_WORD
from bihuan.web.amounts import amount_text, rate_text

register = template.Library()

register.filter("amount", amount_text)
register.filter("tenths", rate_text)


@register.filter
def unit_word(word: str) -> str:
    """What a quantity is counted in: 万元 in the reader's language, everything else as the unit wrote it."""
    return _("万元") if word == MONEY_WORD else word
