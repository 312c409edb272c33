"""What the JSON of the Open Inference Protocol looks like (services/inference.py)."""

from typing import Any

from api.schemas import schema_of
from api.services.inference import DATATYPES, INPUT, LONGEST_ID, MODEL, MOST_IMAGES, OUTPUTS, SHAPES

Document = dict[str, Any]

_TEXT: Document = {"type": "string"}
_METADATA = schema_of(
    {
        "name": _TEXT,
        "datatype": {"enum": [*DATATYPES, *OUTPUTS.values()]},
        "shape": {"type": "array", "items": {"type": "integer"}},
    }
)
_SHAPE: Document = {
    "oneOf": [
        {
            "type": "array",
            "prefixItems": [
                {"type": "integer", "minimum": 1, "maximum": MOST_IMAGES},
                *({"const": size} for size in shape),
            ],
            "minItems": 1 + len(shape),
            "maxItems": 1 + len(shape),
        }
        for shape in SHAPES
    ],
    "description": "[n, 784], [n, 28, 28] or [n, 1, 28, 28]",
}
_PARAMETERS: Document = {"type": "object"}

INFERENCE_SCHEMAS: dict[str, Document] = {
    "InferenceError": schema_of({"error": _TEXT}),
    "InferenceServer": schema_of(
        {"name": _TEXT, "version": _TEXT, "extensions": {"type": "array", "items": _TEXT}}
    ),
    "InferenceHealth": schema_of(
        {"live": {"const": True}, "ready": {"const": True}}, required=["live"]
    ),
    "InferenceReady": schema_of({"name": {"const": MODEL}, "ready": {"const": True}}),
    "InferenceModel": schema_of(
        {
            "name": {"const": MODEL},
            "versions": {"type": "array", "items": _TEXT},
            "platform": _TEXT,
            "inputs": {"type": "array", "items": _METADATA},
            "outputs": {"type": "array", "items": _METADATA},
        }
    ),
    "InferenceRequest": schema_of(
        {
            "id": _TEXT | {"maxLength": LONGEST_ID},
            "parameters": _PARAMETERS,
            "inputs": {
                "type": "array",
                "items": schema_of(
                    {
                        "name": {"const": INPUT},
                        "shape": _SHAPE,
                        "datatype": {
                            "enum": list(DATATYPES),
                            "description": "UINT8: 0 to 255; FP32: 0.0 to 1.0. 0 is paper.",
                        },
                        "parameters": _PARAMETERS,
                        "data": {
                            "type": "array",
                            "description": "Row by row, flat or nested as the shape is.",
                        },
                    },
                    required=["name", "shape", "datatype"],
                ),
                "minItems": 1,
                "maxItems": 1,
            },
            "outputs": {
                "type": "array",
                "items": schema_of(
                    {"name": {"enum": list(OUTPUTS)}, "parameters": _PARAMETERS}, required=["name"]
                ),
                "maxItems": len(OUTPUTS),
            },
        },
        required=["inputs"],
        description="An inference request of the Open Inference Protocol. Drawings are normalized "
        "as everywhere.",
    ),
    "InferenceAnswer": schema_of(
        {
            "model_name": {"const": MODEL},
            "model_version": _TEXT,
            "id": _TEXT,
            "outputs": {
                "type": "array",
                "items": schema_of(
                    {
                        "name": {"enum": list(OUTPUTS)},
                        "datatype": {"enum": list(OUTPUTS.values())},
                        "shape": {"type": "array", "items": {"type": "integer"}},
                        "data": {"type": "array"},
                    }
                ),
            },
        },
        required=["model_name", "model_version", "outputs"],
        description="probabilities (n, 10); digit (n), -1 for a drawing that should not be named; "
        "unreadable (n), why, in the words of Reading.reason, or empty.",
    ),
}
