"""``python manifest-builder``: the manifest, and copies for other servers and browsers."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from server.config import EXTENSION_ID

REPOSITORY = Path(__file__).resolve().parent.parent.parent
EXTENSION = REPOSITORY / "extension"


def build(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-S", str(REPOSITORY / "manifest-builder"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def manifest_in(folder: Path) -> dict[str, object]:
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def test_the_committed_manifest_is_what_it_writes(tmp_path: Path) -> None:
    assert build("--out", str(tmp_path / "copy")).returncode == 0
    for name in ("manifest.json", "background/default_server.js"):
        assert (tmp_path / "copy" / name).read_bytes() == (EXTENSION / name).read_bytes()


def test_it_writes_it_in_place_by_default() -> None:
    before = (EXTENSION / "manifest.json").read_bytes()
    done = build()
    assert (done.returncode, done.stderr) == (0, "")
    assert (EXTENSION / "manifest.json").read_bytes() == before


def test_what_was_written_is_said_and_help_says_how_to_load_it(tmp_path: Path) -> None:
    folder, archive = str(tmp_path / "copy"), str(tmp_path / "copy.zip")
    done = build("--browser", "firefox", "--out", folder, "--zip", archive)
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == [
        f"Wrote {folder}",
        f"Wrote {archive}",
    ]
    assert "about:debugging" in build("--help").stdout


def test_the_key_yields_the_id_that_the_server_answers() -> None:
    key = base64.b64decode(str(manifest_in(EXTENSION)["key"]), validate=True)
    digest = hashlib.sha256(key).hexdigest()[:32]
    assert "".join(chr(ord("a") + int(digit, 16)) for digit in digest) == EXTENSION_ID


def test_its_version_is_the_projects_and_one_that_browsers_take() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    version = str(manifest_in(EXTENSION)["version"])
    assert version == project["project"]["version"]
    assert re.fullmatch(r"\d{1,5}(\.\d{1,5}){0,3}", version)


def test_nothing_that_would_warn_of_more_than_it_does() -> None:
    manifest = manifest_in(EXTENSION)
    assert manifest["permissions"] == ["activeTab", "contextMenus", "scripting", "storage"]
    hosts = list(map(str, manifest["host_permissions"]))  # type: ignore[call-overload]
    assert "http://127.0.0.1/*" in hosts
    assert not [host for host in hosts if host.startswith(("*", "<")) or "//*/" in host]


def test_every_file_that_it_names_is_there() -> None:
    text = (EXTENSION / "manifest.json").read_text(encoding="utf-8")
    named = [word for word in text.split('"') if word.endswith((".js", ".html", ".png"))]
    assert len(named) >= 6
    for name in named:
        assert list(EXTENSION.glob(name)), name


def test_another_server(tmp_path: Path) -> None:
    folder = tmp_path / "built"
    assert build("--server", "https://buy.example:8443/", "--out", str(folder)).returncode == 0
    hosts = manifest_in(folder)["host_permissions"]
    assert "https://buy.example/*" in hosts  # type: ignore[operator]
    assert "http://127.0.0.1/*" not in hosts  # type: ignore[operator]
    module = (folder / "background/default_server.js").read_text(encoding="utf-8")
    assert 'DEFAULT_SERVER = "https://buy.example:8443"' in module


def test_firefox_gets_what_firefox_needs(tmp_path: Path) -> None:
    folder = tmp_path / "built"
    assert build("--browser", "firefox", "--out", str(folder)).returncode == 0
    manifest = manifest_in(folder)
    assert "key" not in manifest
    assert manifest["background"] == {"scripts": ["background/worker.js"], "type": "module"}
    gecko = manifest["browser_specific_settings"]["gecko"]  # type: ignore[index]
    assert gecko["data_collection_permissions"] == {"required": ["websiteContent"]}


def test_a_zip_has_the_manifest_at_its_root_and_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    assert build("--zip", str(first)).returncode == 0
    assert build("--zip", str(second)).returncode == 0
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        names = archive.namelist()
    assert {"manifest.json", "background/worker.js", "_locales/ko/messages.json"} <= set(names)


@pytest.mark.parametrize(
    "server", ["", "buy.example", "ftp://x", "http://x/path", "http://x:0", "http://x:99999",
               "http://u@x", "http://x?y"],
)  # fmt: skip
def test_an_address_that_cannot_be_called_is_refused(tmp_path: Path, server: str) -> None:
    done = build("--server", server, "--out", str(tmp_path / "built"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "built").exists()


def test_it_overwrites_nobodys_folder(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "somebody else\'s"}')
    done = build("--out", str(tmp_path))
    assert done.returncode == 2
    assert (tmp_path / "manifest.json").exists()
    assert build("--out", str(EXTENSION)).returncode == 2


def test_another_server_needs_another_folder() -> None:
    assert build("--server", "http://10.0.0.2:8000").returncode == 2


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The folders that it reads and writes, without anything that it wrote."""
    for name in ("extension", "manifest-builder", "server/goods", "server/pages/static", "ui"):
        ignore = shutil.ignore_patterns(
            "_locales", "__pycache__", *(["ui"] if name != "ui" else [])
        )
        shutil.copytree(REPOSITORY / name, tmp_path / name, ignore=ignore)
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)  # the version is in it
    return tmp_path


