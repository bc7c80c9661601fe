"""Log lines that nobody outside can forge."""

import logging
import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class OneLineFormatter(logging.Formatter):
    """Writes a record as one line; a traceback's lines are set off by a bar.

    A message may quote what came from a page or a shop. A line break in it would begin
    what looks like another entry, and an escape sequence would reach the terminal.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Escape control characters."""
        return _CONTROL.sub(_escaped, super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        """Set the lines off, and escape what else is in them."""
        lines = super().formatException(ei).split("\n")  # type: ignore[arg-type]
        return "\n".join("    | " + _CONTROL.sub(_escaped, line) for line in lines)


def configure_logging(level: int = logging.INFO) -> None:
    """Log to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLineFormatter(_FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Gunicorn quotes what it cannot read, and would write that by itself.
    gunicorn = logging.getLogger("gunicorn.error")
    gunicorn.handlers.clear()
    gunicorn.propagate = True
    # Alembic tells of its every step.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
