"""A file that came in today and is still being gone over.

It has a date that does not exist, a row without its problem, names that nobody has matched, one row that is three
problems, and one that is on the ledger already. One person has begun with it. Nothing of it is on the ledger.
"""

from __future__ import annotations

import io
from datetime import date, timedelta

import xlsxwriter  # type: ignore[import-untyped]

from bihuan.book import clock
from bihuan.demo.office import Office
from bihuan.domain.case import Role
from bihuan.intake import drafting, receiving, regrouping
from bihuan.intake.regrouping import Piece
from bihuan.ledger.models import Problem

NAME = "市人居环境秋季暗访问题清单（初稿）.xlsx"
TITLE = "云汀市人居环境秋季暗访问题清单"
HEAD = ("序号", "类别", "存在问题", "整改目标", "整改措施", "牵头单位", "配合单位", "整改时限", "备注")
SEVERAL = 5
"""The row, from 1, that is taken apart."""
Line = tuple[str, str, str, str, str, str, int | str, str]
LINES: tuple[Line, ...] = (
    (
        "环境卫生",
        "汀南农贸市场后巷垃圾满溢，夏季异味扰民。",
        "日产日清",
        "增设压缩箱2个；每日清运2次",
        "市城管局",
        "市市场监管局",
        30,
        "",
    ),
    (
        "水环境",
        "东港河柳林段有3处生活污水直排口。",
        "无直排口",
        "1.封堵排口3处\n2.接入市政管网",
        "水务局",
        "市住建局",
        "{year}年2月30日",
        "附照片",
    ),
    ("道路设施", "书院路人行道12块盲道砖缺失。", "", "11月底前补铺12块", "市住建局", "", 25, ""),
    ("道路设施", "", "", "补装警示柱6根", "市住建局", "", 20, "原表此处为空"),
    (
        "公共服务",
        "松林社区公厕夜间不开放；无障碍扶手松动；洗手台漏水",
        "",
        "1.延长开放至22时\n2.加固扶手4处\n3.更换水龙头3个",
        "市城管局",
        "各街道办事处",
        20,
        "",
    ),
    (
        "市容秩序",
        "文昌路早市占用非机动车道约80米。",
        "还路于民",
        "划定疏导点1处，设摊位40个",
        "市城管局",
        "市公安局、市市场监管局",
        35,
        "",
    ),
    (
        "园林绿化",
        "滨河公园西侧约200平方米绿地黄土裸露。",
        "",
        "补植草皮200平方米",
        "市园林中心",
        "",
        "立行立改",
        "",
    ),
    (
        "扬尘治理",
        "城北物流园堆场未覆盖，监测点超标4次。",
        "",
        "覆盖防尘网并每日洒水2次",
        "市生态环境局",
        "市交通运输局",
        "长期坚持",
        "",
    ),
)


def bring_in_a_list(office: Office, last: date) -> None:
    """The list comes in on the last day; the coordinator passes one row and takes another apart."""
    coordinator = office.actor("yunting", Role.COORDINATOR)
    if coordinator is None:
        return
    end = clock.now()
    with clock.moved_to(end - timedelta(hours=2)):
        reading = receiving.receive(
            actor=coordinator, ledger=office.ledgers["city"], name=NAME, chunks=[_workbook(last)]
        )
    with clock.moved_to(end - timedelta(hours=1)):
        drafting.pass_draft(actor=coordinator, reading=reading, place=1)
        draft = reading.drafts.get(place=SEVERAL)
        texts = draft.item["problem"].split("；")
        pieces = [Piece(text, (measure,)) for text, measure in zip(texts, draft.item["measures"], strict=True)]
        regrouping.split_draft(actor=coordinator, reading=reading, place=SEVERAL, pieces=pieces)


def _workbook(last: date) -> bytes:
    """The list as its writer left it; its last row repeats a problem that is on the ledger."""
    known = Problem.objects.filter(lead_unit__isnull=False, stage="under_way").order_by("id").first()
    rows = [*LINES]
    if known is not None and known.lead_unit is not None:
        rows.append(
            (
                "其他",
                f"{known.text.rstrip('。')}，至今未见改观。",
                "",
                "",
                known.lead_unit.name,
                "",
                40,
                "群众再次反映",
            )
        )
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("问题清单")
        sheet.merge_range(0, 0, 0, len(HEAD) - 1, TITLE)
        sheet.write_row(1, 0, HEAD)
        for place, row in enumerate(rows, start=1):
            due = row[6].format(year=last.year) if isinstance(row[6], str) else _day(last, row[6])
            sheet.write_row(place + 1, 0, [str(place), *row[:6], due, row[7]])
    return target.getvalue()


def _day(last: date, days: int) -> str:
    return (last + timedelta(days=days)).isoformat()