def build_in(checkout: Path, *arguments: str) -> None:
    command = [sys.executable, "-B", "-S", str(checkout / "manifest-builder"), *arguments]
    subprocess.run(command, timeout=60, check=True)


def test_it_copies_the_interface_to_where_extension_and_pages_load_it(checkout: Path) -> None:
    build_in(checkout)
    for name in ("choice.js", "offers.css", "words/ko.json"):
        source = (checkout / "ui" / name).read_bytes()
        assert (checkout / "extension" / "ui" / name).read_bytes() == source
        assert (checkout / "server/pages/static/ui" / name).read_bytes() == source


def test_it_writes_only_what_changed_and_removes_what_is_gone(checkout: Path) -> None:
    build_in(checkout)
    copies = [checkout / "extension" / "ui", checkout / "server/pages/static/ui"]
    before = {path: path.stat().st_mtime_ns for copy in copies for path in copy.glob("*.js")}
    assert len(before) > 20
    (checkout / "ui" / "links.js").unlink()
    (checkout / "ui" / "lines.js").write_text("// Another one.\n")
    build_in(checkout)
    after = {path: path.stat().st_mtime_ns for copy in copies for path in copy.glob("*.js")}
    assert {path.name for path in before.keys() - after.keys()} == {"links.js"}
    assert {path.name for path in after if after[path] != before[path]} == {"lines.js"}


def test_a_language_is_one_file_of_words(checkout: Path) -> None:
    words = json.loads((checkout / "ui/words/es.json").read_text(encoding="utf-8"))
    french = checkout / "ui/words/fr.json"
    french.write_text(json.dumps(words | {"language_name": "Français", "name": "Où l’acheter ?"}))
    build_in(checkout)
    languages = (checkout / "extension/ui/languages.js").read_text(encoding="utf-8")
    assert '"fr": "Français"' in languages
    messages = checkout / "extension/_locales/fr/messages.json"
    assert json.loads(messages.read_text())["extension_name"] == {"message": "Où l’acheter ?"}
    assert (checkout / "server/pages/static/ui/words/fr.json").exists()
    french.unlink()
    build_in(checkout)
    assert not messages.parent.exists()
    assert '"fr"' not in (checkout / "extension/ui/languages.js").read_text(encoding="utf-8")


def test_a_copy_for_a_store_has_the_interface_and_no_types(checkout: Path) -> None:
    build_in(checkout, "--out", str(checkout / "built"))
    assert (checkout / "built/ui/choice.js").exists()
    assert (checkout / "built/ui/languages.js").exists()
    assert not list((checkout / "built").rglob("*.d.ts"))


