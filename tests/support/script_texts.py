"""What a script puts before the user's eyes or ears: literals, and the server's own English."""

import re
from collections.abc import Iterator, Mapping

# What is read out or shown, of an element's attributes and properties.
ATTRIBUTES = frozenset(
    ("title", "alt", "placeholder", "label", "aria-label", "aria-description",
     "aria-roledescription", "aria-valuetext")
)  # fmt: skip
_PROPERTIES = (
    r"\.(?:textContent|innerText|title|alt|placeholder"
    r"|aria(?:Label|Description|RoleDescription|ValueText))\s*=(?!=)"
)
# Calls, and which of their arguments are children, or texts of buttons and cards.
_CALLS = {
    "html": slice(2, None), "svg": slice(2, None), "(?<!body\\.)(?<!form\\.)append": slice(0, None),
    "prepend": slice(0, None), "replaceChildren": slice(0, None), "button": slice(0, 1),
    "Card": slice(0, 2), "noticeCard": slice(0, None), "insertAdjacentText": slice(1, None),
    "alert": slice(0, 1), "confirm": slice(0, 1), "prompt": slice(0, 2),
}  # fmt: skip
_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)
    | (?P<regex>(?<=[(,=:\[!&|?{};\n])\s*/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
# Fields in which the server says something in English; `Words` and `problemWords` translate them.
_ENGLISH = re.compile(
    r"(?<![\w$.])(?:[\w#$]+\??\.)*(?:reason|problem|detail|hint|discloses)\b"
    r"(?!\s*(?:[(:.]|\?(?!\?)))"
)
# A text that reads like prose, and calls whose texts nobody but a developer sees.
_SENTENCE = re.compile(r"[A-Z][\w'’]* [a-z]")
_UNSHOWN = re.compile(r"(?:console\.\w+|Error|demand)\Z")
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN = re.compile(r"[\u0250-\u1fff\u2c00-\ud7ff\uf900-\ufffd]")


def shown_texts(source: str) -> list[str]:
    """Return the literals that are shown, or may be.

    These are what is put into elements, and wherever it is, what reads like prose or is in
    another script.
    """
    plain, texts = _without_texts(source)
    found = [text for text in texts if _FOREIGN.search(text)]
    found += _sentences(plain, texts)
    # Not shown: what is compared with, what is looked up, and a list that becomes something else.
    unseen = r"[!=]==\s*\0\d+\0|(?<=[\w\])])\[\s*\0\d+\0\s*\]|\[[^\[\]]*\]\s*\.\w+"
    for expression in _shown(plain, texts, _CALLS):
        found += _all_texts(re.sub(unseen, "", _outside_calls(expression)), texts)
    return [text for text in found if _LETTER.search(text)]


def shown_english(source: str) -> list[str]:
    """Return fields of the server's English that are shown as they are, or put into a word."""
    plain, texts = _without_texts(source)
    words = {"say": slice(1, None)}
    expressions = (_outside_calls(each) for each in _shown(plain, texts, _CALLS | words))
    return [field for each in expressions for field in _ENGLISH.findall(each)]


def _shown(plain: str, texts: list[str], calls: Mapping[str, slice]) -> Iterator[str]:
    """Yield the expressions whose values are shown."""
    for name, shown in calls.items():
        for call in re.finditer(rf"(?<![\w#$]){name}\(", plain):
            arguments = list(_arguments(plain, call.end()))
            if name in ("html", "svg") and len(arguments) > 1:
                yield from _attributes(arguments[1], texts)
            yield from arguments[shown]
    for match in re.finditer(_PROPERTIES, plain):
        yield next(_arguments(plain, match.end()))
    for call in re.finditer(r"\bsetAttribute\(", plain):
        name, value = _arguments(plain, call.end())
        if set(_all_texts(name, texts)) & ATTRIBUTES:
            yield value


def _sentences(plain: str, texts: list[str]) -> Iterator[str]:
    """Yield texts that read like prose, wherever they go, unless only a developer sees them."""
    # For each bracket that is open, what is called by it.
    calls: list[str] = []
    for token in re.finditer(r"([\w$.]*)\s*([(\[{])|([)\]}])|\0(\d+)\0", plain):
        if token[2]:
            calls.append(token[1])
        elif token[3]:
            del calls[-1:]
        elif _SENTENCE.match(texts[int(token[4])]) and not any(map(_UNSHOWN.search, calls[-1:])):
            yield texts[int(token[4])]


def _without_texts(source: str) -> tuple[str, list[str]]:
    """Return the source with ``\\0N\\0`` for its N-th literal, and the literals."""
    texts: list[str] = []
    parts = []
    for token in _TOKEN.finditer(source):
        if token["comment"] or token["regex"]:
            continue
        if token["text"]:
            text = token["text"][1:-1]
            inner = re.findall(r"\$\{([^{}]*)\}", text) if token["text"][0] == "`" else []
            texts.append(re.sub(r"\$\{[^{}]*\}", "", text))
            # What is put into a template is code again, at the same place.
            parts.append(f"\0{len(texts) - 1}\0" + "".join(f"+({code})" for code in inner))
            continue
        parts.append(token["other"])
    return "".join(parts), texts


def _arguments(plain: str, start: int) -> Iterator[str]:
    """Yield the arguments of a call, or one expression, from where it begins."""
    depth, begin = 0, start
    for place in range(start, len(plain)):
        character = plain[place]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and character in ",;"):
            yield plain[begin:place]
            begin = place + 1
            if depth < 0 or character == ";":
                return
    yield plain[begin:]


def _outside_calls(expression: str) -> str:
    """Return what is itself a value of an expression, without the calls and objects within it."""
    shallow = []
    # For each bracket that is open, whether it is that of a call or of an object.
    inside: list[bool] = []
    before = ""
    for character in expression:
        if character in ")}" and inside:
            inside.pop()
        if not any(inside):
            shallow.append(character)
        if character in "({":
            inside.append(character == "{" or bool(re.match(r"[\w$)\]]", before)))
        before = character if character.strip() else before
    return "".join(shallow)


def _attributes(attributes: str, texts: list[str]) -> Iterator[str]:
    """Yield the values of attributes that are shown."""
    inner = attributes.strip().removeprefix("{").removesuffix("}")
    for pair in _arguments(inner, 0):
        key, _, value = pair.partition(":")
        names = _all_texts(key, texts) or [key.strip()]
        if set(names) & ATTRIBUTES:
            yield value


def _all_texts(expression: str, texts: list[str]) -> list[str]:
    return [texts[int(number)] for number in re.findall(r"\0(\d+)\0", expression)]
