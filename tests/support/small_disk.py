"""A disk of a few megabytes that a test can fill: a file system in memory."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a file system of so many megabytes on a folder, and unmount it at the end."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, check=False).returncode != 0:
        pytest.skip("needs the right to mount a file system (root)")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, *, leave: int = 0) -> Path:
    """Fill the disk of a folder but for some bytes, and return the file that does."""
    file = folder / "something else"
    free = os.statvfs(folder)
    size = free.f_bavail * free.f_frsize - leave
    with file.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, size)
    return file


def make_read_only(folder: Path, *, again_writable: bool = False) -> None:
    """Make a disk of `small_disk` read-only, or writable again."""
    how = "remount,rw" if again_writable else "remount,ro"
    subprocess.run(["mount", "-o", how, str(folder)], check=True)