def test_every_message_that_the_manifest_names_is_there() -> None:
    named = set(re.findall("__MSG_(\\w+)__", (EXTENSION / "manifest.json").read_text("utf-8")))
    locales = list((EXTENSION / "_locales").glob("*/messages.json"))
    assert {"en", "ko"} <= {path.parent.name for path in locales}
    for path in locales:
        messages = json.loads(path.read_text(encoding="utf-8"))
        assert all(messages[name]["message"] for name in named)


def test_pages_may_load_every_script_that_the_page_part_imports() -> None:
    (entry,) = manifest_in(EXTENSION)["web_accessible_resources"]  # type: ignore[misc]
    allowed = {path for pattern in entry["resources"] for path in EXTENSION.glob(pattern)}
    waiting = [EXTENSION / "content" / "session.js"]
    imported = set(waiting)
    while waiting:
        script = waiting.pop()
        text = script.read_text("utf-8")
        names = re.findall(r'^(?:import|export) .*?from "(.+?)";', text, re.MULTILINE)
        # Panels are loaded later.
        for name in [*names, *re.findall(r'await import\("(.+?)"\)', text)]:
            path = (script.parent / name).resolve()
            if path not in imported:
                imported.add(path)
                waiting.append(path)
    assert EXTENSION / "ui" / "offer_panel.js" in imported
    assert imported <= allowed


BROWSERS = ("chrome", "edge", "firefox")


def built(tmp_path: Path, *arguments: str) -> dict[str, object]:
    """Build a folder as asked, and return its manifest."""
    done = build("--out", str(tmp_path / "built"), *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return manifest_in(tmp_path / "built")


@pytest.mark.parametrize("browser", BROWSERS)
def test_a_zip_is_the_same_bytes_wherever_and_whenever_it_is_made(
    checkout: Path, browser: str
) -> None:
    """Neither the files' times and modes nor the order that a disk lists them in is input."""
    build_in(checkout, "--browser", browser, "--zip", str(checkout / "1.zip"))
    for place, path in enumerate(sorted((checkout / "extension").rglob("*"), reverse=True)):
        if path.is_file():
            path.chmod(0o600)
            os.utime(path, (place, place))
    build_in(checkout, "--browser", browser, "--zip", str(checkout / "2.zip"))
    assert (checkout / "1.zip").read_bytes() == (checkout / "2.zip").read_bytes()
    with zipfile.ZipFile(checkout / "1.zip") as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    # Of each version of zlib others would come.
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.create_system for entry in entries} == {3}


@pytest.mark.parametrize("browser", BROWSERS)
def test_a_package_for_a_store_has_no_key(tmp_path: Path, browser: str) -> None:
    manifest = built(tmp_path, "--browser", browser, "--store")
    assert "key" not in manifest
    assert ("browser_specific_settings" in manifest) == (browser == "firefox")
    assert not list((tmp_path / "built").rglob("*.md"))


def test_version_key_and_sites_are_those_that_were_asked_for(tmp_path: Path) -> None:
    key = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA" + "A" * 340
    (tmp_path / "key.pem").write_text(
        f"-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----\n"
    )
    manifest = built(
        tmp_path, "--version", "2.10.3", "--key", str(tmp_path / "key.pem"),
        "--site", "blog.example", "--site", "*.shop.example",
    )  # fmt: skip
    assert manifest["version"] == "2.10.3"
    assert manifest["key"] == key
    sites = {"https://blog.example/*", "https://*.shop.example/*"}
    (script,) = manifest["content_scripts"]  # type: ignore[misc]
    assert sites <= set(script["matches"])
    assert sites <= set(manifest["host_permissions"])  # type: ignore[call-overload]
    assert "key" not in built(tmp_path, "--key", "none")


