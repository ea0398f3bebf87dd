"""How long a county's workbook takes: 100,000 persons validated, previewed and applied, and the most memory.

The workbook is what another program writes: titles and merged cells above the header, full-width spaces and digits, days as
days and as texts of several kinds, 1 % bad rows. Each figure is a JSON line.

    .venv/bin/python benchmarks/intake.py [--persons 100000] [--database postgresql://…]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

VILLAGES = 112
BAD_EVERY = 100
HEADERS = ["户编号", "姓　名", "身份证号", "性别", "与户主关系", "加入日期", "劳动力"]
RELATIONS = ["户主", "配偶", "子女", "父母"]


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--persons", type=int, default=100_000)
    asked.add_argument("--database", default="")
    asked.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    told = asked.parse_args()
    if told.write:
        write_workbook(told.write, told.persons)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "county.xlsx"
        # In a process of its own: what writing took is not counted as what reading takes.
        subprocess.run(
            [sys.executable, __file__, "--persons", str(told.persons), "--write", str(path)], check=True
        )
        run(Path(folder), path, told.persons, told.database)


def write_workbook(path: Path, persons: int) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy/m/d"})
    sheet = book.add_worksheet("户 households")
    sheet.write_row(0, 0, ["表内序号", "所在村", "住址"])
    for home in range(persons // 4):
        sheet.write_row(home + 1, 0, [f"H{home}", village(home), "一组　"])
    sheet = book.add_worksheet("人员花名册")
    sheet.merge_range(0, 0, 0, len(HEADERS) - 1, "全县人口信息表")
    sheet.write_row(1, 0, HEADERS)
    for at in range(persons):
        write_person(sheet, at)
    book.close()


def write_person(sheet: object, at: int) -> None:
    from stdnum.cn import ric

    home, place = divmod(at, 4)
    born = date(1940, 1, 1) + timedelta(days=at * 7 % 27_000)
    front = f"110105{born:%Y%m%d}{(at // 27_000 * 4 + at % 2) % 1000:03}"
    number = front + ric.calc_check_digit(f"{front}0")
    joined = [date(2015, 1, 1), "2015/1/1", "2015.01.01", "２０１５年１月１日", "20150101"][at % 5]
    name = f"　人{at}　" if at % 3 else f"人{at}"
    row = [
        f"H{home}",
        name,
        number,
        "男" if int(number[16]) % 2 else "女",
        RELATIONS[place],
        joined,
        "普通劳动力",
    ]
    if at % BAD_EVERY == 99:
        row[[2, 4, 5, 6][at // BAD_EVERY % 4]] = ["11010519800101", "姑表", "不知道哪天", "很强"][
            at // BAD_EVERY % 4
        ]
    for column, cell in enumerate(row):
        sheet.write(at + 2, column, cell)  # type: ignore[attr-defined]


def village(home: int) -> str:
    return f"540228100{home % VILLAGES:03}"


def run(folder: Path, path: Path, persons: int, database: str) -> None:
    os.environ |= {"TSAMPA_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "tsampa.office.settings"}
    if database:
        os.environ["TSAMPA_DATABASE"] = database
    import django

    django.setup()
    make_office()
    from tsampa.office.intake import actions
    from tsampa.office.register.models import Person

    started, cpu = time.perf_counter(), time.process_time()
    batch = actions.load(path, by="pema", on=date(2020, 6, 30))
    loaded, loaded_cpu = time.perf_counter(), time.process_time()
    actions.accept(str(batch.pk), by="tashi")
    done, done_cpu = time.perf_counter(), time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bad = sum(1 for at in range(persons) if at % BAD_EVERY == 99)
    assert (batch.rows["bad"], Person.objects.count()) == (bad, persons - bad), batch.rows
    actions.undo(str(batch.pk), by="tashi", reason="to see how long it takes")
    undone_cpu = time.process_time()
    assert not Person.objects.exists()
    figures = {
        "workbook in MB": path.stat().st_size / 2**20,
        "persons": persons,
        "bad rows returned": batch.rows["bad"],
        "validate and preview, seconds": loaded - started,
        "validate and preview, CPU seconds": loaded_cpu - cpu,
        "apply, seconds": done - loaded,
        "apply, CPU seconds": done_cpu - loaded_cpu,
        "all, seconds": done - started,
        "all, CPU seconds": done_cpu - cpu,
        "peak memory in MB": peak,
        "undo, CPU seconds": undone_cpu - done_cpu,
    }
    for figure, value in figures.items():
        print(json.dumps({"benchmark": "intake", "figure": figure, "value": round(value, 2)}))


def make_office() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tsampa.office.accounts.actions import grant
    from tsampa.office.accounts.models import User
    from tsampa.office.accounts.roles import Role
    from tsampa.office.areas.models import Area
    from tsampa.office.history import change

    above = [
        ("54", "province", None),
        ("5402", "prefecture", "54"),
        ("540228", "county", "5402"),
        ("540228100", "township", "540228"),
    ]
    with change(by="setup"):
        for code, level, parent in [
            *above,
            *((village(one), "village", "540228100") for one in range(VILLAGES)),
        ]:
            Area.objects.create(code=code, name=f"区 {code}", level=level, parent_id=parent)
    for name, role in (("pema", Role.COUNTY_OFFICER), ("tashi", Role.APPROVER)):
        user = User.objects.create_user(name)
        grant(user=user, role=role, area=None, since=date(2015, 1, 1), by="setup")


if __name__ == "__main__":
    main()
