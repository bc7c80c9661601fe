"""A screen of its own, and a hand for its mouse and keyboard.

The browser's context menu is a native window: no browser protocol opens it or chooses from
it. So the test runs on a real X server (Xvfb) without a window manager, and moves its pointer
with xdotool.
"""

import os
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.e2e.waiting import press_until, wait_for

WIDTH, HEIGHT = 1360, 1000
# X11/XWDFile.h, version 7: 25 big-endian words, the window's name, colours, pixels.
_XWD_HEADER = struct.Struct(">25I")
_XWD_COLOUR_BYTES = 12


class Display:
    """A running X server."""

    def __init__(self, number: int, framebuffer: Path) -> None:
        self.name = f":{number}"
        self.right_clicks = 0
        self._framebuffer = framebuffer

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program that shall appear on this screen."""
        return {**os.environ, "DISPLAY": self.name}

    def picture(self) -> NDArray[np.uint8]:
        """Return what the screen shows, ``H x W x 3`` RGB, native menus included."""
        data = self._framebuffer.read_bytes()
        words = _XWD_HEADER.unpack_from(data)
        header_bytes, width, height, line_bytes, colours = (words[i] for i in (0, 4, 5, 12, 19))
        start = header_bytes + colours * _XWD_COLOUR_BYTES
        lines = np.frombuffer(data, np.uint8, height * line_bytes, start)
        bgrx = lines.reshape(height, line_bytes // 4, 4)[:, :width]
        return np.ascontiguousarray(bgrx[..., 2::-1])

    def point_at(self, x: float, y: float) -> None:
        """Move the pointer to a point of the screen."""
        self._xdotool("mousemove", str(round(x)), str(round(y)))

    def click(self, button: int = 1) -> None:
        """Press and release a button where the pointer is; 3 is the right one."""
        # By default it waits a tenth of a second after the click, in case there is another one.
        self.right_clicks += button == 3
        self._xdotool("click", "--delay", "0", str(button))

    def key(self, *names: str) -> None:
        """Press keys, one after the other."""
        self._xdotool("key", *names)

    def windows(self) -> set[str]:
        """The ids of all windows that are shown; a native menu is one more."""
        # The search breaks off where a window goes meanwhile; the browser's own is always there.
        return set(wait_for(self._windows, "the windows"))

    def _windows(self) -> list[str]:
        return self._xdotool("search", "--onlyvisible", "--name", "").split()

    def open_menu(self) -> set[str]:
        """Right-click where the pointer is; return the windows that have come: the menu's."""
        before = self.windows()
        press_until(
            lambda: self.click(3), lambda: self.windows() - before, "the browser's own menu"
        )
        return self.windows() - before

    def _xdotool(self, *arguments: str) -> str:
        # `search` exits with 1 when it finds nothing.
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=arguments[0] != "search",
        )
        return done.stdout


@contextmanager
def open_display() -> Iterator[Display]:
    """Start Xvfb on a number that is free; it is gone when the block is left."""
    reading, writing = os.pipe()
    with tempfile.TemporaryDirectory(prefix="wtb-screen-") as folder:
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24"]
        command += ["-fbdir", folder, "-nolisten", "tcp", "-noreset"]
        process = subprocess.Popen(
            command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            os.close(writing)
            with os.fdopen(reading) as answer:
                number = answer.readline().strip()  # empty when Xvfb ended
            if not number:
                raise RuntimeError(f"Xvfb did not start (exit status {process.wait(10)})")
            framebuffer = Path(folder) / "Xvfb_screen0"
            wait_for(framebuffer.exists, "Xvfb's screen")
            yield Display(int(number), framebuffer)
        finally:
            process.terminate()
            process.wait(20)
