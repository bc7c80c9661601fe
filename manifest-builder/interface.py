"""Copies the interface that extension and web app share, ``ui/``, to where each loads it from.

Copies are not committed. A language is one file of words: everything that has to know which
languages there are is written from these files. The currencies of countries are those of the
server.
"""

import json
import runpy
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCE = REPOSITORY / "ui"
EXTENSION = REPOSITORY / "extension"
PAGES = REPOSITORY / "server" / "pages" / "static"
CURRENCIES = REPOSITORY / "server" / "goods" / "currencies.py"
# What Chrome looks up by itself, for the manifest, and the key of the words for it.
_MESSAGES = {
    "extension_name": "name",
    "extension_description": "extension_description",
    "pick_picture": "pick_picture",
}
# Types matter to the checks only.
_TYPES = ".d.ts"


def copy_interface() -> None:
    """Bring both copies up to date: that in the folder of the extension, and that of the pages."""
    copy_into_extension(EXTENSION)
    _write_folder(PAGES / "ui", dict(_source_files(with_types=True)))


def copy_into_extension(extension: Path, *, with_types: bool = True) -> None:
    """Bring the copy in a folder with the extension up to date, and what is made from it.

    Args:
        extension: The folder; its ``ui`` and ``_locales`` are written.
        with_types: Whether it is checked there, rather than only run.
    """
    files = dict(_source_files(with_types=with_types))
    files[Path("languages.js")] = _languages_module().encode()
    _write_folder(extension / "ui", files)
    messages = {
        Path(language, "messages.json"): _messages(words).encode()
        for language, words in _words().items()
    }
    _write_folder(extension / "_locales", messages)


def write_if_changed(file: Path, content: bytes) -> None:
    """Write a file unless it has this content already: browsers notice every write."""
    if not file.exists() or file.read_bytes() != content:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _source_files(*, with_types: bool) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(SOURCE.rglob("*")):
        if path.is_file() and (with_types or not path.name.endswith(_TYPES)):
            yield path.relative_to(SOURCE), path.read_bytes()
    yield Path("currencies.js"), _currencies_module().encode()


def _write_folder(folder: Path, files: Mapping[Path, bytes]) -> None:
    """Make a folder hold exactly these files, by their paths within it."""
    for path, content in files.items():
        write_if_changed(folder / path, content)
    for path in sorted(folder.rglob("*"), reverse=True):
        inner = path.relative_to(folder)
        if path.is_dir():
            if not any(path.iterdir()):
                shutil.rmtree(path)
        elif inner not in files:
            path.unlink()


def _words() -> dict[str, dict[str, str]]:
    """Return the words of every language by its tag."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((SOURCE / "words").glob("*.json"))
    }


def _messages(words: Mapping[str, str]) -> str:
    messages = {key: {"message": words[own]} for key, own in _MESSAGES.items()}
    return json.dumps(messages, indent=2, ensure_ascii=False) + "\n"


def _languages_module() -> str:
    names = {language: words["language_name"] for language, words in _words().items()}
    return (
        "// Written by manifest-builder from the files in ui/words.\n\n"
        "/** What each language calls itself, by its tag. */\n"
        "export const LANGUAGES = /** @type {Record<string, string>} */ ("
        f"{json.dumps(names, indent=2, ensure_ascii=False)});\n"
    )


def _currencies_module() -> str:
    # The file needs no other of the server's, and none of its libraries.
    currencies = runpy.run_path(str(CURRENCIES))["CURRENCY_OF_COUNTRY"]
    return (
        "// Written by manifest-builder from server/goods/currencies.py.\n\n"
        "/** The currency of a country, both by their ISO codes. */\n"
        "export const CURRENCIES = /** @type {Record<string, string>} */ ("
        f"{json.dumps(dict(sorted(currencies.items())), indent=2)});\n"
    )
