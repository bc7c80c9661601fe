"""How soon after its start the server returns a first look, on this machine.

    python benchmarks/first_look.py PHOTO [--repeat 5]

Every run starts a new server on a new, empty folder; the clock runs from the command to the
answer, including Python's own start and all imports.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import requests

# Seconds after which a server counts as failed.
_PATIENCE = 30.0


def seconds_to_look(photo: bytes) -> float:
    """Start a server, post the photo until there is an answer, and stop the server.

    Raises:
        TimeoutError: There is no answer within half a minute.
    """
    port = _free_port()
    address = f"http://127.0.0.1:{port}/api/v1/looks"
    command = [str(Path(sys.executable).with_name("where-to-buy")), "serve", "--port", str(port)]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        server = subprocess.Popen(
            command,
            env={**os.environ, "WTB_STATE_DIR": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            while time.perf_counter() - began < _PATIENCE:
                try:
                    answer = requests.post(address, files={"image": photo}, timeout=_PATIENCE)
                except requests.ConnectionError:
                    time.sleep(0.01)
                    continue
                answer.raise_for_status()
                return time.perf_counter() - began
            raise TimeoutError("The server does not answer")
        finally:
            server.terminate()
            server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@click.command()
@click.argument("photo", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--repeat", default=5, show_default=True)
def main(photo: Path, repeat: int) -> None:
    """Print the median and the worst time."""
    data = photo.read_bytes()
    took = [seconds_to_look(data) for _ in range(repeat)]
    click.echo(f"start to first look: {statistics.median(took):.2f} s, worst {max(took):.2f} s")


if __name__ == "__main__":
    main()
