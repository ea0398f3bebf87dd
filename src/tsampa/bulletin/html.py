"""The bulletin as one page of HTML: pictures inside, nothing fetched, each number linked to where it is explained."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from tsampa.bulletin.content import Bulletin, Chart, Number, Table
from tsampa.bulletin.pictures import draw_charts

__all__ = ["render_html"]

STYLE = Path(__file__).with_name("assets") / "bulletin.css"


def render_html(bulletin: Bulletin) -> bytes:
    """The page in UTF-8, the same bytes on every run. Raises TsampaError ``extra-missing``."""
    word = bulletin.words
    body = [
        f"<h1>{escape(bulletin.title)}</h1><p class=quiet>{escape(bulletin.area)} · {escape(word['as of'])} {bulletin.as_of}</p>",
        f"<p class=note>{escape(bulletin.note)}</p>" if bulletin.note else "",
        f"<h2>{escape(word['lead'])}</h2><div class=lead>{''.join(map(_card, bulletin.lead))}</div>",
        _charts(bulletin),
        "".join(map(_table, bulletin.tables)),
        _briefs(bulletin),
        _list(bulletin),
        f"<h2>{escape(word['made with'])}</h2><dl>{''.join(_made(bulletin, key, value) for key, value in bulletin.made_with)}</dl>",
    ]
    style = STYLE.read_text(encoding="utf-8")
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(bulletin.title)}</title><style>{style}</style>'
    lang = "zh-Hans" if bulletin.lang == "zh" else "en"
    page = f'<!doctype html><html lang="{lang}"><head>{head}</head><body><main>{"".join(body)}</main></body></html>\n'
    return page.encode()


def _made(bulletin: Bulletin, key: str, value: str) -> str:
    return f"<dt>{escape(bulletin.words.get(key, key))}</dt><dd><code>{escape(value)}</code></dd>"


def _amount(one: Number) -> str:
    return f"<strong>{escape(one.text)}</strong>" + (f"&nbsp;{escape(one.unit)}" if one.unit else "")


def _sureness(one: Number) -> str:
    return f"<br><small>{escape(one.sureness)}</small>" if one.sureness else ""


def _link(one: Number) -> str:
    return f'{_amount(one)}<a class=id href="#{escape(one.id)}">{escape(one.id)}</a>'


def _card(one: Number) -> str:
    return f"<div><span class=quiet>{escape(one.name)}</span><br><span class=big>{_amount(one)}</span><br>{_id(one.id)}</div>"


def _id(id: str) -> str:
    return f'<a class=id href="#{escape(id)}">{escape(id)}</a>'


def _charts(bulletin: Bulletin) -> str:
    if not bulletin.charts:
        return ""
    pictures = [_apart(svg, index) for index, svg in enumerate(draw_charts(bulletin.charts))]
    drawn = "".join(_chart(one, svg) for one, svg in zip(bulletin.charts, pictures, strict=True))
    return f"<h2>{escape(bulletin.words['charts'])}</h2><div class=charts>{drawn}</div>"


def _chart(one: Chart, svg: str) -> str:
    unit = f" ({escape(one.unit)})" if one.unit else ""
    picture = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(one.says)}" ', 1)
    return f"<figure><h3>{escape(one.title)}{unit}</h3>{picture}<figcaption>{' '.join(map(_id, one.ids))}</figcaption></figure>"


def _apart(svg: str, index: int) -> str:
    """Each drawing numbers its ids from nought; on one page they must differ."""
    return re.sub(r"\bz(\d+)\b", rf"c{index}z\1", svg)


def _table(one: Table) -> str:
    heads = f"<th scope=col>{escape(one.heads[0])}</th>" + "".join(
        f"<th scope=col>{escape(head)}<br>{_id(id)}</th>"
        for head, id in zip(one.heads[1:], one.ids, strict=True)
    )
    rows = "".join(
        f"<tr><th scope=row>{escape(row[0])}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in row[1:])}</tr>"
        for row in one.rows
    )
    return f"<h2>{escape(one.title)}</h2><div class=wide tabindex=0><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"


def _briefs(bulletin: Bulletin) -> str:
    if not bulletin.briefs:
        return ""
    told = "".join(
        f"<section><h3>{escape(title)}</h3><p>{''.join(escape(one) if isinstance(one, str) else _link(one) for one in pieces)}</p></section>"
        for title, pieces in bulletin.briefs
    )
    return f"<h2>{escape(bulletin.words['briefs'])}</h2><div class=briefs>{told}</div>"


def _list(bulletin: Bulletin) -> str:
    word = bulletin.words
    heads = "".join(
        f"<th scope=col>{escape(word[key])}</th>" for key in ("id", "name", "value", "area", "scope")
    )
    rows = "".join(
        f'<tr id="{escape(one.id)}"><th scope=row>{escape(one.id)}</th><td class=text>{escape(one.name)}</td><td>{_amount(one)}{_sureness(one)}</td>'
        f"<td>{escape(one.area)}</td><td class=text>{escape('; '.join(filter(None, (one.scope, one.overlap))))}</td></tr>"
        for one in bulletin.numbers
    )
    how = f"<p class=quiet>{escape(word['how'])}</p>"
    return f"<h2>{escape(word['figures'])}</h2>{how}<div class=wide tabindex=0><table class=list><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
