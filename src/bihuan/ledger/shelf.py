"""Ledgers by the name that somebody at the machine gives; nothing here asks what an actor may see."""

from __future__ import annotations

from bihuan.domain.refusals import Denied, Refused, say
from bihuan.ledger.models import Ledger


def find_ledger(word: str) -> Ledger:
    """The ledger with this prefix or name, with its office; raises `Refused` for none or more than one."""
    rows = Ledger.objects.select_related("office").order_by("id")
    found = list(rows.filter(prefix=word)) or list(rows.filter(name=word))
    if len(found) == 1:
        return found[0]
    if found:
        listed = "; ".join(f"{ledger.prefix} ({ledger.office.name})" for ledger in found)
        text = say("有不止一本台账叫“%(name)s”：%(ledgers)s。")
        raise Refused(Denied(text, say("请改用编号前缀。"), {"name": word, "ledgers": listed}))
    known = "; ".join(f"{ledger.prefix} {ledger.name}" for ledger in rows[:20])
    text = say("没有台账“%(name)s”。")
    if not known:
        raise Refused(Denied(text, say("还没有台账，请先在页面上新建。"), {"name": word}))
    raise Refused(Denied(text, say("现有台账：%(known)s。"), {"name": word, "known": known}))
