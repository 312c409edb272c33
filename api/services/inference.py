"""Requests and answers of the Open Inference Protocol, version 2 (KServe), for our one model.

github.com/kserve/open-inference-protocol: specification/protocol/inference_rest.md. Beside it, the
extension for binary data, since Triton's client uses it unless told otherwise: tensors behind the
JSON instead of in it (Triton Inference Server: docs/protocol/extension_binary_data.md).
"""

import json
import struct
from typing import Any, NamedTuple

import numpy as np

from app.model.arrays import ByteArray
from app.model.network import INPUT_SIZE, OUTPUT_SIZE
from app.model.predict.readings import Reading
from app.model.preprocessing import SIDE
from app.model.serialization import parse_json

MODEL = "digits"
PLATFORM = "digits_numpy"
INPUT = "image"
DATATYPES: "dict[str, np.dtype[Any]]" = {"UINT8": np.dtype("u1"), "FP32": np.dtype("<f4")}
"""UINT8 is 0 to 255, FP32 0.0 to 1.0."""
SHAPES = ((INPUT_SIZE,), (SIDE, SIDE), (1, SIDE, SIDE))
"""Of one drawing; that of the input has the number of drawings before it."""
OUTPUTS = {"probabilities": "FP32", "digit": "INT64", "unreadable": "BYTES"}
UNREADABLE_DIGIT = -1
BINARY_EXTENSION = "binary_tensor_data"

MOST_IMAGES = 256
"""In one request."""
MAX_REQUEST_SIZE = 5_000_000
"""Bytes; 256 drawings as FP32 with all their digits take three million."""
MOST_LISTS = MOST_IMAGES * (SIDE + 2) + 100
LONGEST_ID = 200

INPUT_METADATA = {"name": INPUT, "datatype": "FP32", "shape": [-1, INPUT_SIZE]}
OUTPUT_METADATA = [
    {"name": "probabilities", "datatype": "FP32", "shape": [-1, OUTPUT_SIZE]},
    {"name": "digit", "datatype": "INT64", "shape": [-1]},
    {"name": "unreadable", "datatype": "BYTES", "shape": [-1]},
]


class InferenceError(ValueError):
    """A request that does not follow the protocol, or asks for what the model has not."""


class Request(NamedTuple):
    """id: empty if none came; drawings: (n, 784) uint8; outputs: names, and whether each is to come
    as binary data."""

    id: str
    drawings: ByteArray
    outputs: dict[str, bool]


class Answer(NamedTuple):
    """content: JSON, and behind it `binary`; json_size: bytes of the JSON if binary data follows,
    else None."""

    content: bytes
    json_size: int | None


def read_request(content: bytes, json_size: str | None) -> Request:
    """json_size: the header Inference-Header-Content-Length, which comes with binary data. Raises
    InferenceError."""
    text, binary = content, b""
    if json_size is not None:
        if not (json_size.isascii() and json_size.isdigit() and int(json_size) <= len(content)):
            raise InferenceError(
                "Inference-Header-Content-Length must be the size of the JSON in bytes, found "
                f"{json_size[:20]!r} of {len(content)}."
            )
        text, binary = content[: int(json_size)], content[int(json_size) :]
    try:
        document = parse_json(text, MOST_LISTS, MOST_IMAGES * INPUT_SIZE)
    except ValueError as error:
        raise InferenceError(f"The body is not what it should be: {error}.") from error
    identifier = document.get("id", "")
    if not isinstance(identifier, str) or len(identifier) > LONGEST_ID:
        raise InferenceError(f"id must be text of at most {LONGEST_ID} characters.")
    inputs = document.get("inputs")
    if not isinstance(inputs, list) or len(inputs) != 1 or not isinstance(inputs[0], dict):
        raise InferenceError(f'inputs must be a list of one tensor, named "{INPUT}".')
    if inputs[0].get("name") != INPUT:
        raise InferenceError(
            f'The input of this model is named "{INPUT}", found {_shown(inputs[0].get("name"))}.'
        )
    return Request(identifier, _drawings(inputs[0], binary), _outputs(document))


def write_answer(request: Request, version: int, readings: list[Reading]) -> Answer:
    """The outputs that were asked for, of readings in the order of the drawings."""
    made: dict[str, Any] = {
        "probabilities": np.stack([reading.probabilities for reading in readings]),
        "digit": np.array(
            [UNREADABLE_DIGIT if each.digit is None else each.digit for each in readings], "<i8"
        ),
        "unreadable": [reading.unreadable for reading in readings],
    }
    outputs, binary = [], b""
    for name, is_binary in request.outputs.items():
        values = made[name]
        shape = [len(values)] if name != "probabilities" else [len(values), OUTPUT_SIZE]
        output: dict[str, Any] = {"name": name, "datatype": OUTPUTS[name], "shape": shape}
        if is_binary:
            raw = _raw(values)
            output["parameters"] = {"binary_data_size": len(raw)}
            binary += raw
        else:
            output["data"] = _plain(values)
        outputs.append(output)
    document = {"model_name": MODEL, "model_version": str(version), "outputs": outputs}
    if request.id:
        document["id"] = request.id
    content = json.dumps(document, separators=(",", ":")).encode()
    return Answer(content + binary, len(content) if any(request.outputs.values()) else None)


