"""What a register may not hold, as words, and where a programme could say them.

Helping a household needs nobody's religion, ethnicity, political opinion or membership, and no tracking of
movements or communications. Words are matched whole: ``trace`` holds no ``race``.
"""

import ast
import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from repository.files import SOURCE, project_files

ENGLISH = {
    "religion": r"""
        religions? | religious | (?<!good\ )faiths? | worship | baptis(?:ed|m) | pilgrimages? | church(?:es)?
        | mosques? | temples? | monaster(?:y|ies) | monks? | nuns? | lamas? | buddhis(?:ts?|m)
        | muslims? | islam(?:ic)? | christian(?:s|ity)? | catholics? | hindus? | hinduism | jewish
    """,
    "ethnicity": r"""
        ethnic(?:ity|ities)? | races? | racial | trib(?:es?|al) | castes? | indigenous | nationalit(?:y|ies)
    """,
    "politics": r"""
        politic(?:s|al|ally)? | communists? | partisans? | ideolog(?:y|ies|ical) | voters? | dissidents?
        | (?<!third\ )(?<!other\ )(?<!either\ )(?<!contracting\ )(?<!working\ )part(?:y|ies)(?!\ to\b)
        | (?:youth\ )?league\ members?(?:hip)? | (?:trade|labou?r)\ unions? | union\ members?(?:hip)?
    """,
    "tracking": r"""
        tracking(?!\ number) | trackers? | whereabouts | trajector(?:y|ies) | geofenc(?:es?|ing)
        | surveillance | wiretap(?:s|ped|ping)? | last\ seen | fac(?:e|ial)\ recognition
        | (?:gps|location|position|movement|travel|trip)s?
          \ (?:log|trace|track|history|histories|record|trail)s?
        | (?:call|phone|sms|message|chat|browsing|communication|contact)s?
          \ (?:log|history|histories|record|content)s?
    """,
}

_PEOPLES = (
    "汉|蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|"
    "拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|"
    "塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)

CHINESE = {
    "religion": r"""
        宗教 | 信仰 | 信教 | 教徒 | 教派 | 僧[尼侣人] | 尼姑 | 喇嘛 | 活佛 | 朝圣 | 寺庙 | 寺院
        | 清真寺 | 教堂 | 佛教 | (?<!知)道教 | 基督 | 天主教 | 伊斯兰 | 穆斯林
    """,
    # Crafts, and the lawful names of places, speak of no person.
    "ethnicity": rf"""
        (?:民|种|{_PEOPLES})族(?!馆|乡|镇|自治|手工|工艺|服饰|服装|特色)
        | 族别 | 族群 | 族裔 | 少数民族
    """,
    "politics": r"""
        政治 | 党员 | 党派 | 党籍 | 党龄 | 党费 | 入党 | 党支部 | 党组织 | 党团 | 政党
        | 共产党 | 民主人士 | 共青团 | 团员身份 | 工会会员
    """,
    "tracking": r"""
        轨迹 | 行踪 | 跟踪定位 | 手机定位 | 实时定位 | 定位记录 | 位置记录 | 位置历史
        | 行程[码记] | 出行记录 | 出入境记录 | (?:通话|通信|通讯|短信|聊天|上网|浏览)(?:记录|内容)
        | 监听 | 监视 | 监控 | 人脸识别
    """,
}

_ENGLISH = {subject: re.compile(rf"\b(?:{words})\b", re.VERBOSE) for subject, words in ENGLISH.items()}
_CHINESE = {subject: re.compile(words, re.VERBOSE) for subject, words in CHINESE.items()}


def offences(said: Iterator[str] | list[str]) -> list[tuple[str, str]]:
    """What is said that may not be: the subject and the text."""
    return [(subject, text) for text in said for subject in subjects(text)]


def subjects(text: str) -> list[str]:
    """The forbidden subjects this name, label or value speaks of."""
    text = unicodedata.normalize("NFKC", text)
    chinese = re.sub(r"\s+", "", text)
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).lower()
    english = re.sub(r"[^a-z]+", " ", words)
    return [name for name in ENGLISH if _ENGLISH[name].search(english) or _CHINESE[name].search(chinese)]


def said_by_schema(schema: Any) -> Iterator[str]:
    """Every name, choice and label of a register's tables and columns, and of its levels of area."""
    yield from schema.levels
    for label in schema.level_labels.values():
        yield from (label.en, label.zh)
    for table in schema.tables:
        yield from (table.name, table.entity, table.label.en, table.label.zh)
        for link in table.links:
            yield from (link.name, link.back)
        for column in table.columns:
            yield from (
                column.name,
                column.label.en,
                column.label.zh,
                *column.type.choices,
                *column.choice_labels,
            )
            for label in column.choice_labels.values():
                yield from (label.en, label.zh)


def content_files(programmes: Path = SOURCE / "programmes") -> list[Path]:
    """The files in which content is declared: the common register, and all that a programme brings."""
    own = [path for path in project_files(programmes) if path.suffix in READERS]
    return [SOURCE / "schema" / "register.yaml", *own]


def said_by_file(path: Path) -> Iterator[str]:
    """The keys and values of YAML and JSON, names and texts of Python, headings of CSV; the file's name."""
    yield path.stem
    yield from READERS[path.suffix](path.read_text(encoding="utf-8-sig"))


def _yaml(text: str) -> Iterator[str]:
    for document in yaml.load_all(text, Loader=yaml.BaseLoader):
        yield from _tree(document)


def _tree(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _tree(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _tree(inner)
    else:
        yield str(value)


def _python(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        for _, value in ast.iter_fields(node):
            yield from (
                one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)
            )


def _csv(text: str) -> Iterator[str]:
    # Only the headings: below them stand names of real places, which may hold a people's name.
    yield from next(csv.reader(text.splitlines()), [])


READERS = {
    ".yaml": _yaml,
    ".yml": _yaml,
    ".json": lambda text: _tree(json.loads(text)),
    ".py": _python,
    ".csv": _csv,
}
