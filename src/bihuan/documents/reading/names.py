"""What the name of a unit and the name of a person look like in Chinese; nothing here knows any real one."""

from __future__ import annotations

import re
from functools import lru_cache

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔"
    "谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤常温康施文牛樊葛邢安"
    "齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛"
    "靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧"
    "闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢"
)
_DOUBLE = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "夏侯",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "东方",
    "南宫",
    "端木",
)
_HAN = re.compile(r"[\u3400-\u9fff·]{2,4}")

_UNIT_END = re.compile(
    r"(?:局|委|办|府|部|厅|院|处|科|室|股|队|所|站|中心|公司|集团|学校|中学|小学|大学|"
    r"学院|幼儿园|医院|卫生院|银行|街道|镇|乡|村|社区"
    r"|党委|党组|党总支|支部|工会|妇联|团委|残联|文联|科协|商会|会|社|县区|区县|县|区|"
    r"市|州|旗|场|馆|园|厂|店|企业|物业|库|段|网|团"
    r"|单位|部门|机关|乡镇|镇街|科室|处室|属地|各地|分局|支行|派出所|法庭|专班|小组|组|"
    r"业主|党支部|城管|公安|消防|税务|住建|环保|应急)"
    r"(?:[（(][^）)]*[）)])?$"
)
_TITLES = (
    r"(?:党[委组]?|总支|支部)?副?(?:书记|主任|局长|县长|区长|市长|镇长|乡长|村长|院长|"
    r"校长|所长|站长|科长|处长|部长|厅长|队长|会长|行长|主席|委员|"
    r"经理|总经理|董事长|厂长|组长|园长|秘书长|常委|检察长|主管|科员|专员|干事|股长|巡视员|调研员|工程师|组织员)"
)
_POST = re.compile(rf"[\u4e00-\u9fff]{{0,12}}{_TITLES}")
_TITLED = re.compile(rf"^.*{_TITLES}[:：]?(?P<name>[\u3400-\u9fff·]{{2,4}})$")
_TITLE_AFTER = re.compile(rf"^(?P<name>[\u3400-\u9fff·]{{2,4}}?)(?:同志|{_TITLES}.*)$")
# What stands before a post and looks like a name.
_NO_NAMES = frozenset(("常务", "党组", "主管", "分管", "时任", "原任"))


def is_post(text: str) -> bool:
    """Whether a text is the name of a post and no more (县委常委, 常务副县长)."""
    return bool(_POST.fullmatch(text))


@lru_cache(maxsize=16384)
def is_person(text: str) -> bool:
    """Whether a text is built like a person's name: a surname and one or two (after a double one) signs."""
    bare = text.replace(" ", "").replace("\u3000", "")
    if not _HAN.fullmatch(bare) or _UNIT_END.search(bare):
        return False
    if "·" in bare:
        return True
    return bare.startswith(_DOUBLE) or (len(bare) <= 3 and bare[0] in _SURNAMES)


@lru_cache(maxsize=16384)
def is_unit(text: str) -> bool:
    """Whether a text ends as the names of offices, firms and places do."""
    bare = text.strip()
    return 2 <= len(bare) <= 40 and bool(_UNIT_END.search(bare))


def without_title(text: str) -> str:
    """A person's name without the post beside it: 乡长罗平 → 罗平, 王强局长 → 王强."""
    for pattern in (_TITLED, _TITLE_AFTER):
        found = pattern.match(text)
        if found and is_person(found["name"]) and found["name"] not in _NO_NAMES:
            return found["name"]
    return text
