"""Files made to do harm, and files that are simply something else: refused with the reason, and nothing is lost."""

from __future__ import annotations

import zipfile

import pytest
from django.conf import settings

from office.intake.builders import HOUSEHOLDS, apply, codes, county, people, send, workbook
from tsampa.errors import TsampaError
from tsampa.office.intake import actions
from tsampa.office.intake.models import Batch, Step
from tsampa.office.intake.queries import batch_for, problems, scope_named
from tsampa.office.register.models import Person


@pytest.fixture
def sheets(office_sqlite, tmp_path):
    county()
    return lambda name="a.xlsx", **told: workbook(tmp_path / name, **told)


def refused(path, **told):
    """The code a file is refused with; the register and what was applied before stand as they did."""
    before = list(Person.objects.values())
    with pytest.raises(TsampaError) as error:
        send(path, **told)
    assert list(Person.objects.values()) == before
    assert error.value.remedy
    return error.value.code


def rezipped(path, **changed):
    """The workbook with parts added or replaced."""
    out = path.with_name(f"re-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            if one not in changed:
                new.writestr(one, old.read(one))
        for name, text in changed.items():
            new.writestr(name, text)
    return out


def good(sheets):
    return sheets(households=HOUSEHOLDS, persons=people())


def test_a_zip_bomb(sheets):
    bomb = rezipped(good(sheets), **{"xl/media/a.bin": b"\0" * 60_000_000})
    assert bomb.stat().st_size < 200_000
    assert refused(bomb) == "intake-bomb"


def test_a_bomb_whose_directory_lies(sheets):
    path = rezipped(good(sheets), **{"xl/worksheets/sheet1.xml": b" " * 3_000_000})
    data = path.read_bytes()
    size = (3_000_000).to_bytes(4, "little")
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, (300).to_bytes(4, "little")))
    assert refused(path) == "intake-damaged"


def test_a_workbook_too_large_packed_or_unpacked(sheets, monkeypatch):
    path = good(sheets)
    monkeypatch.setattr(settings, "INTAKE_UNPACKED_BYTES", 10_000)
    assert refused(path) == "intake-too-large"
    monkeypatch.setattr(settings, "INTAKE_BYTES", 1_000)
    assert refused(path) == "intake-too-large"


def test_two_gigabytes_are_refused_before_they_are_read(sheets, tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)
    assert refused(path) == "intake-too-large"


def test_macros(sheets, tmp_path):
    assert refused(rezipped(good(sheets), **{"xl/vbaProject.bin": b"x"})) == "intake-macros"
    macro = tmp_path / "a.xlsm"
    macro.write_bytes(good(sheets).read_bytes())
    assert refused(macro) == "intake-macros"


def test_entities_of_its_own(sheets):
    book = '<!DOCTYPE a [<!ENTITY b "c">]><workbook/>'
    assert refused(rezipped(good(sheets), **{"xl/workbook.xml": book})) == "intake-bomb"


@pytest.mark.parametrize("cut", [0, 10, 2000])
def test_a_file_cut_short_or_empty(sheets, cut):
    path = good(sheets)
    path.write_bytes(path.read_bytes()[:cut])
    assert refused(path) == "intake-damaged"


def test_a_part_that_was_altered(sheets):
    path = good(sheets)
    with zipfile.ZipFile(path) as zipped:
        at = zipped.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    data = bytearray(path.read_bytes())
    data[at : at + 8] = bytes(8)
    path.write_bytes(bytes(data))
    assert refused(path) == "intake-damaged"


def test_a_workbook_of_something_else(sheets):
    assert refused(sheets(accounts="a | b\n1 | 2")) == "intake-nothing"
    assert list(Step.objects.order_by("pk").values_list("state", flat=True)) == ["uploaded", "refused"]


def test_no_file_and_no_user(sheets, tmp_path):
    assert refused(tmp_path / "none.xlsx") == "file-missing"
    assert refused(good(sheets), by="nobody") == "user-unknown"


def test_formulas_are_returned_row_by_row_with_what_they_showed(sheets, tmp_path):
    import xlsxwriter

    path = tmp_path / "formulas.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("households")
    sheet.write_row(0, 0, ["ref", "area", "address", "remarks"])
    sheet.write_row(1, 0, ["1", "下村", "a"])
    sheet.write_row(2, 0, ["2"])
    sheet.write_formula(2, 1, '="下村"', value="下村")
    sheet.write_row(3, 0, ["3", "下村"])
    sheet.write_formula(3, 3, "=1+1", value=2)
    book.close()
    batch = send(path)
    assert codes(batch) == [(3, "cell-formula")]
    assert batch.counts["households"]["new"] == 2
    assert [one.code for one in problems(batch) if one.effect == "noted"] == ["column-unknown"]


