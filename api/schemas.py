"""What the API's JSON looks like: the documents of versions and jobs, and their schemas.

Schemas are JSON Schema 2020-12, as in OpenAPI 3.1; limits come from the modules that own them.
"""

from datetime import datetime
from typing import Any

import numpy as np

from api.config import CLASSES
from api.services.samples import MAX_BLOCK_SIZE
from api.services.sent_drawings import MOST_DRAWINGS, MOST_POINTS, OUTSIDE, THICKEST, THINNEST
from api.services.weights import SOURCES, Comparison, KindComparison
from api.stores.jobs import Job
from api.stores.versions import Version
from app.model.arrays import FloatArray
from app.model.drawings.rasterizer import PEN_WIDTH
from app.model.network import INPUT_SIZE, NO_DIGIT, SHAPES
from app.model.predict.readings import Reading
from app.model.preprocessing import SIDE
from app.model.readability import REASONS
from app.model.serialization import MAX_SAMPLES

Document = dict[str, Any]

MAX_AUTHOR_LENGTH = 40
JOB_STATES = ("queued", "running", "done", "failed", "canceled")


def version_document(version: Version) -> Document:
    return {
        "id": version.id,
        "digest": version.digest,
        "parent": version.parent,
        "author": version.author,
        "source": version.source,
        "status": "accepted" if version.is_accepted else "refused",
        "current": version.is_current,
        "pinned": version.is_pinned,
        "accuracy": version.measurement.accuracy,
        "loss": version.measurement.loss,
        "drawings_accuracy": version.measurement.drawings_accuracy,
        "drawings_loss": version.measurement.drawings_loss,
        "data": version.measurement.data,
        "created": time_text(version.created),
    }


def job_document(job: Job) -> Document:
    return {
        "id": job.id,
        "state": job.state,
        "step": job.step,
        "steps": job.steps,
        "progress": job.step / job.steps,
        "loss": job.loss,
        "accuracy": job.accuracy,
        "version": job.version,
        "error": job.error,
        "created": time_text(job.created),
        "started": job.started and time_text(job.started),
        "finished": job.finished and time_text(job.finished),
    }


def comparison_document(comparison: Comparison) -> Document:
    drawings = comparison.drawings
    return {
        "versions": [
            version_document(version)
            | {
                "recall": comparison.digits.recalls[index],
                "drawings_recall": drawings and drawings.recalls[index],
            }
            for index, version in enumerate(comparison.versions)
        ],
        **_kind_document(comparison.digits),
        "drawings": drawings and _kind_document(drawings),
        "distance": comparison.distance,
    }


def reading_document(reading: Reading) -> Document:
    return {
        "digit": reading.digit,
        "probabilities": short_probabilities(reading.probabilities),
        "readable": reading.digit is not None,
        "reason": reading.unreadable or None,
    }


def short_probabilities(probabilities: FloatArray) -> list[float]:
    """With as many decimals as float32 has for numbers near 1."""
    rounded: list[float] = probabilities.astype(np.float64).round(7).tolist()
    return rounded


def _kind_document(comparison: KindComparison) -> Document:
    return {
        "samples": comparison.samples,
        "only_first_right": comparison.only_first_right,
        "only_second_right": comparison.only_second_right,
    }


def member_document(value: Any) -> Any:
    """A member of a problem: versions and jobs as their documents, others unchanged."""
    if isinstance(value, Version):
        return version_document(value)
    if isinstance(value, Job):
        return job_document(value)
    return value


