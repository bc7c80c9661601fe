"""Metrics, served at ``/metrics`` in Prometheus's format.

Labels hold only this program's own words, never an address, a host or a title: labels live
for ever, and what people look at is no business of a monitoring system.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)

# Creation times would double the lines, and nobody needs them.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


# The way of a picture to offers; what comes later happens after the look was answered.
Stage = Literal["download", "decode", "segment", "verify", "describe", "encode", "keep", "embed"]


class Metrics:
    """The instruments of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "where_to_buy_requests",
            "Requests answered, by endpoint and status.",
            ("method", "endpoint", "status"),
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "where_to_buy_request_seconds",
            "From the request's arrival to the last byte of the answer.",
            ("endpoint",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.looks = Counter(
            "where_to_buy_looks",
            "Pictures asked about: new (analysed), known (answered from memory), failed, refused.",
            ("outcome",),
            registry=self.registry,
        )
        self.analysis_seconds = Histogram(
            "where_to_buy_analysis_seconds",
            "Decoding, segmenting and describing one picture.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.stage_seconds = Histogram(
            "where_to_buy_stage_seconds",
            "One step of a look: download, decode, segment, verify, describe, encode, keep, embed.",
            ("stage",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.search_seconds = Histogram(
            "where_to_buy_search_seconds",
            "One search of one provider, by how it ended: answered, failed.",
            ("provider", "outcome"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.looks_unwritten = Gauge(
            "where_to_buy_looks_unwritten",
            "Looks that are in memory only, because the database takes none.",
            registry=self.registry,
        )
        self.pictures_waiting = Gauge(
            "where_to_buy_pictures_waiting",
            "Pictures that wait for the model.",
            registry=self.registry,
        )
        self.fetches = Counter(
            "where_to_buy_fetches",
            "Pictures downloaded: ok, or the code of the error.",
            ("outcome",),
            registry=self.registry,
        )

    @contextmanager
    def stage(self, name: Stage) -> Iterator[None]:
        """Measure how long a step takes, if it succeeds."""
        began = time.perf_counter()
        yield
        self.stage_seconds.labels(name).observe(time.perf_counter() - began)
