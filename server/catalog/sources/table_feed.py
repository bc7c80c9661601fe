"""Feeds as tables: tab-separated, or separated by commas or semicolons, with a header row.

Format: https://support.google.com/merchants/answer/12631822 (text feeds), RFC 4180 (CSV).
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from server.catalog.sources.exports import Export, export_of
from server.catalog.sources.field_names import collect, known_name
from server.catalog.sources.product import BrokenItemError, Row
from server.goods.safe_text import clean_text

DELIMITERS = "\t,;|"
# Lines of one row: descriptions have paragraphs.
_MOST_LINES = 1000
# Characters of one row.
_MOST_CHARACTERS = 2**20
_NEEDED = frozenset({"id", "title"})


@dataclass(frozen=True, slots=True)
class Header:
    """The first row of a table.

    Attributes:
        names: Of the columns, as they are written.
        delimiter: Between the columns.
        export: The system whose export it is; None for a feed in Google's names.
    """

    names: tuple[str, ...]
    delimiter: str
    export: Export | None

    @property
    def has_links(self) -> bool:
        """Whether a column names the products' pages."""
        return any(known_name(name) == "link" for name in self.names)


def read_header(line: str) -> Header | None:
    """Read a table's first line; None unless it names the columns of a product feed."""
    for delimiter in DELIMITERS:
        names = _parse(line, delimiter)
        if names is None or len(names) < 2:
            continue
        names = [name.strip().strip('"') for name in names]
        export = export_of(names)
        if export is not None or {known_name(name) for name in names} >= _NEEDED:
            return Header(tuple(names), delimiter, export)
    return None


def is_preamble(line: str) -> bool:
    """Return whether a line before the header is empty, Excel's ``sep=;``, or a comment.

    Facebook's template explains its columns in a first line that begins with ``#``.
    """
    start = line.strip().lower().strip('"')
    return not start or start.startswith("sep=") or (start[0] == "#" and read_header(line) is None)


def table_rows(lines: Iterable[str], header: Header) -> Iterator[Row | BrokenItemError]:
    """Yield the rows below a header.

    Args:
        lines: The lines below it, with their ends.
        header: What `read_header` found.
    """
    for record in records(lines, header):
        if isinstance(record, BrokenItemError):
            yield record
        else:
            yield Row(collect(zip(header.names, record, strict=False)))


def records(lines: Iterable[str], header: Header) -> Iterator[list[str] | BrokenItemError]:
    """Yield the values of each row, or what is wrong with it.

    A quotation mark that is never closed would make one value of the rest of the file, so a
    row of several lines counts only if it has the header's columns.
    """
    source = _Lines(lines)
    while (line := source.next()) is not None:
        if not line.strip():
            continue
        record = _parse(line, header.delimiter)
        if record is None:
            record = _joined(line, source, header)
        if record is None:
            # Tab-separated feeds often have quotation marks that quote nothing.
            plain = line.rstrip("\n").split(header.delimiter)
            record = plain if len(plain) == len(header.names) else None
        if record is None:
            yield _broken(line, "a quotation mark is not closed")
        elif any(value.strip() for value in record[len(header.names) :]):
            yield _broken(line, "more values than the header has columns")
        else:
            yield record


def _joined(line: str, source: "_Lines", header: Header) -> list[str] | None:
    """Read a row whose quoted values have several lines; None if it is no such row."""
    taken: list[str] = []
    length = len(line)
    while len(taken) < _MOST_LINES and length < _MOST_CHARACTERS:
        more = source.next()
        if more is None:
            break
        taken.append(more)
        length += len(more)
        # An odd number of marks closes the value that is open.
        if more.count('"') % 2:
            record = _parse(line + "".join(taken), header.delimiter)
            if record is not None and len(record) == len(header.names):
                return record
            break
    source.put_back(taken)
    return None


def _parse(text: str, delimiter: str) -> list[str] | None:
    """Return the values of one row; None if it is not well-formed."""
    try:
        parsed = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:  # a mark that is not closed, or a value longer than the module's limit
        return None
    return parsed[0] if len(parsed) == 1 else None


def _broken(line: str, reason: str) -> BrokenItemError:
    start = f"“{clean_text(line, 60) or ''}”"
    return BrokenItemError(
        f"A row cannot be read, {reason}: {start}.", reason=reason, example=start
    )


class _Lines:
    """Lines that can be put back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._back: deque[str] = deque()

    def next(self) -> str | None:
        """Return the next line; None at the end."""
        return self._back.popleft() if self._back else next(self._lines, None)

    def put_back(self, lines: list[str]) -> None:
        """Put lines back, to be read again in their order."""
        self._back.extendleft(reversed(lines))
