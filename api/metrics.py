"""Figures for Prometheus, right with several processes: each writes to a file of its own in one
folder, and whichever is asked adds them up (prometheus_client's multiprocess mode)."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from api.services.retraining import Retraining
from api.services.weights import SharedWeights

logger = logging.getLogger(__name__)

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PATCH", "DELETE")
OTHER = "other"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds."""


class StoreFigures(Collector):
    """What is in the database, looked up when Prometheus asks."""

    def __init__(self, weights: SharedWeights, retraining: Retraining) -> None:
        self._weights = weights
        self._retraining = retraining

    def collect(self) -> Iterator[Metric]:
        try:
            figures = list(self._look_up())
        except SQLAlchemyError:
            logger.exception("the database failed, its figures are left out")
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
        unfinished = sum(job.finished is None for job in self._retraining.jobs())
        yield _gauge("digits_jobs_unfinished", "Jobs queued or running", unfinished)


class Metrics:
    def __init__(self, folder: Path | None, store_figures: StoreFigures) -> None:
        """folder: where processes that are forked from this one keep their figures; None where
        there is one process only."""
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

    def observe(self, method: str, route: str | None, status: str, seconds: float) -> None:
        """One request. Labels are of few values, whatever strangers ask for."""
        key = (method if method in METHODS else OTHER, route or OTHER, status)
        series = self._series.get(key)
        if series is None:
            series = (self._requests.labels(*key), self._seconds.labels(*key[:2]))
            self._series[key] = series
        series[0].inc()
        series[1].observe(seconds)

    def exposition(self) -> bytes:
        """All processes' figures, in Prometheus' text format."""
        registry = self._registry
        if self._folder is not None:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, str(self._folder))  # type: ignore[no-untyped-call]
        figures = CollectorRegistry()
        figures.register(self._store_figures)
        return generate_latest(registry) + generate_latest(figures)


def metrics_folder() -> Path | None:
    """Where gunicorn_config.py told the library to keep figures."""
    folder = os.environ.get(FOLDER_VARIABLE)
    return Path(folder) if folder else None


def _gauge(name: str, description: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, description, value)
