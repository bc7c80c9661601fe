import io
import json
import logging
import re

import pytest

from server.logs import FIELDS, JsonFormatter, OneLineFormatter, request_id


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


@pytest.fixture
def json_lines():
    """A logger, and what it wrote."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    return logger, stream


@pytest.fixture
def in_request():
    """The code runs for a request."""
    token = request_id.set("0123456789abcdef")
    yield "0123456789abcdef"
    request_id.reset(token)


def test_a_line_names_its_request(written, in_request):
    logger, stream = written
    logger.info("It is slow")
    assert stream.getvalue() == f"INFO It is slow [{in_request}]\n"


def test_a_json_line_is_an_object_with_what_is_known(json_lines, in_request):
    logger, stream = json_lines
    logger.info("%d things", 3, extra={FIELDS: {"status": 201}})
    entry = json.loads(stream.getvalue())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", entry.pop("time"))
    assert entry == {
        "level": "INFO",
        "logger": "test",
        "message": "3 things",
        "request_id": in_request,
        "status": 201,
    }


@pytest.mark.parametrize("text", ["a\nb", "a\x1b[2Jb", "a\u2028b", '"}{', "\ud800"])
def test_what_a_stranger_wrote_stays_within_its_json_line(json_lines, text):
    logger, stream = json_lines
    logger.info("The shop says %s", text)
    (line,) = stream.getvalue().splitlines()
    assert line.isprintable()
    assert json.loads(line)["message"] == f"The shop says {text}"


def test_a_trace_is_part_of_its_json_line(json_lines):
    logger, stream = json_lines

    def fail():
        raise ValueError("nonsense\nERROR")

    try:
        fail()
    except ValueError:
        logger.exception("It failed")
    (line,) = stream.getvalue().splitlines()
    assert "ValueError: nonsense" in json.loads(line)["trace"]
