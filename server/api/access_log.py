"""One log line, and the counts, for every request."""

import json
import logging
import time

from flask import Flask, Response, g, request

from server.metrics import Metrics

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PATH_SHOWN = 200

log = logging.getLogger("server.access")


def register_access_log(app: Flask, metrics: Metrics) -> None:
    """Log and count each request when the last byte of its answer is sent."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def watch(response: Response) -> Response:
        # The caller chooses method and path, so they are known words, or quoted and cut.
        method = request.method if request.method in _METHODS else "other"
        # The query string is left out: it may hold a signature, or what somebody looks at.
        path = json.dumps(request.path[:_PATH_SHOWN])
        endpoint = request.endpoint or "none"
        began = getattr(g, "began", time.perf_counter())
        status = response.status_code

        def end() -> None:
            seconds = time.perf_counter() - began
            metrics.requests.labels(method, endpoint, str(status)).inc()
            metrics.request_seconds.labels(endpoint).observe(seconds)
            log.info("%s %s %d %.0f ms", method, path, status, seconds * 1000)

        response.call_on_close(end)
        return response
