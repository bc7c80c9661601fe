"""Take a page apart before any tree is built: its scripts, and its markup without ballast.

Scripts, styles, comments and drawings make up most of a shop's page. One linear pass cuts them
out, keeps the scripts that may hold data, and limits what is left, so that neither the parser
nor the readers of its tree can be made slow or large: at most 25,000 tags and 1.2 million
characters, and few attributes per tag (libxml2 takes time quadratic in their number).
"""

import re
from dataclasses import dataclass, field

MAX_TAGS = 25_000
MAX_MARKUP = 1_200_000
MAX_SCRIPTS = 500
_LONG_TAG = 400
_MAX_ATTRIBUTES = 48
_MAX_VALUE = 2_000

_CONSTRUCT = re.compile(r"<(?:(!--)|([A-Za-z][^\s/>]*))")
# A start tag as the HTML standard's tokenizer reads it: quotes count only after "=".
_ATTRIBUTE = (
    r"[^\s/>][^\s/>=]*+(?:\s*+=\s*+"
    r"(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?+)?+"
)
_REST_OF_TAG = re.compile(rf"(?:[\s/]++|{_ATTRIBUTE})*+>?")
_ONE_ATTRIBUTE = re.compile(_ATTRIBUTE)
# Tags as nearly all are written, with the texts and end tags between them, hundreds at a time: a
# pattern passes over them much faster than a loop. It excludes everything that the rules above
# read differently: tags that are long or start one of ``_END``, and "<" or ">" in an attribute,
# so that each "<" without "/" is a tag. Every round takes a "<", so a match is never empty.
_PLAIN_TAGS = re.compile(
    r"(?:[^<]*+(?:</|<"
    r"(?![sSnNiItTmM](?i:cript|tyle|oscript|vg|frame|emplate|extarea|ath)[\s/>])"
    rf"[A-Za-z](?=[^>]{{0,{_LONG_TAG - 10}}}+>)[A-Za-z0-9:-]*+"
    r"(?:\s++[^\s\"'<>/=]++(?:=(?:\"[^\"<>]*+\"|'[^'<>]*+'))?+)*+\s*+/?>"
    r")){1,512}+"
)
_SCRIPT = re.compile(r"<script(?=[\s/>])", re.IGNORECASE)
_END = {
    name: re.compile(rf"</{name}(?=[\s/>])[^>]*>?", re.IGNORECASE)
    for name in ("script", "style", "noscript", "svg", "iframe", "template", "textarea", "math")
}
# Elements that swallow the rest of the page if they are not closed.
_TO_THE_END = frozenset({"script", "style"})
_TYPE = re.compile(r"\btype\s*=\s*[\"']?\s*([\w/+.-]+)", re.IGNORECASE)
_ID = re.compile(r"\bid\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Script:
    """The text of an inline script with its ``id`` and ``type`` (lower case, may be empty)."""

    id: str
    type: str
    text: str


@dataclass(slots=True)
class StrippedPage:
    """What is left of a page: markup to parse, and the inline scripts in order."""

    markup: str = ""
    scripts: list[Script] = field(default_factory=list)

    @property
    def json_ld(self) -> list[str]:
        """The texts of the ``application/ld+json`` scripts."""
        return [script.text for script in self.scripts if "ld+json" in script.type]


def strip_page(text: str) -> StrippedPage:
    """Take a page's text apart in time linear in its length."""
    page = StrippedPage()
    kept: list[str] = []
    size = tags = position = start_of_kept = 0
    # Elements whose end tag was searched for once and does not come from here on.
    unclosed: set[str] = set()
    in_runs = True

    def keep(until: int) -> None:
        nonlocal size
        until = min(until, start_of_kept + MAX_MARKUP - size)
        if until > start_of_kept:
            kept.append(text[start_of_kept:until])
            size += until - start_of_kept

    while True:
        if in_runs:
            end, begun = _plain_run(text, position)
            # Near the limit go on one by one, to end at the very last tag.
            in_runs = tags + begun <= MAX_TAGS
            if in_runs:
                position, tags = end, tags + begun
        if tags > MAX_TAGS or size + position - start_of_kept > MAX_MARKUP:
            keep(position)
            _add_remaining_scripts(page, text, position)
            break
        match = _CONSTRUCT.search(text, position)
        if match is None:
            keep(len(text))
            break
        begin = match.start()
        if match[1]:
            keep(begin)
            end = text.find("-->", begin + 4)
            position = start_of_kept = len(text) if end < 0 else end + 3
            continue
        name = match[2].lower()
        position = after_tag = _end_of_tag(text, match.end())
        tags += 1
        if name in _END and name not in unclosed:
            end_tag = _END[name].search(text, after_tag)
            if end_tag or name in _TO_THE_END:
                keep(begin)
                if name == "script":
                    body_end = end_tag.start() if end_tag else len(text)
                    _add_script(page, text[match.end() : after_tag], text[after_tag:body_end])
                position = start_of_kept = end_tag.end() if end_tag else len(text)
            else:
                unclosed.add(name)
        elif after_tag - begin > _LONG_TAG:
            keep(begin)
            kept.append(_shortened(match[2], text[match.end() : after_tag]))
            start_of_kept = after_tag
    page.markup = "".join(kept)
    return page


def _plain_run(text: str, position: int) -> tuple[int, int]:
    """Return where a run of plain tags from ``position`` ends, and how many tags begin in it."""
    run = _PLAIN_TAGS.match(text, position)
    if run is None:
        return position, 0
    end = run.end()
    return end, text.count("<", position, end) - text.count("</", position, end)


def _end_of_tag(text: str, after_name: int) -> int:
    tag = _REST_OF_TAG.match(text, after_name)
    return tag.end() if tag else after_name


def _shortened(name: str, rest: str) -> str:
    kept = [name]
    for match in _ONE_ATTRIBUTE.finditer(rest):
        if len(kept) > _MAX_ATTRIBUTES:
            break
        if match.end() - match.start() <= _MAX_VALUE:
            kept.append(match[0])
    return f"<{' '.join(kept)}{'/' if rest.endswith('/>') else ''}>"


def _add_script(page: StrippedPage, attributes: str, body: str) -> None:
    if len(page.scripts) < MAX_SCRIPTS and not body.isspace() and body:
        kind = _TYPE.search(attributes[:_LONG_TAG])
        name = _ID.search(attributes[:_LONG_TAG])
        page.scripts.append(Script(name[1] if name else "", kind[1].lower() if kind else "", body))


def _add_remaining_scripts(page: StrippedPage, text: str, position: int) -> None:
    """Collect the scripts beyond the limits: JSON-LD often comes last."""
    while len(page.scripts) < MAX_SCRIPTS:
        match = _SCRIPT.search(text, position)
        if match is None:
            return
        after_tag = _end_of_tag(text, match.end())
        end_tag = _END["script"].search(text, after_tag)
        body_end = end_tag.start() if end_tag else len(text)
        _add_script(page, text[match.end() : after_tag], text[after_tag:body_end])
        position = end_tag.end() if end_tag else len(text)