def _outputs(document: dict[str, Any]) -> dict[str, bool]:
    wanted = document.get("outputs")
    parameters = _parameters(document)
    all_binary = parameters.get("binary_data_output") is True
    if wanted is None or wanted == []:
        return dict.fromkeys(OUTPUTS, all_binary)
    names = [each.get("name") if isinstance(each, dict) else None for each in _listed(wanted)]
    wrong = [name for name in names if not isinstance(name, str) or name not in OUTPUTS]
    if wrong or len(set(names)) != len(names):
        found = _shown(wrong[0]) if wrong else "one twice"
        raise InferenceError(f"outputs are {', '.join(OUTPUTS)}, found {found}.")
    return {
        str(each["name"]): _parameters(each).get("binary_data", all_binary) is True
        for each in wanted
    }


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > len(OUTPUTS):
        raise InferenceError(f"outputs must be a list of at most {len(OUTPUTS)} tensors.")
    return value


def _parameters(tensor: dict[str, Any]) -> dict[str, Any]:
    found = tensor.get("parameters", {})
    if not isinstance(found, dict):
        raise InferenceError(f"parameters must be an object, found {_shown(found)}.")
    return found


def _drawings(tensor: dict[str, Any], binary: bytes) -> ByteArray:
    """The input's drawings, (n, 784) uint8."""
    datatype, shape = tensor.get("datatype"), tensor.get("shape")
    if not isinstance(datatype, str) or datatype not in DATATYPES:
        raise InferenceError(
            f"{INPUT} must have the datatype UINT8, 0 to 255, or FP32, 0.0 to 1.0, found "
            f"{_shown(datatype)}."
        )
    is_shape = (
        isinstance(shape, list)
        and all(type(size) is int for size in shape)
        and tuple(shape[1:]) in SHAPES
        and 1 <= shape[0] <= MOST_IMAGES
    )
    if not is_shape:
        raise InferenceError(
            f"{INPUT} must have the shape [n, 784], [n, 28, 28] or [n, 1, 28, 28], with n from 1 "
            f"to {MOST_IMAGES}, found {_shown(shape)}."
        )
    count: int = tensor["shape"][0]
    size = _parameters(tensor).get("binary_data_size")
    if size is None:
        values = _flat(tensor.get("data"), len(tensor["shape"]), count * INPUT_SIZE)
    else:
        values = _from_bytes(binary, size, DATATYPES[datatype], count * INPUT_SIZE)
    highest = 255 if datatype == "UINT8" else 1
    with np.errstate(invalid="ignore"):
        if not (values.min() >= 0 and values.max() <= highest):  # so that NaN fails too
            raise InferenceError(
                f"{INPUT} as {datatype} must be 0 for paper to {highest} for full ink, found "
                f"{values.min():g} to {values.max():g}."
            )
    if datatype == "FP32":
        values = values * 255
    drawings: ByteArray = np.rint(values).astype(np.uint8).reshape(count, INPUT_SIZE)
    return drawings


def _flat(data: Any, dimensions: int, size: int) -> np.ndarray[Any, np.dtype[Any]]:
    """The numbers of lists in lists, or of one flat list, row by row."""
    values = data if isinstance(data, list) else []
    for _ in range(dimensions - 1):
        if not values or not isinstance(values[0], list):
            break
        if not all(isinstance(row, list) for row in values):
            break
        values = [value for row in values for value in row]
    if len(values) != size:
        raise InferenceError(
            f"data must be a list of the {size} numbers of the shape, row by row, found "
            f"{len(values)}."
        )
    if not set(map(type, values)) <= {int, float}:
        raise InferenceError("data must be numbers only, found others.")
    try:
        numbers = np.array(values, np.float64)
    except OverflowError as error:  # JSON's whole numbers have any size
        raise InferenceError("data must be finite numbers, found others.") from error
    if not np.isfinite(numbers).all():
        raise InferenceError("data must be finite numbers, found others.")
    return numbers


def _from_bytes(
    binary: bytes, size: Any, dtype: "np.dtype[Any]", count: int
) -> np.ndarray[Any, np.dtype[Any]]:
    if size != count * dtype.itemsize or len(binary) != size:
        raise InferenceError(
            f"Behind the JSON there must be {count * dtype.itemsize} bytes for {INPUT}, as "
            f"binary_data_size says, found {len(binary)}."
        )
    return np.frombuffer(binary, dtype)


def _plain(values: Any) -> list[Any]:
    if isinstance(values, list):
        return values
    if values.dtype.kind == "f":
        return [round(float(value), 7) for value in values.ravel()]
    return [int(value) for value in values]


def _raw(values: Any) -> bytes:
    """As the binary extension has it: little-endian; each text with its length before it."""
    if isinstance(values, list):
        texts = [text.encode() for text in values]
        return b"".join(struct.pack("<I", len(text)) + text for text in texts)
    return bytes(np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes())


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
