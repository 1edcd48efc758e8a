"""Parts of a page that are kept: right in every language, and blind for whoever reads the page."""

from __future__ import annotations

from typing import Any

from django.template import Context, Template
from django.utils import translation

from bihuan.web.templatetags import fixed


def _shown(template: Template, **values: Any) -> str:
    return str(template.render(Context(values)))


def test_each_language_has_its_own_words():
    page = Template("{% load i18n fixed %}{% fixed %}{% translate '台账' %}{% endfixed %}")
    for _again in range(2):
        with translation.override("zh-hans"):
            assert _shown(page) == "台账"
        with translation.override("en"):
            assert _shown(page) != "台账"


def test_nothing_of_the_page_gets_in_but_what_is_named():
    page = Template("{% load fixed %}{% fixed here %}{{ here }} {{ reader }}{% csrf_token %}{% endfixed %}")
    assert _shown(page, here="desk", reader="甲", csrf_token="secret") == "desk "
    assert _shown(page, here="ledger", reader="乙") == "ledger "
    assert _shown(page, here="desk", reader="乙") == "desk "


def test_what_is_named_is_escaped_as_anywhere_else():
    page = Template("{% load fixed %}{% fixed here %}{{ here }}{% endfixed %}")
    assert _shown(page, here="<b>") == "&lt;b&gt;"


def test_ever_new_values_do_not_fill_the_memory():
    page = Template("{% load fixed %}{% fixed here %}{{ here }}{% endfixed %}")
    for number in range(3 * fixed.MOST):
        assert _shown(page, here=number) == str(number)
    (node,) = [node for node in page.nodelist if isinstance(node, fixed.Fixed)]
    assert len(node.written) <= fixed.MOST
