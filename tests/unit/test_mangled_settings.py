"""Whatever is set, the settings are read or refused in our own words."""

import os
from contextlib import suppress
from pathlib import Path
from unittest import mock

from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from server.config import Settings, read_settings
from server.errors import SettingsError

NAMES = sorted(Settings.model_fields)
# What people write, what they paste by mistake, and anything else that a variable can hold.
LIKELY = ["", " ", "0", "-1", "1e9", "nan", "inf", "9" * 400, "true", "null", "[]", "{}", '["a"]']
LIKELY += ["127.0.0.1:8000", "::1", "https://[", "http://a:b@c:99999", "US", "../..", "~", ",,,"]
TEXTS = st.sampled_from(LIKELY) | st.text(st.characters(exclude_characters="\0", codec="utf-8"))
TOML = [
    "[[",
    "a = ",
    "port = 1979-05-27",
    'port = "1"',
    "port = 1\nport = 2",
    "[port]\na = 1",
    "\x00",
]


def read(variables: dict[str, str], folder: Path) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("WTB_")}
    given = {"WTB_STATE_DIR": str(folder)} | variables
    with mock.patch.dict(os.environ, inherited | given, clear=True), suppress(SettingsError):
        read_settings()


def test_any_text_in_any_variable(tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("settings")

    @examples(max_examples=250, deadline=None)
    @given(st.dictionaries(st.sampled_from(NAMES), TEXTS, min_size=1, max_size=3))
    def check(values: dict[str, str]) -> None:
        read({f"WTB_{name.upper()}": value for name, value in values.items()}, folder)

    check()


def test_any_file(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    simple = st.sampled_from(LIKELY) | st.integers() | st.floats() | st.booleans()
    lines = st.builds(
        lambda name, value: f"{name} = {value!r}".replace("True", "true").replace("False", "false"),
        st.sampled_from(NAMES),
        simple,
    )
    file = st.binary(max_size=60) | (st.lists(st.sampled_from(TOML) | lines, max_size=4)).map(
        lambda rows: "\n".join(rows).encode("utf-8", "replace")
    )

    @examples(max_examples=150, deadline=None)
    @given(file)
    def check(content: bytes) -> None:
        (tmp_path / "where-to-buy.toml").write_bytes(content)
        read({}, tmp_path)

    check()