def test_headers_of_a_proxy_are_in_the_module_and_never_in_the_manifest(tmp_path: Path) -> None:
    built(tmp_path, "--header", "X-Login: a secret", "--header", "Authorization=Basic YTpi")
    module = (tmp_path / "built/background/default_server.js").read_text()
    assert '({"X-Login": "a secret", "Authorization": "Basic YTpi"})' in module
    assert "a secret" not in (tmp_path / "built/manifest.json").read_text()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--version", "1.2.3.4.5"), ("--version", "1.65536"), ("--version", "1.02"),
        ("--version", "0.0"), ("--version", "1-beta"), ("--key", "/nowhere"),
        ("--key", str(Path(__file__))), ("--site", "<all_urls>"), ("--site", "*"),
        ("--site", "*.com/x"), ("--site", "https://*/*"), ("--header", "X-Login"),
        ("--header", "X-Login: a\nHost: evil"), ("--header", "Host: evil"),
        ("--header", "Origin: http://127.0.0.1"), ("--header", "Sec-Fetch-Site: none"),
    ],
)  # fmt: skip
def test_what_no_browser_takes_is_refused_in_a_sentence(
    tmp_path: Path, option: str, value: str
) -> None:
    done = build("--out", str(tmp_path / "built"), option, value)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "built").exists()


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("content/session.js", "\neval(name);\n", "content/session.js calls eval"),
        ("popup/popup.js", '\nimport("https://cdn.example/x.js");\n', "from the network"),
        ("popup/popup.html", "<script>alert(1)</script>", "has a script inside a page"),
        ("popup/popup.html", '<p onclick="x()">', "has a handler inside a page"),
        ("popup/.hidden", "", "is a hidden file"),
        ("popup/large.png", "x" * 11_000_000, "bytes"),
    ],
)
def test_what_a_store_would_refuse_is_not_packed(
    checkout: Path, file: str, text: str, fault: str
) -> None:
    with (checkout / "extension" / file).open("a", encoding="utf-8") as target:
        target.write(text)
    command = [sys.executable, "-B", "-S", str(checkout / "manifest-builder")]
    command += ["--zip", str(checkout / "x.zip")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert fault in done.stderr
    assert not (checkout / "x.zip").exists()


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('["activeTab"', '["tabs", "activeTab"', "Nothing says why it needs tabs"),
        ("[server_pattern(wishes.server), *pages", '["https://*/*", *pages', "is every site"),
        ("popup/popup.html", "popup/gone.html", "popup/gone.html is not there"),
    ],
)  # fmt: skip
def test_a_manifest_that_a_store_would_refuse_is_not_packed(
    checkout: Path, before: str, after: str, fault: str
) -> None:
    source = checkout / "manifest-builder" / "manifest.py"
    text = source.read_text(encoding="utf-8")
    assert before in text
    source.write_text(text.replace(before, after), encoding="utf-8")
    command = [sys.executable, "-B", "-S", str(checkout / "manifest-builder")]
    command += ["--zip", str(checkout / "x.zip")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert fault in done.stderr


def test_words_that_are_too_long_for_a_store_are_named(checkout: Path) -> None:
    file = checkout / "ui/words/ko.json"
    words = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(words | {"extension_description": "x" * 133}))
    command = [sys.executable, "-B", "-S", str(checkout / "manifest-builder")]
    command += ["--zip", str(checkout / "x.zip")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "The description in ko has 133 characters; 132 at most." in done.stderr


def test_the_texts_on_permissions_and_privacy_name_all_that_the_manifest_has() -> None:
    manifest = manifest_in(EXTENSION)
    assert build().returncode == 0
    text = (EXTENSION / "PERMISSIONS.md").read_text(encoding="utf-8")
    for name in (*manifest["permissions"], *manifest["host_permissions"]):  # type: ignore[misc]
        assert f"`{name}`" in text
    privacy = (EXTENSION / "PRIVACY.md").read_text(encoding="utf-8")
    for network in ("instagram", "pinterest", "tiktok"):
        assert network in privacy
