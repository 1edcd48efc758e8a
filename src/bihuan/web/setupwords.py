"""The set-up in words, in the reader's language: what a class holds, what a tier asks for, the limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.domain.case import Horizon, Terms, Urgency
from bihuan.domain.classes import IMPACT_NAMES
from bihuan.domain.deadlines import HORIZON_NAMES, URGENCY_NAMES
from bihuan.domain.flows import Kind, Tier, signers_named, tier_name
from bihuan.domain.setup import ProblemClass, SetUp
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Source


def tier_words(tier: Tier) -> tuple[str, str]:
    """What a tier is called, and who signs how often or how long it takes."""
    if tier.kind is Kind.NOTICE:
        days = ngettext("%(days)s个工作日", "%(days)s个工作日", tier.days) % {"days": tier.days}
        return _(tier_name(tier)), days if tier.days else _("按台账时限")
    if not tier.roles:
        return _(tier_name(tier)), _("上一级整改办")
    who = shown.listed([_(name) for name in signers_named(tier)])
    several = ngettext("%(count)s人签字", "%(count)s人签字", tier.quorum) % {"count": tier.quorum}
    return _(tier_name(tier)), f"{who} · {several}" if tier.quorum > 1 else who


def class_words(row: ProblemClass, setup: SetUp, sources: Mapping[str, Source]) -> list[tuple[str, str]]:
    """The conditions of a class, its flow and what differs for it, as pairs of a label and what it says."""
    fits = row.fits
    conditions = (
        (_("紧急程度"), [_(URGENCY_NAMES[Urgency(value)]) for value in sorted(fits.urgencies)]),
        (_("整改类型"), [_(HORIZON_NAMES[Horizon(value)]) for value in sorted(fits.horizons)]),
        (_("影响程度"), [_(IMPACT_NAMES[value]) for value in sorted(fits.impacts) if value in IMPACT_NAMES]),
        (_("问题来源"), [shown.source_name(sources[code]) for code in sorted(fits.sources) if code in sources]),
        (_("所属领域"), sorted(fits.categories)),
        (_("问题性质"), sorted(fits.natures)),
    )
    found = [(label, shown.listed(values)) for label, values in conditions if values]
    found = found or [(_("条件"), _("其余所有问题"))]
    found.append((_("销号流程"), _(setup.flow_of(row).name)))
    if row.lookback_days is not None:
        found.append((_("回头看"), _("销号%(days)s天后") % {"days": row.lookback_days}))
    if "ordinary_days" in row.terms:
        found.append((_("整改时限"), _("%(days)s天") % {"days": row.terms["ordinary_days"]}))
    if cap := row.terms.get("ordinary_cap"):
        found.append((_("延期上限"), _("%(times)s次，累计%(days)s天") % dict(cap)))
    return found


def limit_words(terms: Terms) -> list[tuple[str, str]]:
    """The limits in force, as pairs of a label and what it says."""
    unit = _("%(days)s个工作日") if terms.working_days else _("%(days)s天")
    rows = [(_("签收"), _("%(days)s个工作日") % {"days": terms.sign_days})]
    for urgency, name in URGENCY_NAMES.items():
        cap = terms.cap(urgency)
        extended = _("最多延期%(times)s次，累计%(days)s天") % {"times": cap.times, "days": cap.days}
        words = {"urgency": _(name)}
        rows.append((_("%(urgency)s问题") % words, f"{unit % {'days': terms.days(urgency)}}；{extended}"))
    yes, no = _("要"), _("不要")
    rows += [
        (_("现场核查"), yes if terms.check_required else no),
        (_("公示"), _("%(days)s个工作日") % {"days": terms.notice_days} if terms.notice_required else no),
        (_("报上级备案"), yes if terms.filing_required else no),
        (_("回头看"), _("销号%(days)s天后") % {"days": terms.lookback_days}),
        (_("“基本完成”"), _("进度达到%(percent)s%%可以申请") % {"percent": terms.mostly_progress}),
        (_("退单"), _("同一问题最多%(times)s次") % {"times": terms.declines}),
    ]
    return rows
