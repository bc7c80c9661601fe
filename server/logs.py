"""Log lines that no outsider can forge, for people or as JSON; each names its request."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final, Literal

# The request that this thread answers; None outside of requests.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# The attribute of a record with what a JSON line holds in addition.
FIELDS: Final = "fields"


class OneLineFormatter(logging.Formatter):
    """Writes a record as one line; a traceback's lines are marked with a bar.

    A message may quote what came from a page or a shop. A line break in it would start what
    looks like another entry, and an escape sequence would reach the terminal.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Escape control characters, and name the request at the end."""
        line = _CONTROL.sub(_escaped, super().formatMessage(record))
        name = _request_of(record)
        return f"{line} [{name}]" if name else line

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        """Mark the lines, and escape control characters in them."""
        lines = super().formatException(ei).split("\n")  # type: ignore[arg-type]
        return "\n".join("    | " + _CONTROL.sub(_escaped, line) for line in lines)


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the object: time, level, logger, message, and what else is known."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if name := _request_of(record):
            entry["request_id"] = name
        entry |= getattr(record, FIELDS, {})
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        # Everything but ASCII is escaped, so nothing can end the line or reach the terminal.
        return json.dumps(entry, default=str)


def configure_logging(form: Literal["text", "json"] = "text", *, level: int = logging.INFO) -> None:
    """Log to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else OneLineFormatter(_FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Alembic logs every step.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _request_of(record: logging.LogRecord) -> str | None:
    """Return the id of a record's request: its own, or that of the thread that logs."""
    own: str | None = getattr(record, FIELDS, {}).get("request_id")
    return own or request_id.get()


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
