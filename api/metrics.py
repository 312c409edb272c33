"""Metrics for Prometheus, correct with several processes: each writes to a file of its own in one
folder, and whichever is asked adds them up (prometheus_client's multiprocess mode)."""

import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from api.services.retraining import Retraining
from api.services.weights import SharedWeights
from api.stores.database import reason, trouble

logger = logging.getLogger(__name__)

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
OTHER = "other"
REFUSALS = {
    **dict.fromkeys((400, 406, 411, 415, 422), "input"),
    **{401: "token", 403: "site", 408: "slow", 409: "conflict", 412: "overtaken", 413: "size"},
    **{421: "host", 429: "writes", 503: "busy"},
}
"""Why a request was refused, by status, where the reason is not known more precisely."""
OTHER_REFUSALS = ("gate", "reads", "bodies", "database", "class")
CACHES = ("block", "other_block", "weights")
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds."""
USE = {
    "connections": "Connections of visitors",
    "streams": "Streams of events that visitors read, each on one of these connections",
    "threads_busy": "Threads that answer requests, of 64 in each process",
    "requests_waiting": "Requests that wait for a thread",
    "body_bytes": "Bytes of request bodies that are held",
    "cache_bytes": "Bytes of content in the caches of the processes",
    "database_connections": "Connections to the database in use",
}
"""Set every second by each process."""


class StoreFigures(Collector):
    """What is in the database, looked up when Prometheus asks."""

    def __init__(self, weights: SharedWeights, retraining: Retraining) -> None:
        self._weights = weights
        self._retraining = retraining

    def collect(self) -> Iterator[Metric]:
        start = time.perf_counter()
        try:
            figures = list(self._look_up())
            seconds = time.perf_counter() - start
            figures.append(
                _gauge("digits_database_seconds", "Seconds waited for the database", seconds)
            )
        except SQLAlchemyError as error:
            logger.error(
                "the database failed, its figures are left out: %.200r",
                reason(error),
                exc_info=None if trouble(error) else error,
            )
            figures = []
        yield _gauge("digits_database_up", "1 if the database answers, else 0", bool(figures))
        yield from figures

    def _look_up(self) -> Iterator[Metric]:
        versions = self._weights.versions()
        kept = GaugeMetricFamily(
            "digits_versions", "Versions of the weights kept", None, ["status"]
        )
        for status, is_accepted in (("accepted", True), ("refused", False)):
            kept.add_metric([status], sum(v.is_accepted == is_accepted for v in versions))
        yield kept
        for version in versions:
            if version.is_current:
                accuracy = version.measurement.accuracy
                yield _gauge("digits_current_version", "Number of the current version", version.id)
                yield _gauge("digits_current_accuracy", "On held-out digits, 0 to 1", accuracy)
                drawings = version.measurement.drawings_accuracy
                if drawings is not None:
                    yield _gauge(
                        "digits_current_drawings_accuracy", "On held-out drawings, 0 to 1", drawings
                    )
        health = self._retraining.health()
        yield _gauge("digits_jobs_unfinished", "Jobs queued or running", health.unfinished)
        yield _gauge("digits_job_waiting_seconds", "Of the job that waits", health.waiting_seconds)
        yield _gauge("digits_workers_alive", "Seen in the last minute", health.workers)


class Metrics:
    def __init__(self, folder: Path | None, store_figures: StoreFigures) -> None:
        """folder: where processes that are forked from this one keep their metrics; None where
        there is only one process."""
        self._folder = folder
        self._store_figures = store_figures
        self._registry = CollectorRegistry()
        # Chosen here and not, as the library does, when it is imported.
        multi_process = values.MultiProcessValue
        values.ValueClass = values.MutexValue if folder is None else multi_process()  # type: ignore[no-untyped-call]
        labels = ["method", "route", "status"]
        self._requests = Counter(
            "digits_requests", "Requests answered", labels, registry=self._registry
        )
        self._seconds = Histogram(
            "digits_request_seconds",
            "Time to make an answer",
            ["method", "route"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._series: dict[tuple[str, str, str], tuple[Counter, Histogram]] = {}
        self._refusals = Counter(
            "digits_refusals", "Requests refused", ["reason"], registry=self._registry
        )
        self._cache_reads = Counter(
            "digits_cache_reads", "Looks into caches", ["cache", "result"], registry=self._registry
        )
        self._use: dict[str, Gauge] = {}

    def observe(self, method: str, route: str | None, status: str, seconds: float) -> None:
        """Count one request. Labels have few values, whatever strangers ask for."""
        key = (method if method in METHODS else OTHER, route or OTHER, status)
        series = self._series.get(key)
        if series is None:
            series = (self._requests.labels(*key), self._seconds.labels(*key[:2]))
            self._series[key] = series
        series[0].inc()
        series[1].observe(seconds)

    def refuse(self, status: str, reason: str | None) -> None:
        """Count a refused request; reason, if it is known more precisely than by the status."""
        if reason is None and status.isdecimal():
            reason = REFUSALS.get(int(status))
        if reason is not None:
            self._refusals.labels(reason).inc()

    def read_cache(self, name: str, *, is_hit: bool) -> None:
        """Count a read of one of CACHES."""
        self._cache_reads.labels(name, "hit" if is_hit else "miss").inc()

    def use(self, **figures: float) -> None:
        """Set what this process uses at the moment, by the names in USE."""
        if not self._use:
            self._begin_at_zero()
        for name, value in figures.items():
            self._use[name].set(value)

    def _begin_at_zero(self) -> None:
        """All series that are known beforehand. Not before a process serves: each has a file in the
        folder, which gunicorn_config.py clears after the program is loaded."""
        for cause in {*REFUSALS.values(), *OTHER_REFUSALS}:
            self._refusals.labels(cause)
        for name in CACHES:
            for result in ("hit", "miss"):
                self._cache_reads.labels(name, result)
        for name, text in USE.items():
            self._use[name] = Gauge(
                f"digits_{name}", text, registry=self._registry, multiprocess_mode="livesum"
            )

    def exposition(self) -> bytes:
        """All processes' metrics, in Prometheus' text format."""
        if not self._use:
            self._begin_at_zero()
        registry = self._registry
        if self._folder is not None:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, str(self._folder))  # type: ignore[no-untyped-call]
        figures = CollectorRegistry()
        figures.register(self._store_figures)
        return generate_latest(registry) + generate_latest(figures)


def metrics_folder() -> Path | None:
    """Where gunicorn_config.py told the library to keep metrics."""
    folder = os.environ.get(FOLDER_VARIABLE)
    return Path(folder) if folder else None


def _gauge(name: str, description: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, description, value)
