"""The log: lines for people, or JSON for programs; each names its request."""

import logging
from contextvars import ContextVar
from typing import Any

from api.config import Settings

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""Of the request that this thread answers; "-" outside of requests."""

TEXT_FORMAT = "%(asctime)s [%(process)d] [%(levelname)s] [%(request_id)s] %(message)s"
DATE_FORMAT = "[%Y-%m-%d %H:%M:%S %z]"  # as gunicorn writes its own lines
JSON_FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s %(process)d %(request_id)s"


class RequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


def logging_config(settings: Settings) -> dict[str, Any]:
    """For logging.config.dictConfig, and for gunicorn."""
    formatters = {
        "text": {"format": TEXT_FORMAT, "datefmt": DATE_FORMAT},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "fmt": JSON_FIELDS,
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        },
    }
    level = settings.log_level.upper()
    propagated = {"level": level, "handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "api.logs.RequestId"}},
        "formatters": formatters,
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": settings.log_format,
                "filters": ["request_id"],
            }
        },
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {
            "gunicorn.error": propagated,
            "gunicorn.access": propagated | {"level": "CRITICAL"},  # requests.py logs requests
            # Its lines about itself are not for operators.
            "alembic": propagated | {"level": "WARNING"},
        },
    }
