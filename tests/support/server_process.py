"""The real server as users run it: a process of its own, started by the command."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

COMMAND = (sys.executable, "-c", "from server.cli.main import main; main()")
REPOSITORY = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class ServerProcess:
    """A running server.

    Attributes:
        url: Without a slash at the end.
        process: Ends with the context.
        output: Lines so far of standard output and standard error.
        ready_seconds: From the start of the process to the first good ``/readyz``.
    """

    url: str
    process: subprocess.Popen[str]
    output: list[str]
    ready_seconds: float


@contextmanager
def running_server(
    state_dir: Path,
    env: Mapping[str, str] | None = None,
    *,
    arguments: Sequence[str] = ("--port", "0"),
    timeout: float = 120,
    until: str = "/readyz",
) -> Iterator[ServerProcess]:
    """Start ``where-to-buy serve``, wait until it is ready, and stop it at the end.

    Args:
        state_dir: Where it keeps its database.
        env: Settings (``WTB_...``). The developer's own are not passed on, and no search
            leaves the machine unless these say so.
        arguments: Of ``serve``.
        timeout: Seconds within which it must be ready.
        until: The path that answers 200 once it is.
    """
    began = time.monotonic()
    process = subprocess.Popen(
        [*COMMAND, "serve", *arguments],
        cwd=state_dir,  # which has no where-to-buy.toml
        env=environment(state_dir, env or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output: list[str] = []
    reader = threading.Thread(target=_collect, args=(process, output), daemon=True)
    reader.start()
    try:
        url = _until_ready(process, output, began + timeout, until)
        yield ServerProcess(url, process, output, time.monotonic() - began)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            reader.join()
            if process.stdout:
                process.stdout.close()


def environment(state_dir: Path, env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a command under test."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("WTB_")}
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join(
            filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH")))
        ),
        "WTB_STATE_DIR": str(state_dir),
        "WTB_UCP_ENABLED": "false",
        **env,
    }


def _collect(process: subprocess.Popen[str], output: list[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        output.append(line.rstrip("\n"))  # noqa: PERF401 - it is read while it grows


def _until_ready(process: subprocess.Popen[str], output: list[str], end: float, path: str) -> str:
    url = None
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        if url is None:
            found = re.search(r"http://\S+:\d+", "\n".join(output))
            url = found[0] if found else None
        elif _is_ready(url + path):
            return url
        time.sleep(0.02)
    raise AssertionError("The server is not ready:\n" + "\n".join(output))


def _is_ready(address: str) -> bool:
    try:
        return requests.get(address, timeout=30).status_code == 200
    except (requests.ConnectionError, requests.Timeout):
        return False
