"""Log lines that no outsider can forge."""

import logging
import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class OneLineFormatter(logging.Formatter):
    """Writes a record as one line; a traceback's lines are marked with a bar.

    A message may quote what came from a page or a shop. A line break in it would start what
    looks like another entry, and an escape sequence would reach the terminal.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Escape control characters."""
        return _CONTROL.sub(_escaped, super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        """Mark the lines, and escape control characters in them."""
        lines = super().formatException(ei).split("\n")  # type: ignore[arg-type]
        return "\n".join("    | " + _CONTROL.sub(_escaped, line) for line in lines)


def configure_logging(level: int = logging.INFO) -> None:
    """Log to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLineFormatter(_FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Gunicorn quotes what it cannot parse; its messages go through the formatter too.
    gunicorn = logging.getLogger("gunicorn.error")
    gunicorn.handlers.clear()
    gunicorn.propagate = True
    # Alembic logs every step.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
