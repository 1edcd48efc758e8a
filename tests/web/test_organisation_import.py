"""Units and people from a workbook: every fault by its cell, nothing written before, all or nothing after."""

from __future__ import annotations

import base64
import io
import re
from datetime import timedelta
from html import unescape

import openpyxl
import pytest
from django.contrib.auth import authenticate
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.book.models import Entry
from bihuan.ledger.actions.regrouping import merge
from bihuan.organisations.models import Person, Post, Unit
from bihuan.organisations.spreadsheets import passwords_workbook, template
from tests.web.test_problem import text_of
from tests.world import START, days_later

UNIT_HEAD = ("单位全称", "简称", "类型", "上级单位", "区划代码")
PERSON_HEAD = ("姓名", "用户名", "单位", "岗位", "职务")
UNITS = (
    ("石桥镇", "", "乡镇街道", "青屏县", 330129101),
    ("青屏县", "", "党委政府", "", "330129"),
    ("青屏县教育局", "青屏教育局、县教体局", "部门", "青屏县", ""),
)
PEOPLE = (
    ("冉月明", "ranym", "青屏县", "整改办人员", "副主任"),
    ("时雨辰", "shiyc", "石桥镇", "联络员", ""),
    ("时雨辰", "shiyc", "青屏县教育局", "联络员", ""),
)


def workbook(units=(), people=(), heads=(UNIT_HEAD, PERSON_HEAD), names=("单位", "人员")):
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, head, rows in zip(names, heads, (units, people), strict=True):
        sheet = book.create_sheet(name)
        for row in (head, *rows):
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def admin(sign_in):
    return sign_in("administrator")


@pytest.fixture
def upload(admin):
    def send(content, client=admin):
        return client.post("/units/import/", {"file": SimpleUploadedFile("单位和人员.xlsx", content)})

    return send


def told(answer):
    return text_of(answer.content.decode())


def signed(answer):
    return unescape(re.findall(r'name="plan" value="([^"]+)"', answer.content.decode())[0])


def faults(answer):
    html = answer.content.decode()
    rows = re.findall(r'<tr><td class="nowrap">([^<]*)</td><td>([^<]*)</td></tr>', html)
    return {unescape(place): unescape(text) for place, text in rows}


def test_nothing_is_written_before_it_is_confirmed_and_all_of_it_after(upload, admin, world):
    before = Entry.objects.count()
    preview = upload(workbook(UNITS, PEOPLE))
    assert "将增加3个单位、2名人员、3个岗位" in told(preview)
    assert Entry.objects.count() == before
    done = admin.post("/units/import/", {"plan": signed(preview)})
    assert "导入完成" in told(done)
    county = Unit.objects.get(name="青屏县")
    town = Unit.objects.get(name="石桥镇")
    assert (county.parent, town.parent) == (world.units["city"], county)
    assert (town.division_code, town.kind) == ("330129101", "township")
    assert Unit.objects.get(name="青屏县教育局").short_names == ["青屏教育局", "县教体局"]
    person = Person.objects.get(username="shiyc")
    assert set(person.posts.values_list("unit__name", "role")) == {
        ("石桥镇", "liaison"),
        ("青屏县教育局", "liaison"),
    }
    assert Entry.objects.filter(subject__in=[county.uid, person.uid]).count() == 2


def test_the_passwords_are_handed_out_once_and_work(upload, admin):
    done = admin.post("/units/import/", {"plan": signed(upload(workbook(UNITS, PEOPLE)))})
    file, name = re.findall(r'href="data:[^;]+;base64,([^"]+)" download="([^"]+)"', done.content.decode())[0]
    assert name == "一次性密码名单.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(base64.b64decode(unescape(file)))).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))[1:]
    assert [row[:3] for row in rows] == [("冉月明", "青屏县", "ranym"), ("时雨辰", "石桥镇", "shiyc")]
    for row in rows:
        assert authenticate(username=row[2], password=row[3])
        assert Person.objects.get(username=row[2]).must_change_password
        assert not Entry.objects.filter(body__contains=str(row[3])).exists()
        assert row[4] == (START + timedelta(days=14)).isoformat()
        slips = done.content.decode().partition('class="slips"')[2]
        assert slips.count(str(row[3])) == 1
    assert done["Cache-Control"] == "no-store"


def test_a_second_time_everything_is_there_already(upload, admin):
    content = workbook(UNITS, PEOPLE)
    preview = upload(content)
    admin.post("/units/import/", {"plan": signed(preview)})
    again = admin.post("/units/import/", {"plan": signed(preview)})
    assert "没有新增账号" in told(again)
    assert "没有要增加的" in told(upload(content))
    assert Unit.objects.filter(name="青屏县").count() == 1
    assert Post.objects.filter(person__username="shiyc").count() == 2


