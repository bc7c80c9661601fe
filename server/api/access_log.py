"""An id, one log line, and the counts, for every request."""

import json
import logging
import re
import secrets
import time
from collections.abc import Callable

from flask import Flask, Response, g, request

from server.logs import FIELDS, request_id
from server.metrics import Metrics

HEADER = "X-Request-ID"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PATH_SHOWN = 200
# What a proxy in front may call a request; anything else is replaced.
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")

log = logging.getLogger("server.access")


def log_refusal(make: Callable[[], Response]) -> Response:
    """Name, log and return the answer to a request that never reaches the application.

    Args:
        make: Makes the answer; a problem document in it shows the name.
    """
    name = secrets.token_hex(8)
    before = request_id.set(name)
    try:
        response = make()
        response.headers[HEADER] = name
        told = {FIELDS: {"request_id": name, "status": response.status_code}}
        log.info("refused %d", response.status_code, extra=told)
    finally:
        request_id.reset(before)
    return response


def register_access_log(app: Flask, metrics: Metrics) -> None:
    """Name each request, and log and count it when the last byte of its answer is sent."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        given = request.headers.get(HEADER, "")
        request_id.set(given if _GIVEN.fullmatch(given) else secrets.token_hex(8))

    @app.after_request
    def watch(response: Response) -> Response:
        # The caller chooses method and path, so they are known words, or quoted and cut.
        method = request.method if request.method in _METHODS else "other"
        # The query string is left out: it may hold a signature, or what somebody looks at.
        path = json.dumps(request.path[:_PATH_SHOWN])
        endpoint = request.endpoint or "none"
        began = getattr(g, "began", time.perf_counter())
        status = response.status_code
        name = request_id.get()
        fields = {
            "request_id": name,
            "method": method,
            "path": request.path[:_PATH_SHOWN],
            "endpoint": endpoint,
            "status": status,
        }
        if name is not None:
            response.headers[HEADER] = name

        def end() -> None:
            seconds = time.perf_counter() - began
            metrics.requests.labels(method, endpoint, str(status)).inc()
            metrics.request_seconds.labels(endpoint).observe(seconds)
            told = {FIELDS: fields | {"seconds": round(seconds, 4)}}
            log.info("%s %s %d %.0f ms", method, path, status, seconds * 1000, extra=told)
            request_id.set(None)

        response.call_on_close(end)
        return response
