"""Invented problems in any number, each with a place of its own, for tests of many texts."""

from __future__ import annotations

from random import Random

HEADS = "云柳青松滨槐兰金东石竹春晨翠凤梧"
TAILS = "溪塘石林荫亭鹭沙屏岭禾晖曦苑景桐"
KINDS = ("镇", "村", "路", "小区", "社区", "小学", "水库")
FAULTS = (
    "雨水井盖缺失", "污水处理站设备老化", "消防通道被占用", "路灯不亮", "占道经营", "堆放垃圾", "拖欠工程款",
    "油烟直排", "护栏锈蚀断裂", "电梯停用", "化粪池堵塞", "工地扬尘未覆盖", "校车超员", "补助资金未发放到户",
)  # fmt: skip
MORE = (
    "群众多次反映未解决", "责任单位未按期整改", "部门之间互相推诿", "设施管护责任不清", "巡查记录不完整",
    "整改方案没有完成时限", "维修资金未落实", "举一反三不够",
)  # fmt: skip


def problems(count: int, seed: int = 1) -> list[str]:
    """`count` problems, no two of them in the same place; always the same ones for a seed."""
    chance = Random(seed)
    places = [
        f"{a}{b}{kind}{number}号"
        for a in HEADS
        for b in TAILS
        for kind in KINDS
        for number in (3, 18, 46, 91, 125)
    ]
    chance.shuffle(places)
    return [
        f"{place}{chance.choice(FAULTS)}，{'，'.join(chance.sample(MORE, chance.randint(1, 3)))}。"
        for place in places[:count]
    ]
