"""Checks of what lies around the server: settings, folder, disk, port."""

import contextlib
import difflib
import os
import shutil
import socket
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import requests

from server.checks.check import Finding
from server.config import Settings
from server.listen_rules import check_listening, is_loopback

_PREFIX = "WTB_"
_TOML = Path("where-to-buy.toml")
# Bytes; a catalogue of 10,000 products takes about 100 MB.
_LITTLE_ROOM = 500 * 10**6
_NO_ROOM = 20 * 10**6


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Check that the settings are safe together."""
    check_listening(settings)
    reach = "this machine only" if is_loopback(settings.host) else "other machines, with the token"
    yield Finding("ok", f"valid; the server answers {reach}")


def check_unknown(settings: Settings) -> Iterator[Finding]:
    """Name settings that nothing reads, such as misspelt ones."""
    known = set(type(settings).model_fields)
    given = [name for name in os.environ if name.startswith(_PREFIX)]
    names = {name: name.removeprefix(_PREFIX).lower() for name in given}
    if _TOML.is_file():
        names |= {f"{name} in {_TOML}": name for name in tomllib.loads(_TOML.read_text())}
    for shown, name in sorted(names.items()):
        if name not in known and name != "data":  # WTB_DATA is of tests and benchmarks
            near = difflib.get_close_matches(name, known, 1)
            hint = f"Did you mean {_PREFIX}{near[0].upper()}?" if near else "Remove it."
            yield Finding("warning", f"{shown} is no setting", hint)


def check_state(settings: Settings) -> Iterator[Finding]:
    """Check the folder of the database: permissions and room."""
    folder = settings.state_dir
    there = folder
    while not there.exists():
        there = there.parent
    if not there.is_dir():
        yield Finding(
            "fault", f"{there} is a file", "Move it away, or set WTB_STATE_DIR to another folder."
        )
        return
    if not os.access(there, os.W_OK | os.X_OK):
        yield Finding(
            "fault",
            f"{there} may not be written to by this user",
            "Run the server as the user to whom it belongs, or change its owner with chown; "
            "a disk that is mounted read-only has to be mounted again.",
        )
    elif there != folder:
        yield Finding("ok", f"{folder} is not there yet; the first start makes it")
    else:
        yield from _open_to_others(folder)
    free = shutil.disk_usage(there).free
    state = "fault" if free < _NO_ROOM else "warning" if free < _LITTLE_ROOM else "ok"
    hint = "" if state == "ok" else "Make room on this disk, or let WTB_STATE_DIR name another."
    yield Finding(state, f"{free / 1e6:,.0f} MB are free on its disk", hint)  # type: ignore[arg-type]


def _open_to_others(folder: Path) -> Iterator[Finding]:
    mode = stat.S_IMODE(folder.stat().st_mode)
    loose = [
        path
        for path in folder.glob("where-to-buy.sqlite3*")
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if mode & 0o077 and loose:
        names = " ".join(str(path) for path in loose)
        yield Finding(
            "warning",
            "other users of this machine may read what was looked up",
            f"chmod 600 {names}",
        )
    else:
        yield Finding("ok", f"{folder} may be written to, and others cannot read the database")


def check_port(settings: Settings) -> Iterator[Finding]:
    """Check that the port is free, or that it is this server that has it."""
    host, port = settings.host, settings.port
    where = f"port {port} on {host}"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host.strip("[]"), port))
        except OSError as error:
            ready = _running(host, port)
            if ready is not None:
                yield ready
            else:
                yield Finding(
                    "fault",
                    f"{where} cannot be used: {error.strerror}",
                    "Stop what has it, or set WTB_PORT or WTB_HOST to another.",
                )
            return
    yield Finding("ok", f"{where} is free; no server is running there")


def _running(host: str, port: int) -> Finding | None:
    """Return the health report of our own server on the port; None if something else has it."""
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    with contextlib.suppress(requests.RequestException, ValueError):
        answer = requests.get(f"http://{name}:{port}/readyz", timeout=3)
        body = answer.json()
        if answer.ok and body.get("status") == "ready":
            notice = body.get("notice", "")
            return Finding("warning" if notice else "ok", f"a server runs on port {port}", notice)
        if "code" in body:
            return Finding("fault", f"the server on port {port}: {body['detail']}", body["hint"])
    return None