def time_text(time: datetime) -> str:
    """RFC 3339, in UTC."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


# Schemas


def schema_of(properties: Document, **more: Any) -> Document:
    """All members are always present, unless `required` says which."""
    return {"type": "object", "properties": properties, "required": list(properties)} | more


def _published(properties: Document) -> Document:
    notice = {"type": "string", "description": "if a name was sent and names are not taken"}
    return schema_of(properties | {"notice": notice}, required=list(properties))


def _array(items: Document, length: int | None = None) -> Document:
    size = {} if length is None else {"minItems": length, "maxItems": length}
    return {"type": "array", "items": items} | size


def _nullable(kind: str) -> Document:
    return {"type": [kind, "null"]}


def reference(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


SHARE: Document = {"type": "number", "minimum": 0, "maximum": 1}
COUNT: Document = {"type": "integer", "minimum": 0}
DIGIT: Document = {"type": "integer", "minimum": 0, "maximum": 9}
TIME: Document = {"type": "string", "format": "date-time"}
DIGEST: Document = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
VERSION_ID: Document = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
JOB_ID: Document = {"type": "string", "pattern": "^[0-9a-f]{16}$"}

NULLABLE_SHARE: Document = _nullable("number") | {"minimum": 0, "maximum": 1}
_INTENSITIES = _array(SHARE, INPUT_SIZE)
_ORIGINAL_SAMPLE = schema_of({"target": DIGIT, "image": _INTENSITIES})
_WEIGHTS = _array({"oneOf": [_array(_array({"type": "number"}, b), a) for a, b in SHAPES.values()]})
_VERSION = {
    "id": VERSION_ID,
    "digest": DIGEST,
    "parent": _nullable("integer") | {"description": "what it replaced or was refused against"},
    "author": _nullable("string"),
    "source": {"enum": list(SOURCES)},
    "status": {"enum": ["accepted", "refused"]},
    "current": {"type": "boolean"},
    "pinned": {"type": "boolean", "description": "never dropped, however many follow"},
    "accuracy": SHARE | {"description": "share of held-out digits read right"},
    "loss": {"type": "number", "description": "mean cross-entropy on held-out digits"},
    "drawings_accuracy": NULLABLE_SHARE
    | {"description": "share of held-out drawings read right; null if never measured on any"},
    "drawings_loss": _nullable("number") | {"description": "their mean cross-entropy"},
    "data": {"type": "string", "description": "digest of the data it was measured on"},
    "created": TIME,
}

_RECALLS = {
    "recall": _array(SHARE, 10),
    "drawings_recall": {"oneOf": [_array(SHARE, 10), {"type": "null"}]},
}
_KIND = {"samples": COUNT, "only_first_right": COUNT, "only_second_right": COUNT}

_PIXELS = _array({"type": "integer", "minimum": 0, "maximum": 255}, INPUT_SIZE)
_POINT = _array({"type": "number", "minimum": -OUTSIDE, "maximum": SIDE + OUTSIDE}, 2) | {
    "description": f"[x, y] in cells, 0 to {SIDE} from the top left corner"
}
_READING = {
    "digit": _nullable("integer")
    | {"minimum": 0, "maximum": 9, "description": "null if it is not readable"},
    "probabilities": _array(SHARE, 10)
    | {"description": "of 0 to 9; all 0 if the network gives no answer"},
    "readable": {"type": "boolean"},
    "reason": {
        "enum": [*REASONS, None],
        "description": "why no digit should be named; null if one should",
    },
}
_NAMED_WEIGHTS = schema_of({"version": VERSION_ID, "digest": DIGEST})

SCHEMAS: dict[str, Document] = {
    "Problem": schema_of(
        {
            "type": {"type": "string", "const": "about:blank"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
        },
        description="A problem detail (RFC 9457). Some carry more members.",
    ),
    "Refused": {
        "allOf": [reference("Problem")],
        "properties": {
            "candidate": reference("Version"),
            "current": reference("Version"),
            "accuracy": SHARE | {"description": "of the candidate, on held-out digits"},
            "required_accuracy": {
                "type": "number",
                "description": "at least: the baseline's, less the margin and what chance explains",
            },
            "held_out_loss": {"type": "number", "description": "of the candidate"},
            "allowed_loss": {"type": "number", "description": "at most"},
            "drawings_accuracy": NULLABLE_SHARE | {"description": "on held-out drawings"},
            "required_drawings_accuracy": _nullable("number"),
            "drawings_loss": _nullable("number"),
            "allowed_drawings_loss": _nullable("number"),
            "loss": {"type": "number", "description": "of the samples, if some were sent"},
            "same_as": reference("Version"),
            "reach": _nullable("number")
            | {"description": "the largest value, whatever the image; null: infinite"},
            "allowed_reach": {"type": "number", "description": "at most"},
        },
        "description": "422: a value that is not allowed; or, with a candidate, weights that are "
        "clearly worse than the baseline; or, with same_as, weights that are practically that "
        "version; or, with reach, weights that may overflow for some image.",
    },
    "Overtaken": {
        "allOf": [reference("Problem")],
        "properties": {"current": reference("Version")},
        "required": ["current"],
        "description": "412: someone else published since; the current version, with its digest.",
    },
    "JobRunning": {
        "allOf": [reference("Problem")],
        "properties": {"job": reference("Job")},
        "description": "409, with the unfinished job.",
    },
    "JobEnded": {
        "allOf": [reference("Problem")],
        "properties": {"job": reference("Job")},
        "description": "409, with the job, which is done or has failed.",
    },
    "Weights": schema_of(
        {"weights": _WEIGHTS}, description="w1 (784, 128) and w2 (128, 10), row by row."
    ),
    "Version": schema_of(_VERSION),
    "Versions": schema_of(
        {
            "current": VERSION_ID,
            "margin": SHARE | {"description": "how much worse published weights may be"},
            "samples": COUNT | {"description": "held-out digits that accuracies are measured on"},
            "drawings": COUNT | {"description": "held-out drawings, in addition"},
            "versions": _array(reference("Version")),
        }
    ),
    "Published": _published({"version": reference("Version")}),
    "Accepted": _published(
        {
            "version": reference("Version"),
            "merged": {
                "type": "boolean",
                "description": "the version is the mean of what was sent and of what others "
                "published since its base",
            },
        }
    ),
    "Trained": _published({"loss": {"type": "number"}, "version": reference("Version")}),
    "Comparison": schema_of(
        {
            "versions": _array(schema_of(_VERSION | _RECALLS), 2),
            **_KIND,
            "drawings": {"oneOf": [schema_of(_KIND), {"type": "null"}]},
            "distance": {"type": "number", "minimum": 0},
        }
    ),
    "Changes": {
        "type": "object",
        "properties": {
            "pinned": {"type": "boolean"},
            "author": {"type": "null", "description": "clears the author's name"},
        },
        "anyOf": [{"required": ["pinned"]}, {"required": ["author"]}],
    },
    "NamesToClear": {
        "oneOf": [
            schema_of(
                {"author": {"type": "string", "description": "as the history shows it"}},
                additionalProperties=False,
            ),
            schema_of({"all": {"const": True}}, additionalProperties=False),
        ]
    },
    "Cleared": schema_of({"cleared": COUNT | {"description": "versions that had a name"}}),
    "Job": schema_of(
        {
            "id": JOB_ID,
            "state": {"enum": list(JOB_STATES)},
            "step": COUNT,
            "steps": {"type": "integer", "minimum": 1},
            "progress": SHARE,
            "loss": _nullable("number") | {"description": "of the last batch"},
            "accuracy": _nullable("number") | {"description": "of the last batch"},
            "version": _nullable("integer") | {"description": "what it published"},
            "error": _nullable("string"),
            "created": TIME,
            "started": _nullable("string"),
            "finished": _nullable("string"),
        }
    ),
    "JobAccepted": schema_of({"job": reference("Job")}),
    "Jobs": schema_of({"jobs": _array(reference("Job"))}),
    "Sample": schema_of(
        {
            "label": DIGIT
            | {
                "maximum": NO_DIGIT,
                "description": f"the digit; {NO_DIGIT}, only in the split mixture, for non-digits",
            },
            "pixels": _PIXELS,
        }
    ),
    "SentDrawing": {
        "oneOf": [
            schema_of(
                {"pixels": _PIXELS}, description="784 cells, row by row: 0 paper to 255 full ink."
            ),
            schema_of(
                {
                    "strokes": _array(_array(_POINT) | {"minItems": 1})
                    | {"description": f"At most {MOST_POINTS} points in all."},
                    "width": {
                        "type": "number",
                        "minimum": THINNEST,
                        "maximum": THICKEST,
                        "default": PEN_WIDTH,
                        "description": "of the pen, in cells",
                    },
                },
                required=["strokes"],
                description="Strokes of the pen, each the points that it passes.",
            ),
        ],
    },
    "SentDrawings": {
        "anyOf": [
            reference("SentDrawing"),
            schema_of(
                {
                    "drawings": _array(reference("SentDrawing"))
                    | {"minItems": 1, "maxItems": MOST_DRAWINGS}
                }
            ),
        ]
    },
    "Reading": schema_of(_READING),
    "Predictions": {
        "anyOf": [
            schema_of(_READING | {"weights": _NAMED_WEIGHTS}),
            schema_of(
                {"predictions": _array(reference("Reading")), "weights": _NAMED_WEIGHTS},
                description="For a batch, in its order.",
            ),
        ]
    },
    "RandomSample": {
        "allOf": [reference("Sample")],
        "properties": {"split": {"type": "string"}, "index": COUNT},
        "required": ["split", "index"],
    },
    "Samples": schema_of({"samples": _array(reference("Sample"))}),
    "OriginalSamples": schema_of(
        {"data": _array(_ORIGINAL_SAMPLE) | {"minItems": 1, "maxItems": MAX_SAMPLES}}
    ),
    "BlockRequest": schema_of(
        {"block": {"type": "integer", "minimum": 1, "maximum": MAX_BLOCK_SIZE}}
    ),
    "DataSet": schema_of(
        {
            "name": {"type": "string"},
            "title": {"type": "string"},
            "source": {"type": "string"},
            "digest": {"type": "string"},
            "pixels": {"const": INPUT_SIZE},
            "splits": {"type": "object", "additionalProperties": COUNT},
            "data": _array(_ORIGINAL_SAMPLE, 1),
        }
    ),
    "Index": schema_of(
        {
            "name": {"type": "string"},
            "takes_names": {"type": "boolean", "description": "to publish under"},
            "classes": {"enum": list(CLASSES), "description": "who may begin one"},
            "links": {"type": "object"},
        }
    ),
    "Health": schema_of({"status": {"const": "up"}}),
    "Readiness": schema_of(
        {
            "status": {"const": "ready"},
            "data": {"type": "string"},
            "weights": DIGEST,
            "build": {"type": "string"},
        }
    ),
}
