"""Literal texts that a script puts before the user's eyes or ears."""

import re
from collections.abc import Iterator

# What is read out or shown, of an element's attributes and properties.
ATTRIBUTES = frozenset(
    ("title", "alt", "placeholder", "label", "aria-label", "aria-description")
)  # fmt: skip
_PROPERTIES = r"\.(?:textContent|innerText|title|alt|placeholder|ariaLabel)\s*=(?!=)"
# Calls, and which of their arguments are children, or texts of buttons and cards.
_CALLS = {
    "html": slice(2, None), "svg": slice(2, None), "(?<!body\\.)(?<!form\\.)append": slice(0, None),
    "prepend": slice(0, None), "replaceChildren": slice(0, None), "button": slice(0, 1),
    "Card": slice(0, 2), "noticeCard": slice(0, None),
}  # fmt: skip
_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)
    | (?P<regex>(?<=[(,=:\[!&|?{};\n])\s*/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN = re.compile(r"[\u0250-\u1fff\u2c00-\ud7ff\uf900-\ufffd]")


def shown_texts(source: str) -> list[str]:
    """Return literals with letters in them that are put into elements, and any in other scripts."""
    plain, texts = _without_texts(source)
    found = [text for text in texts if _FOREIGN.search(text)]
    for name, shown in _CALLS.items():
        for call in re.finditer(rf"(?<![\w#$]){name}\(", plain):
            arguments = list(_arguments(plain, call.end()))
            if name in ("html", "svg") and len(arguments) > 1:
                found += _attribute_texts(arguments[1], texts)
            for argument in arguments[shown]:
                found += _texts_in(argument, texts)
    for match in re.finditer(_PROPERTIES, plain):
        found += _texts_in(next(_arguments(plain, match.end())), texts)
    for call in re.finditer(r"\bsetAttribute\(", plain):
        name, value = _arguments(plain, call.end())
        if set(_all_texts(name, texts)) & ATTRIBUTES:
            found += _texts_in(value, texts)
    return [text for text in found if _LETTER.search(text)]


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
            parts.append(f"\0{len(texts) - 1}\0" + "".join(f"({code})" for code in inner))
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


def _texts_in(expression: str, texts: list[str]) -> list[str]:
    """Return the literals that are themselves a value of an expression, in no call within it."""
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
    # Not shown: what is compared with, what is looked up, and a list that becomes something else.
    unseen = r"[!=]==\s*\0\d+\0|(?<=[\w\])])\[\s*\0\d+\0\s*\]|\[[^\[\]]*\]\s*\.\w+"
    return _all_texts(re.sub(unseen, "", "".join(shallow)), texts)


def _attribute_texts(attributes: str, texts: list[str]) -> list[str]:
    found = []
    inner = attributes.strip().removeprefix("{").removesuffix("}")
    for pair in _arguments(inner, 0):
        key, _, value = pair.partition(":")
        names = _all_texts(key, texts) or [key.strip()]
        if set(names) & ATTRIBUTES:
            found += _texts_in(value, texts)
    return found


def _all_texts(expression: str, texts: list[str]) -> list[str]:
    return [texts[int(number)] for number in re.findall(r"\0(\d+)\0", expression)]
