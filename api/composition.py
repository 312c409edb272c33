"""Stores and services made from settings, data and weights: for web processes and for workers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask_caching import Cache
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api.config import Settings
from api.services.held_out import HeldOut
from api.services.operator import Operator
from api.services.retraining import Retraining
from api.services.weights import SharedWeights
from api.stores.database import open_database, unusable
from api.stores.jobs import JobStore
from api.stores.versions import VersionStore, utc_now
from app.model.arrays import FloatArray
from app.model.datasets import Dataset


@dataclass(frozen=True)
class Backend:
    engine: Engine
    weights: SharedWeights
    operator: Operator
    retraining: Retraining


def open_backend(
    settings: Settings,
    dataset: Dataset,
    params: dict[str, FloatArray],
    cache: Cache,
    now: Callable[[], datetime] = utc_now,
) -> Backend:
    """The database, opened and with weights in it, and what works on it.

    No connection is left open: the caller may fork. Raises DatabaseError.
    """
    engine = open_database(settings.database_url)
    versions = VersionStore(engine, now, shows_names=settings.takes_names)
    weights = SharedWeights(versions, cache, HeldOut(dataset), settings.accept_margin)
    try:
        weights.begin_with(params)
    except SQLAlchemyError as error:
        raise unusable(settings.database_url, error) from error
    retraining = Retraining(
        JobStore(engine), weights, dataset, settings.retrain_steps, settings.retrain_rate
    )
    engine.dispose()
    return Backend(engine, weights, Operator(versions, weights.version), retraining)
