"""Writes the extension's manifest, and copies the interface: ``python manifest-builder``."""

import argparse
import json
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from interface import EXTENSION, copy_interface, copy_into_extension, write_if_changed
from manifest import UnusableServerError, build_manifest

DEFAULT_SERVER = "http://127.0.0.1:8000"
DEFAULTS_FILE = Path("background") / "default_server.js"
ABOUT = """\
Without arguments, write extension/manifest.json for Chrome and a server on
http://127.0.0.1:8000, and copy ui/ into the extension and the web app. For another
server or browser, write a copy of the extension as a folder (--out), as a zip for a
store (--zip), or both. Needs nothing but Python.
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
# The same files give the same zip, byte for byte.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
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
        choices=("chrome", "firefox"),
        default="chrome",
        help="the browser it is for (default: chrome, which is for Edge and Chromium as well)",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write a copy of the folder")
    parser.add_argument("--zip", type=Path, metavar="FILE", help="write a zip")
    options = parser.parse_args(arguments)
    server = options.server.rstrip("/")
    try:
        text = manifest_text(server, options.browser)
    except UnusableServerError as error:
        print(error, file=sys.stderr)
        return 2
    targets = [target for target in (options.out, options.zip) if target is not None]
    if not targets:
        if (server, options.browser) != (DEFAULT_SERVER, "chrome"):
            print("Another server or browser needs --out DIR or --zip FILE.", file=sys.stderr)
            return 2
        copy_interface()
        write_if_changed(EXTENSION / "manifest.json", text.encode())
        return 0
    if options.out is not None and not _may_replace(options.out):
        print(f"{options.out} holds other things; choose a new or empty folder.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="extension-") as temporary:
        folder = Path(temporary) / "extension"
        shutil.copytree(EXTENSION, folder, ignore=_leave_generated)
        copy_into_extension(folder, with_types=False)
        (folder / "manifest.json").write_text(text, encoding="utf-8")
        (folder / DEFAULTS_FILE).write_text(default_server_module(server), encoding="utf-8")
        if options.zip is not None:
            _write_zip(folder, options.zip)
        if options.out is not None:
            shutil.rmtree(options.out, ignore_errors=True)
            shutil.copytree(folder, options.out)
    for target in targets:
        print(f"Wrote {target}, for {options.browser} and the server on {server}")
    return 0


def manifest_text(server: str, browser: str) -> str:
    """Return the manifest as it is written into its file."""
    return json.dumps(build_manifest(server, browser), indent=2, ensure_ascii=False) + "\n"


def default_server_module(server: str) -> str:
    """Return the module that says which server the extension was built for."""
    return (
        "// Written by manifest-builder.\n\n"
        "/** The server that the extension asks until its settings name another. */\n"
        f"export const DEFAULT_SERVER = {json.dumps(server)};\n"
    )


def _leave_generated(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name in GENERATED and Path(folder) == EXTENSION]


def _may_replace(folder: Path) -> bool:
    """Return whether a folder is new, empty, or what an earlier run wrote."""
    if not folder.exists():
        return True
    if not folder.is_dir() or folder.resolve() in (EXTENSION, *EXTENSION.parents):
        return False
    names = {path.name for path in folder.iterdir()}
    return not names or names == {path.name for path in EXTENSION.iterdir()} | {*GENERATED}


def _write_zip(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())


if __name__ == "__main__":
    sys.exit(main())
