"""What ``where-to-buy serve`` does to its own process."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from server.cli import serve

REPOSITORY = Path(__file__).resolve().parents[3]
# Prints how many heaps the C library has after threads used memory at the same time.
PROGRAM = """
import ctypes, re, threading
from server.cli.serve import _limit_heaps

_limit_heaps()
together = threading.Barrier(8)

def use():
    together.wait()
    kept = [bytes(1000) for _ in range(1000)]
    together.wait()

threads = [threading.Thread(target=use) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks glibc")
def test_threads_share_two_heaps() -> None:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    if "<malloc" not in said:
        pytest.skip("The C library is another one.")
    assert said.count("<heap nr=") <= 2


@pytest.mark.parametrize(
    ("host", "own", "shown"),
    [
        ("0.0.0.0", "192.168.1.20", ["http://127.0.0.1:8000", "http://192.168.1.20:8000"]),
        ("0.0.0.0", None, ["http://127.0.0.1:8000"]),
        ("127.0.0.1", "192.168.1.20", ["http://127.0.0.1:8000"]),
        ("192.168.1.20", "192.168.1.20", ["http://192.168.1.20:8000"]),
    ],
)
def test_the_address_for_a_phone_is_printed_where_one_can_be_used(
    host, own, shown, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(serve, "lan_address", lambda: own)
    serve._greet(host, 8000)
    printed = re.findall(r"http://\S+", capsys.readouterr().out)
    # The extension's own page is at the first of them.
    assert printed == [*shown, f"{shown[0]}/extension"]
