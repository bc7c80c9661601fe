"""Write docs/settings.md from the fields of `server.config.Settings`.

    make docs

A setting is listed under the heading of the first setting before it that has one, in the order
of the class, so a new setting needs no change here.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from server.config import MOST_MOVED, Settings

PAGE = Path(__file__).with_name("settings.md")

# The first setting of each group, and the group's heading.
HEADINGS = {
    "host": "Access",
    "state_dir": "State",
    "weights_dir": "Model and load",
    "fetch_allow": "Downloads",
    "log_format": "Log",
    "ucp_enabled": "Providers",
    "search_seconds": "Search",
    "rank_in_stock": "Ranking",
    "country": "Defaults for the user",
}

INTRODUCTION = f"""\
# Settings

<!-- Written by `make docs` from server/config.py; change the descriptions there. -->

A setting comes from the environment (`WTB_PORT=8001`) or from a file `where-to-buy.toml` in
the folder that the server is started in (`port = 8001`); the environment wins. Lists are
separated by commas in the environment, and are TOML arrays in the file. A value that cannot
be used stops the command with a message that names the setting.

The boosts under [Ranking](#ranking) may add up to at most {MOST_MOVED}; see
[ranking.md](ranking.md). What each provider needs and sends is in
[providers.md](providers.md).
"""

_TYPES = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "`true` or `false`",
    "array": "list",
    "object": "pairs `name=number`",
}
_FORMATS = {"path": "path", "password": "secret"}


def page() -> str:
    """Return the page's text.

    Raises:
        ValueError: A setting has no description, or a heading names no setting.
    """
    properties = Settings.model_json_schema()["properties"]
    unknown = HEADINGS.keys() - properties.keys()
    if unknown:
        raise ValueError(f"No setting is called {', '.join(sorted(unknown))}.")
    return INTRODUCTION + "\n".join(_lines(properties)) + "\n"


def _lines(properties: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name, schema in properties.items():
        if name in HEADINGS:
            yield f"\n## {HEADINGS[name]}\n"
            yield "| setting | type | default | what it does |"
            yield "| --- | --- | --- | --- |"
        if "description" not in schema:
            raise ValueError(f"The setting {name} has no description in server/config.py.")
        cells = (
            f"`{Settings.model_config['env_prefix']}{name.upper()}`",
            _type_of(schema),
            _default(schema.get("default")),
            schema["description"],
        )
        yield "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _type_of(schema: dict[str, Any]) -> str:
    kinds = [kind for kind in schema.get("anyOf", [schema]) if kind.get("type") != "null"]
    kind = kinds[0]
    text = _FORMATS.get(kind.get("format", "")) or _TYPES[kind["type"]]
    least = kind.get("minimum", kind.get("exclusiveMinimum"))
    most = kind.get("maximum")
    if least is not None and most is not None:
        over = "over " if "exclusiveMinimum" in kind else ""
        text += f", {over}{least:g} to {most:g}"
    if "maxItems" in kind:
        text += f", at most {kind['maxItems']}"
    return text


def _default(value: object) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        return f"`{','.join(value)}`"
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
