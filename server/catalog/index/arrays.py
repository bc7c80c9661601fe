"""Arrays of one length in a file, which is written once and then mapped into memory."""

import mmap
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

# Arrays begin where a processor reads them best.
_ALIGNED: Final = 64
_SUM_BYTES: Final = 4


class DamagedFileError(Exception):
    """A file is not as it was written."""


@dataclass(frozen=True, slots=True)
class Column:
    """One of the arrays.

    Attributes:
        name: What it is.
        kind: Of its values.
        across: Values a row; None for an array of one dimension.
        summed: Whether it counts for the checksum, which is made each time the file is mapped.
            That reads all of it, so what is large and only ever looked at for a few rows has none.
        by_column: Whether values of one column lie beside each other, and not those of a row.
    """

    name: str
    kind: np.dtype[Any]
    across: int | None = None
    summed: bool = True
    by_column: bool = False

    @property
    def row_bytes(self) -> int:
        """Bytes of a row."""
        return self.kind.itemsize * (1 if self.across is None else self.across)


def write_arrays(path: Path, columns: Sequence[Column], arrays: Sequence[NDArray[Any]]) -> None:
    """Write a file that was not there, and have it on the disk; nothing is left if that fails."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            check = 0
            for column, array in zip(columns, arrays, strict=True):
                turned = array.T if column.by_column else array
                data = np.ascontiguousarray(turned, column.kind).data.cast("B")
                if column.summed:
                    check = zlib.crc32(data, check)
                file.write(data)
                file.write(bytes(-len(data) % _ALIGNED))
            file.write(check.to_bytes(_SUM_BYTES, "little"))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def map_arrays(path: Path, columns: Sequence[Column], count: int) -> dict[str, NDArray[Any]]:
    """Map the arrays of a file, by their names; they cannot be changed.

    Args:
        path: The file.
        columns: As it was written.
        count: The rows of each.

    Raises:
        DamagedFileError: It is not as it was written.
        OSError: It cannot be read.
    """
    sizes = [column.row_bytes * count for column in columns]
    padded = [size + -size % _ALIGNED for size in sizes]
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size != sum(padded) + _SUM_BYTES:
            raise DamagedFileError(f"{path} has another size than it was written with.")
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    found: dict[str, NDArray[Any]] = {}
    at = check = 0
    for column, size, room in zip(columns, sizes, padded, strict=True):
        data = mapped[at : at + size]
        if column.summed:
            check = zlib.crc32(data, check)
        array = np.frombuffer(data, column.kind)
        if column.by_column:
            array = array.reshape(-1, count).T
        elif column.across is not None:
            array = array.reshape(count, -1)
        found[column.name] = array
        at += room
    if check != int.from_bytes(mapped[at:], "little"):
        raise DamagedFileError(f"{path} was changed since it was written.")
    return found
