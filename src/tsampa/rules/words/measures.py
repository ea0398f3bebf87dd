"""Measures in both languages: which one, of what, over which rows, how weighted and how drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tsampa.rules import nodes as n
from tsampa.schema import Label

if TYPE_CHECKING:
    from tsampa.rules.words.speaker import Speaker

__all__ = ["say_measure"]

COMPARE, SUM = 3, 4
"""How tightly a part must hold together, as in ``speaker``."""

NAMES = {
    "fgt": Label("FGT measure", "FGT 贫困指数"),
    "watts": Label("Watts index", "瓦茨贫困指数"),
    "at_risk_of_poverty": Label("at-risk-of-poverty rate", "相对贫困发生率"),
    "gini": Label("Gini coefficient", "基尼系数"),
    "theil": Label("Theil index", "泰尔指数"),
    "qsr": Label("quintile share ratio", "五等分收入比"),
    "mpi": Label("multidimensional poverty index (M0)", "多维贫困指数（M0）"),
    "headcount": Label("multidimensional headcount ratio (H)", "多维贫困发生率（H）"),
    "intensity": Label("intensity of deprivation (A)", "平均剥夺强度（A）"),
    "censored": Label("censored headcount ratio", "截断剥夺发生率"),
}
CONSTANTS = {
    "fgt": Label("alpha {}", "α={}"),
    "at_risk_of_poverty": Label("line at {} of the median", "贫困线为中位数的{}"),
    "alkire_foster": Label("poor from a cutoff of {}", "临界值{}"),
}
RANKS = {"middle": Label("ranks in the middle", "取中位次"), "upper": Label("", "")}
WEIGHTED = Label("weighted by {}", "按{}加权")
STRATA = Label("drawn within strata: {}", "分层：{}")
CLUSTERS = Label("drawn in clusters: {}", "整群：{}")


def say_measure(speaker: Speaker, node: n.Measure) -> str:
    """The measure in words: "Gini coefficient of net income per head over households (weighted by household size)"."""
    zh = speaker.lang == "zh"
    name = NAMES[node.form if node.how == "alkire_foster" else node.how].say(speaker.lang)
    what, rows = _what(speaker, node), speaker.say(node.rows)
    details = list(filter(None, _details(speaker, node)))
    text = f"{rows}{what}的{name}" if zh else f"{name} of {what} over {rows}"
    said = "；".join(details) if zh else "; ".join(details)
    return f"{text}{speaker.brackets[0] if zh else ' ('}{said}{speaker.brackets[1]}" if said else text


def _what(speaker: Speaker, node: n.Measure) -> str:
    """The income, against its line where there is one; or the indicators with their shares."""
    if node.how != "alkire_foster":
        income = speaker.say(node.values[0], SUM)
        if node.line is None:
            return income
        line = speaker.say(node.line, SUM)
        return f"{income}低于{line}" if speaker.lang == "zh" else f"{income} below {line}"
    said = [
        f"{speaker.say(value, COMPARE)}{speaker.brackets[0]}{share}{speaker.brackets[1]}"
        if speaker.lang == "zh"
        else f"{speaker.say(value, COMPARE)} ({share})"
        for value, share in zip(node.values, node.shares, strict=True)
    ]
    return ("、" if speaker.lang == "zh" else ", ").join(said)


def _details(speaker: Speaker, node: n.Measure) -> list[str]:
    found = [node.of]
    if node.constant is not None:
        found.append(CONSTANTS[node.how].say(speaker.lang).format(_fixed(speaker, node.constant)))
    if node.how == "gini":
        found.append(RANKS[node.form].say(speaker.lang))
    for label, part in ((WEIGHTED, node.weights), (STRATA, node.strata), (CLUSTERS, node.clusters)):
        if part is not None:
            found.append(label.say(speaker.lang).format(speaker.say(part, SUM)))
    return found


def _fixed(speaker: Speaker, node: n.Node) -> str:
    """A constant as it was written, as a third stays 1/3."""
    return str(node.value) if isinstance(node, n.Literal) else speaker.say(node, SUM)
