"""What the stores of Chrome, Edge and Firefox refuse, found before they do."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from permission_texts import REASONS

# The shortest that any of the three allows, in characters.
LONGEST_NAME = 45
LONGEST_SHORT_NAME = 45
LONGEST_DESCRIPTION = 132
# Of each store's limits on the package (bytes) the smallest, with room for what is to come.
LARGEST_PACKAGE = 10 * 2**20
_FROM_ELSEWHERE = (
    (re.compile(r"\beval\s*\("), "calls eval"),
    (re.compile(r"\bnew\s+Function\s*\("), "makes a function of a text"),
    (re.compile(r"\bimportScripts\s*\("), "imports a script"),
    (re.compile(r"\bimport\s*\(\s*[\"'`]https?:"), "imports a script from the network"),
    (
        re.compile(r"<script[^>]+src=[\"']?(?:https?:)?//", re.IGNORECASE),
        "loads a script from the network",
    ),
    (re.compile(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", re.IGNORECASE), "has a script inside a page"),
    (re.compile(r"\son[a-z]+=[\"']", re.IGNORECASE), "has a handler inside a page"),
)
_PAGES_ONLY = 4


def faults(folder: Path, browser: str, *, for_store: bool) -> list[str]:
    """Return what a store would refuse, each in a sentence; nothing where all is well.

    Args:
        folder: The extension as it is to be packed.
        browser: One of `wishes.BROWSERS`.
        for_store: Whether it also has to be free of what only unpacked extensions may have.
    """
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return [
        *_of_manifest(manifest, browser, for_store=for_store),
        *_of_words(folder, manifest),
        *_of_files(folder, manifest),
    ]


def _of_manifest(manifest: Mapping[str, Any], browser: str, *, for_store: bool) -> Iterator[str]:
    if manifest["manifest_version"] != 3:
        yield "The manifest's version is not 3."
    unexplained = set(manifest["permissions"]) - REASONS.keys()
    if unexplained:
        yield f"Nothing says why it needs {', '.join(sorted(unexplained))}."
    hosts = [*manifest["host_permissions"], *_matches(manifest)]
    yield from (
        f"{host} is every site: that has to be optional."
        for host in hosts
        if host == "<all_urls>" or re.match(r"[^:]+://\*/", host)
    )
    if "update_url" in manifest or "externally_connectable" in manifest:
        yield "It names an update address, or lets pages connect."
    if "content_security_policy" in manifest:
        yield "It weakens the policy of its own pages."
    if for_store and "key" in manifest:
        yield "It has a key, which stores refuse."
    if "128" not in manifest["icons"]:
        yield "It has no icon of 128 pixels."
    gecko = manifest.get("browser_specific_settings", {}).get("gecko", {})
    if browser == "firefox" and not (
        gecko.get("id") and gecko.get("data_collection_permissions", {}).get("required")
    ):
        yield "Firefox asks for an ID, and for what data leaves the browser."
    if browser != "firefox" and gecko:
        yield "Settings for Firefox are in a package for another browser."


def _of_words(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    if len(manifest["short_name"]) > LONGEST_SHORT_NAME:
        yield "The short name is too long."
    for file in sorted((folder / "_locales").glob("*/messages.json")):
        words = json.loads(file.read_text(encoding="utf-8"))
        for key, most in (("name", LONGEST_NAME), ("description", LONGEST_DESCRIPTION)):
            text = words.get(f"extension_{key}", {}).get("message", "")
            if not 0 < len(text) <= most:
                yield f"The {key} in {file.parent.name} has {len(text)} characters; {most} at most."


def _of_files(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    named = set(re.findall(r'"([\w/-]+\.(?:js|html|png))"', json.dumps(manifest)))
    yield from (f"{name} is not there." for name in sorted(named) if not (folder / name).is_file())
    size = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        size += path.stat().st_size
        if any(part.startswith((".", "__")) for part in name.split("/")):
            yield f"{name} is a hidden file."
        kinds = {".js": _FROM_ELSEWHERE[:_PAGES_ONLY], ".html": _FROM_ELSEWHERE}
        text = path.read_text(encoding="utf-8") if path.suffix in kinds else ""
        for pattern, what in kinds.get(path.suffix, ()):
            if pattern.search(text):
                yield f"{name} {what}."
    if size > LARGEST_PACKAGE:
        yield f"It has {size} bytes; {LARGEST_PACKAGE} at most."


def _matches(manifest: Mapping[str, Any]) -> list[str]:
    return [host for script in manifest["content_scripts"] for host in script["matches"]]
