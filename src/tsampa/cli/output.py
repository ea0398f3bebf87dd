"""What the commands share: options, tables, JSON, progress bars, and the words in two languages."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

__all__ = [
    "default_lang",
    "end",
    "json_option",
    "lang_option",
    "print_json",
    "print_table",
    "progress_bar",
    "say",
]

WORDS: dict[str, tuple[str, str]] = {
    "error": ("error", "错误"),
    "figure": ("figure", "指标"),
    "value": ("value", "数值"),
    "unit": ("unit", "单位"),
    "scope": ("scope", "范围"),
    "unknown": ("unknown", "未知"),
    "rows read": ("rows read", "读取行数"),
    "partitions kept": ("partitions kept", "沿用的分区"),
    "villages counted again": ("villages counted again", "重新测算的村"),
    "partitions counted": ("partitions counted whole", "整体测算的分区"),
    "rows kept": ("rows kept", "保留行数"),
    "rows rejected": ("rows rejected", "退回行数"),
    "no problems": ("no problems", "没有问题"),
    "problems": ("problems", "问题"),
    "code": ("code", "代码"),
    "where": ("where", "位置"),
    "what": ("what is wrong", "问题说明"),
    "remedy": ("what to do", "处理办法"),
    "full list": ("the full list", "完整清单"),
    "table": ("table", "表"),
    "rows": ("rows", "行数"),
    "snapshot": ("snapshot", "快照"),
    "assessment": ("assessment", "测算"),
    "variable": ("variable", "变量"),
    "before": ("before", "之前"),
    "after": ("after", "之后"),
    "household": ("household", "户"),
    "counted": ("counted", "已计入"),
    "undecided": ("undecided", "未定"),
    "standard error": ("s.e.", "标准误"),
    "interval": ("95% interval", "95%置信区间"),
    "passed": ("passed", "通过"),
    "failed": ("failed", "失败"),
    "formulas": ("formulas", "公式"),
    "parameters": ("parameters", "参数"),
    "figures": ("figures", "指标"),
    "and more": ("and {} more", "另有{}项"),
    "no changes": ("no household changed", "没有变化的户"),
    "all households": ("all households", "全部农户"),
    "by area": ("by area", "分区域"),
    "by kind": ("by kind of household", "分类别"),
    "gain": ("gain", "受益户"),
    "lose": ("lose", "受损户"),
    "change": ("change", "变化"),
    "template": ("template", "模板"),
    "batch": ("batch", "批次"),
    "rows waiting": ("rows waiting", "待认定行数"),
    "new": ("new", "新增"),
    "changed": ("changed", "变更"),
    "unchanged": ("unchanged", "不变"),
    "column": ("column", "栏目"),
    "row": ("row", "行"),
    "probability": ("probability", "概率"),
    "reasons": ("reasons", "理由"),
    "uploaded": ("uploaded", "已上传"),
    "staged": ("staged", "已暂存"),
    "accepted": ("accepted", "已核准"),
    "checked": ("checked", "已检查"),
    "applied": ("applied", "已写入"),
    "undone": ("undone", "已撤销"),
    "refused": ("refused", "已退回"),
    "seal": ("seal", "封存"),
    "seals": ("seals", "封存"),
    "sealed versions": ("sealed versions", "已封版本"),
    "redacted": ("redacted", "已删除内容"),
    "receipt": ("receipt", "凭据"),
    "cut": ("cut", "截点"),
    "day": ("day", "日期"),
    "office ready": ("the office is ready", "业务端已就绪"),
    "password": ("password", "密码"),
    "user": ("user", "用户"),
    "role": ("role", "角色"),
    "area": ("area", "区域"),
    "address": ("open", "请打开"),
    "job": ("job", "任务"),
    "state": ("state", "状态"),
    "progress": ("progress", "进度"),
    "backup": ("backup", "备份"),
    "kind": ("kind", "类别"),
    "days": ("days", "天数"),
    "past": ("past its time", "已到期"),
    "files": ("files", "个文件"),
    "try next": ("What to try next", "接下来可以试试"),
}


def say(word: str, lang: str) -> str:
    """A word of the command line in ``en`` or ``zh``."""
    return WORDS[word][1 if lang == "zh" else 0]


def default_lang() -> str:
    """The language of the terminal: ``zh`` where its locale is Chinese, otherwise ``en``."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if spoken.lower().startswith("zh") else "en"


def lang_option(command: Any) -> Any:
    """``--lang en|zh``, by default the terminal's."""
    return click.option(
        "--lang", type=click.Choice(["en", "zh"]), default=default_lang, help="English or Chinese."
    )(command)


def json_option(command: Any) -> Any:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs to read.")(command)


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    from tsampa.documents import canonical_json

    sys.stdout.buffer.write(canonical_json(value))
    sys.stdout.buffer.flush()


def print_table(
    heads: Iterable[str], rows: Iterable[Iterable[object]], *, right: Iterable[int] = (), title: str = ""
) -> None:
    """A table; Chinese characters count two wide, and columns in ``right`` are set flush right."""
    from rich.console import Console
    from rich.table import Table

    wide = set(right)
    table = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        header_style="bold",
    )
    for index, head in enumerate(heads):
        table.add_column(head, justify="right" if index in wide else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    width = None if sys.stdout.isatty() else 120
    Console(width=width, highlight=False, markup=False, emoji=False).print(table)


@contextmanager
def progress_bar(quiet: bool = False) -> Iterator[Callable[[str, int, int], None] | None]:
    """A progress callback that draws on stderr, where that is a terminal; None otherwise."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, TaskID

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell


def end(code: int) -> NoReturn:
    """Ends the command with an exit code."""
    raise click.exceptions.Exit(code)
