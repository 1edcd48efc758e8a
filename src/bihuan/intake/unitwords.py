"""How names of units are written and shortened: the words that matching looks for.

Data only, in the language of the files. No place, no office and nobody's name is listed here.
"""

from __future__ import annotations

import re
from itertools import permutations

LEVELS = "省市州盟县区旗"
"""Letters that begin a name for 'of the city', 'of the county': 市水利局."""

PLACE_ENDINGS = ("自治州", "自治县", "街道办事处", "街道", "省", "市", "州", "盟", "县", "区", "旗", "镇", "乡")

SHORTENED: tuple[tuple[str, str], ...] = (
    ("街道办事处", "街道"),
    ("人民政府", "政府"),
    ("管理委员会", "管委会"),
    ("委员会", "委"),
    ("办公室", "办"),
    ("有限责任公司", "公司"),
    ("股份有限公司", "公司"),
    ("有限公司", "公司"),
    ("管理局", "局"),
    ("监督局", "局"),
    ("和", ""),
    ("及", ""),
    ("与", ""),
)
"""Long and short ways of writing the same thing, applied from the top."""

ITSELF = frozenset({"", "政府", "委", "党委", "党委政府", "委政府", "党工委", "街道", "街道办", "办事处"})
"""What may follow the name of a place without naming anything but the place's own government."""

_ALL = r"(?:全[省市州县区旗])?(?:各有关|各相关|各|有关|相关|所有|沿线)"
SQUEEZED = str.maketrans("", "", "（）()〔〕[]、，,/／·及和与 ")
"""What is taken out before a phrase is held against the patterns below."""

_COUNTY_LEVEL = "|".join("".join(letters) for count in (4, 3, 2, 1) for letters in permutations("县市区旗", count))
ALL_COUNTIES = re.compile(rf"{_ALL}(?:{_COUNTY_LEVEL}|州市|市州|盟市|州|盟)(?P<rest>.*)")
ALL_TOWNSHIPS = re.compile(
    rf"{_ALL}(?:乡镇街道|镇乡街道|街道乡镇|镇街道|乡镇街|乡镇|镇乡|镇街|街镇|街道|乡|镇)(?P<rest>.*)"
)
ALL_BUREAUS = re.compile(
    r"(?:(?P<level>[省市州盟县区旗])直各?|各|有关|相关)(?:有关|相关|责任|成员|职能|牵头|配合)?(?:部门单位|单位部门|部门|单位|机关|局)"
)
OWN_GOVERNMENT = re.compile(r"(?:办事处|党工委|党委|委)?(?:人民政府|政府|管委会)?(?:党工委|党委)?")
BUREAU = re.compile(r".{1,12}(?:局|委|委员会|办|办公室|部|中心|站|所|队|大队|支队|院|会)")