def test_every_fault_is_named_by_its_cell(upload):
    answer = upload(
        workbook(
            [
                ("青屏县", "", "衙门", "", "33012"),
                ("东坪镇", "", "乡镇街道", "没有这个县", ""),
                ("", "", "部门", "", ""),
                ("西坪镇", "", "乡镇街道", "南坪镇", ""),
                ("南坪镇", "", "乡镇街道", "西坪镇", ""),
                ("市图书馆", "", "事业单位", "", ""),
                ("市图书馆", "", "事业单位", "", ""),
            ],
            [
                ("冉月明", "ran ym", "教体局", "整改办人员", ""),
                ("路人", "liaison", "市水利局", "联络员", ""),
                ("甲乙", "jiayi", "市水利局", "系统管理员", ""),
                ("甲乙", "jiayi", "市水利局", "联络员", ""),
                ("丙丁", "jiayi", "市水利局", "大王", ""),
                ("", "wuji", "", "联络员", ""),
            ],
        )
    )
    found = faults(answer)
    assert "类型“衙门”不在可选之列" in found["单位!C2"]
    assert "区划代码应为 6、9 或 12 位，现为 5 位" in found["单位!E2"]
    assert "没有找到单位“没有这个县”" in found["单位!D3"]
    assert "没有填写单位全称" in found["单位!A4"]
    assert "上级单位绕成了圈" in found["单位!D5"]
    assert "同一上级下有两行" in found["单位!A7"]
    assert "没有找到单位“教体局”" in found["人员!C2"]
    assert "用户名“ran ym”不合要求" in found["人员!B2"]
    assert "已被他人使用" in found["人员!B3"]
    assert "不能兼任业务岗位" in found["人员!D5"]
    assert "前面写的是另一个姓名" in found["人员!A6"]
    assert "岗位“大王”不在可选之列" in found["人员!D6"]
    assert "没有填写任职单位" in found["人员!C7"]
    assert list(found) == sorted(found, key=lambda place: (place[:2] != "单位", int(place[4:])))
    assert 'name="plan"' not in answer.content.decode()


def test_a_plan_with_faults_is_not_carried_out_even_if_it_is_sent(upload, admin, world):
    preview = upload(workbook(UNITS, PEOPLE))
    Person.objects.filter(username="liaison").update(username="ranym")
    before = Entry.objects.count()
    answer = admin.post("/units/import/", {"plan": signed(preview)})
    assert "没有写入任何内容" in told(answer)
    assert not Unit.objects.filter(name="青屏县").exists()
    assert Entry.objects.count() == before


def test_a_tampered_or_foreign_plan_is_refused(upload, admin, sign_in, world):
    plan = signed(upload(workbook(UNITS, PEOPLE)))
    assert "预览已经过期" in told(admin.post("/units/import/", {"plan": plan[:-2] + "xx"}))
    assert sign_in("coordinator").post("/units/import/", {"plan": plan}).status_code == 403
    assert not Unit.objects.filter(name="青屏县").exists()


def test_a_name_that_two_units_bear_has_to_be_told_apart(upload, admin, world):
    same = [
        ("教育局", "", "部门", "禾丰县", ""),
        ("青屏县", "", "党委政府", "", ""),
        ("教育局", "", "部门", "青屏县", ""),
    ]
    answer = upload(workbook(same, [("冉月明", "ranym", "教育局", "联络员", "")]))
    assert "有2个单位都叫“教育局”" in faults(answer)["人员!C2"]
    answer = upload(workbook(same, [("冉月明", "ranym", "青屏县/教育局", "联络员", "")]))
    admin.post("/units/import/", {"plan": signed(answer)})
    post = Post.objects.get(person__username="ranym")
    assert (post.unit.name, post.unit.parent) == ("教育局", Unit.objects.get(name="青屏县"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"nothing of the kind", "内容却不是工作簿"),
        (b"", "文件是空的"),
        (workbook(names=("一", "二"), units=UNITS), "没有“单位”工作表"),
        (b"PK\x03\x04broken", "文件已损坏"),
    ],
)
def test_what_is_no_such_workbook_is_told(upload, content, reason):
    answer = upload(content)
    assert answer.status_code == 200
    assert reason in told(answer)


def test_missing_columns_are_named(upload):
    answer = upload(workbook([("青屏县", "部门")], heads=(("单位全称", "简称"), PERSON_HEAD)))
    assert "缺少“类型”列" in " ".join(faults(answer).values())


def test_the_template_can_be_filled_in_and_read_back(admin, upload):
    answer = admin.get("/units/import/template/")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert [[cell.value for cell in book[name][1]] for name in ("单位", "人员")] == [
        list(UNIT_HEAD),
        list(PERSON_HEAD),
    ]
    book["单位"].append(("青屏县", "", "党委政府", "", ""))
    buffer = io.BytesIO()
    book.save(buffer)
    assert "将增加1个单位" in told(upload(buffer.getvalue()))


def test_names_that_look_like_formulas_are_written_as_text():
    content = passwords_workbook([("=1+1", "@x", "+a", "-b", "2026-03-16")])
    row = next(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(min_row=2))
    assert [cell.value for cell in row] == ["=1+1", "@x", "+a", "-b", "2026-03-16"]
    assert {cell.data_type for cell in row} == {"s"}
    assert template()


def test_a_unit_merged_since_is_not_set_up_again(upload, world):
    with days_later(1):
        merge(actor=world.actor("administrator"), units=[world.units["water"]], into=world.units["housing"])
        answer = upload(workbook(units=[("市水利局", "", "部门", "云汀市", "")]))
        assert "现在是“市住房和城乡建设局”" in told(answer)
