import io
import logging
import re

import pytest

from server.logs import OneLineFormatter


@pytest.fixture
def written():
    """A logger, and what it wrote."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLineFormatter("%(levelname)s %(message)s"))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    return logger, stream


def test_a_message_is_written_as_it_is(written):
    logger, stream = written
    logger.info("Ready after %.1f s: 준비됨", 1.25)
    assert stream.getvalue() == "INFO Ready after 1.2 s: 준비됨\n"


@pytest.mark.parametrize("text", ["a\nERROR b", "a\r\nb", "a\x1b[2Jb", "a\x85b", "a\u2028b", "\0"])
def test_what_a_stranger_wrote_stays_on_its_line(written, text):
    logger, stream = written
    logger.info("The shop says %s", text)
    (line,) = stream.getvalue().splitlines()
    assert line.isprintable()
    assert line.startswith("INFO The shop says ")


def test_a_trace_is_set_off_so_that_it_cannot_look_like_an_entry(written):
    logger, stream = written

    def fail():
        raise ValueError("nonsense\nERROR Everything is on fire\x1b[2J")

    try:
        fail()
    except ValueError:
        logger.exception("It failed")
    first, *others = stream.getvalue().splitlines()
    assert first == "ERROR It failed"
    assert any("ValueError: nonsense" in line for line in others)
    assert all(re.match(r"    \| ", line) for line in others)
    assert all(line.isprintable() for line in others)