def test_a_csv_in_another_encoding_names_the_line_and_is_read_by_its_name(sheets, tmp_path):
    path = tmp_path / "households.csv"
    path.write_bytes("ref,area\n1,下村\n2,洛江村\n".encode("gb18030"))
    with pytest.raises(TsampaError) as error:
        send(path)
    assert (error.value.code, error.value.where.rpartition(":")[2]) == ("sheet-encoding", "2")
    assert send(path, encoding="gb18030").counts["households"]["new"] == 2


def test_a_csv_names_its_table(sheets, tmp_path):
    path = tmp_path / "my list.csv"
    path.write_text("表内序号,所在村\n1,下村\n2,洛江村,x\n", encoding="utf-8")
    assert refused(path) == "intake-table"
    batch = send(path, table="households")
    assert (batch.counts["households"]["new"], codes(batch)) == (1, [(3, "row-too-long")])
    assert batch.rows == {"read": 2, "good": 1, "bad": 1, "waiting": 0}


def test_control_characters_do_not_reach_the_database(sheets, tmp_path):
    path = tmp_path / "households.csv"
    path.write_bytes("ref,area,address\n1,下村,a\0b\n2,下村,c\n".encode())
    assert codes(send(path)) == [(2, "text-unprintable")]


@pytest.mark.parametrize(
    "stolen",
    [
        "the id of another's batch",
        "1",
        "../../etc/passwd",
        "' OR 1=1 --",
        "4faab5a5-4aed-4a2f-b8ec-cd10085404f8",
    ],
)
def test_a_stolen_or_invented_id_opens_nothing(sheets, stolen):
    from tsampa.office.accounts.models import User

    User.objects.create_user("thief")
    batch = send(good(sheets))
    wanted = str(batch.pk) if stolen.startswith("the id") else stolen
    for act in (
        lambda: batch_for(scope_named("thief"), wanted),
        lambda: actions.accept(wanted, by="thief"),
        lambda: actions.undo(wanted, by="thief", reason="mine"),
        lambda: actions.decide(wanted, row=2, person=None, by="thief"),
        lambda: actions.check_again(wanted, by="thief"),
    ):
        with pytest.raises(TsampaError) as error:
            act()
        assert error.value.code == "intake-unknown"
    assert Batch.objects.get(pk=batch.pk).state == "checked"


def test_who_left_the_office_can_do_nothing(sheets):
    from tsampa.office.accounts.models import User

    batch = send(good(sheets))
    User.objects.filter(username="tashi").update(is_active=False)
    with pytest.raises(TsampaError) as error:
        actions.accept(str(batch.pk), by="tashi")
    assert error.value.code == "user-unknown"


def test_a_workbook_of_another_program(sheets, tmp_path):
    """Titles above the header, merged header cells, full-width spaces, days as days and as texts."""
    import datetime

    import xlsxwriter

    path = tmp_path / "others.xlsx"
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy/mm/dd"})
    sheet = book.add_worksheet("Sheet1")
    sheet.merge_range(0, 0, 0, 5, "白朗县人口信息表")
    sheet.merge_range(1, 0, 2, 0, "户编号")
    sheet.merge_range(1, 1, 1, 3, "基本信息")
    sheet.write_row(2, 1, ["姓　名", "身份证号", "与户主关系"])
    sheet.merge_range(1, 4, 2, 4, "加入日期")
    sheet.write_row(3, 0, ["540228100201-0001", "　索朗　", people().split("|")[9].strip(), "儿子"])
    sheet.write_datetime(3, 4, datetime.datetime(2017, 5, 1))
    sheet.write_row(4, 0, ["540228100201-0001", "央　金", None, "子女", "２０１８年３月４日"])
    book.close()
    apply(sheets(households=HOUSEHOLDS, persons=people()))
    batch = send(path)
    assert codes(batch) == [(4, "choice-unknown")]
    assert batch.counts["persons"] == {"new": 1, "changed": 0, "unchanged": 0}
    actions.accept(str(batch.pk), by="tashi")
    assert Person.objects.filter(name="央 金").count() == 1
