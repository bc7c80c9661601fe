"""Writes the extension's manifest, and copies the interface: ``python manifest-builder``."""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from archive import write_zip
from interface import EXTENSION, copy_interface, copy_into_extension, write_if_changed
from manifest import build_manifest
from permission_texts import permissions_text, privacy_text
from store_rules import faults
from wishes import (
    BROWSERS,
    UnusableWishError,
    Wishes,
    header_of,
    key_of,
    site_of,
    version_of,
)

DEFAULT_SERVER = "http://127.0.0.1:8000"
DEFAULTS_FILE = Path("background") / "default_server.js"
ABOUT = """\
Without arguments, write extension/manifest.json for Chrome and a server on
http://127.0.0.1:8000, the texts on its permissions and privacy, and copy ui/ into the
extension and the web app. For anything else, write a copy of the extension as a folder
(--out), as a zip (--zip), or both. What a store would refuse is not written. The same
input gives the same bytes. Needs nothing but Python.
"""
HOW_TO_LOAD = """\
how to load the folder:
  Chrome, Edge, Chromium   open chrome://extensions, switch on Developer mode, choose
                           Load unpacked, and select the folder
  Firefox                  open about:debugging#/runtime/this-firefox, choose Load
                           Temporary Add-on, and select the folder's manifest.json;
                           Firefox forgets it when it closes
"""
# What is made by running this, and may be absent or old.
GENERATED = ("ui", "_locales")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        wishes = _wishes(options)
        text = manifest_text(wishes)
    except (UnusableWishError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    targets = [target for target in (options.out, options.zip) if target is not None]
    if not targets:
        if wishes != Wishes(DEFAULT_SERVER):
            print("Anything but the default needs --out DIR or --zip FILE.", file=sys.stderr)
            return 2
        _write_in_place(wishes, text)
        return 0
    if options.out is not None and not _may_replace(options.out):
        print(f"{options.out} holds other things; choose a new or empty folder.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="extension-") as temporary:
        folder = Path(temporary) / "extension"
        shutil.copytree(EXTENSION, folder, ignore=_leave_out)
        copy_into_extension(folder, with_types=False)
        (folder / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
        (folder / DEFAULTS_FILE).write_text(
            default_server_module(wishes), encoding="utf-8", newline="\n"
        )
        found = faults(folder, wishes.browser, for_store=wishes.for_store)
        if found:
            print("A store would refuse it:", *found, sep="\n  ", file=sys.stderr)
            return 1
        if options.zip is not None:
            write_zip(folder, options.zip)
        if options.out is not None:
            shutil.rmtree(options.out, ignore_errors=True)
            shutil.copytree(folder, options.out)
    for target in targets:
        print(f"Wrote {target}, for {wishes.browser} and the server on {wishes.server}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 manifest-builder",
        description=ABOUT,
        epilog=HOW_TO_LOAD,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--server",
        default=DEFAULT_SERVER,
        help=f"the address that the extension asks first (default: {DEFAULT_SERVER})",
    )
    parser.add_argument(
        "--browser",
        choices=BROWSERS,
        default="chrome",
        help="the browser it is for (default: chrome, which is for Chromium as well)",
    )
    parser.add_argument(
        "--header",
        action="append",
        default=[],
        metavar="NAME:VALUE",
        help="sent with each request to this server, such as the login of a reverse proxy; whoever "
        "has the package can read it; may be repeated",
    )
    parser.add_argument(
        "--site",
        action="append",
        default=[],
        help="a site that it is always on, beside the networks: blog.example, *.blog.example",
    )
    parser.add_argument("--version", help="instead of the project's: up to four numbers")
    parser.add_argument(
        "--key",
        metavar="FILE",
        help="a file with the public key that fixes the ID in Chrome and Edge; none: without",
    )
    parser.add_argument(
        "--store",
        action="store_true",
        help="for a store: without the key, which stores refuse",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write a copy of the folder")
    parser.add_argument("--zip", type=Path, metavar="FILE", help="write a zip")
    return parser


def _wishes(options: argparse.Namespace) -> Wishes:
    key = options.key
    if key not in (None, "none"):
        key = Path(key).read_text(encoding="ascii", errors="replace")
    return Wishes(
        server=options.server.rstrip("/"),
        browser=options.browser,
        version=None if options.version is None else version_of(options.version),
        key=None if key is None else key_of(key),
        headers=dict(map(header_of, options.header)),
        sites=tuple(dict.fromkeys(map(site_of, options.site))),
        for_store=options.store,
    )


def _write_in_place(wishes: Wishes, text: str) -> None:
    copy_interface()
    manifest = build_manifest(wishes)
    write_if_changed(EXTENSION / "manifest.json", text.encode())
    write_if_changed(EXTENSION / "PERMISSIONS.md", permissions_text(manifest).encode())
    write_if_changed(EXTENSION / "PRIVACY.md", privacy_text(manifest).encode())


def manifest_text(wishes: Wishes) -> str:
    """Return the manifest as it is written into its file."""
    return json.dumps(build_manifest(wishes), indent=2, ensure_ascii=False) + "\n"


def default_server_module(wishes: Wishes) -> str:
    """Return the module that says which server the extension was built for."""
    return (
        "// Written by manifest-builder.\n\n"
        "/** The server that the extension asks until its settings name another. */\n"
        f"export const DEFAULT_SERVER = {json.dumps(wishes.server)};\n\n"
        "/** What is sent with each request to this server, and to no other. */\n"
        "export const HEADERS = /** @type {Record<string, string>} */ "
        f"({json.dumps(wishes.headers)});\n"
    )


def _leave_out(folder: str, names: list[str]) -> list[str]:
    return [
        name
        for name in names
        if (name in GENERATED and Path(folder) == EXTENSION) or name.endswith(".md")
    ]


def _may_replace(folder: Path) -> bool:
    """Return whether a folder is new, empty, or what an earlier run wrote."""
    if not folder.exists():
        return True
    if not folder.is_dir() or folder.resolve() in (EXTENSION, *EXTENSION.parents):
        return False
    names = {path.name for path in folder.iterdir()}
    own = {path.name for path in EXTENSION.iterdir() if path.suffix != ".md"}
    return not names or names == own | {*GENERATED}


if __name__ == "__main__":
    sys.exit(main())
