"""QR codes (ISO/IEC 18004) of addresses."""

import cv2
import numpy as np

_DARK = 128


def qr_rows(text: str) -> list[str]:
    """Return a QR code as rows of its modules, dark ones as ``1``, light ones as ``0``.

    Args:
        text: Up to about 200 characters; phones read longer ones badly.

    Returns:
        As many rows as there are modules in each, 21 at least, without the quiet zone of four
        light modules that belongs around it.
    """
    code = cv2.QRCodeEncoder.create().encode(text)
    dark = np.asarray(code) < _DARK
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    trimmed = dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return ["".join("1" if module else "0" for module in row) for row in trimmed]


def qr_text(rows: list[str]) -> str:
    """Return a code for a terminal, two modules in each character, light ones drawn.

    Terminals are dark: drawn in their colour of text, the light modules are the light ones.
    """
    size = len(rows)
    quiet = ["0" * (size + 4)] * 2
    padded = [*quiet, *(f"00{row}00" for row in rows), *quiet]
    if len(padded) % 2:
        padded.append("1" * (size + 4))
    signs = {"00": "█", "01": "▀", "10": "▄", "11": " "}
    return "\n".join(
        "".join(signs[upper + lower] for upper, lower in zip(*pair, strict=True))
        for pair in zip(padded[::2], padded[1::2], strict=True)
    )
