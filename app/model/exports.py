"""The weights for other programs: safetensors, and the network as an ONNX model.

Both formats are written by hand, as they need a few bytes around the arrays. What they hold is the
network alone: its input is a drawing that preprocessing.py has normalized, which the files say.
Neither is read here; .npz is what comes back (serialization.py).
"""

import json
import struct

import numpy as np

from app.model.arrays import FloatArray
from app.model.network import INPUT_SIZE, OUTPUT_SIZE, SHAPES
from app.model.serialization import WEIGHTS_DTYPE, WeightsError

DESCRIPTION = (
    "Reads handwritten digits: softmax(relu(image @ w1) @ w2), without biases. Made with Digits. "
    "image: float32 (n, 784), 28x28 row by row, 0.0 paper to 1.0 full ink, prepared as MNIST is: "
    "the ink's longer side 20 pixels, its center of mass at pixel (14, 14), and upright."
)
ALIGNMENT = 8
"""Bytes: where safetensors' arrays begin, counted from the file's beginning."""

IR_VERSION = 8
OPSET = 13
"""Of ONNX's operators: the first in which Softmax is that of the last axis."""
FLOAT = 1
"""ONNX's number for float32."""


def weights_to_safetensors(params: dict[str, FloatArray]) -> bytes:
    """A .safetensors file of w1 (784, 128) and w2 (128, 10) float32; equal weights give equal
    bytes. Raises WeightsError for another shape."""
    arrays = _arrays(params)
    header: dict[str, object] = {"__metadata__": {"description": DESCRIPTION}}
    start = 0
    for name, content in arrays.items():
        end = start + len(content)
        header[name] = {"dtype": "F32", "shape": SHAPES[name], "data_offsets": [start, end]}
        start = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return struct.pack("<Q", len(text)) + text + b"".join(arrays.values())


def weights_to_onnx(params: dict[str, FloatArray]) -> bytes:
    """An ONNX model that gives `probabilities`, (n, 10) float32, of `image`, (n, 784) float32 in
    0.0-1.0; equal weights give equal bytes. Raises WeightsError for another shape.

    Numbers of fields are those of onnx.proto (ModelProto, GraphProto, NodeProto, TensorProto).
    """
    arrays = _arrays(params)
    nodes = [
        _node("MatMul", ("image", "w1"), "sums"),
        _node("Relu", ("sums",), "hidden"),
        _node("MatMul", ("hidden", "w2"), "logits"),
        _node("Softmax", ("logits",), "probabilities"),
    ]
    graph = (
        b"".join(_bytes(1, node) for node in nodes)
        + _text(2, "digits")
        + b"".join(_bytes(5, _tensor(name, content)) for name, content in arrays.items())
        + _bytes(11, _value("image", INPUT_SIZE))
        + _bytes(12, _value("probabilities", OUTPUT_SIZE))
    )
    return (
        _integer(1, IR_VERSION)
        + _text(2, "Digits")
        + _text(6, DESCRIPTION)
        + _bytes(7, graph)
        + _bytes(8, _integer(2, OPSET))
    )


def _arrays(params: dict[str, FloatArray]) -> dict[str, bytes]:
    """The bytes of each array, row by row."""
    for name, shape in SHAPES.items():
        if params[name].shape != shape:
            raise WeightsError(f"{name}: expected shape {shape}, found {params[name].shape}")
    return {name: np.ascontiguousarray(params[name], WEIGHTS_DTYPE).tobytes() for name in SHAPES}


# ONNX's messages


def _node(operator: str, inputs: tuple[str, ...], output: str) -> bytes:
    return b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(4, operator)


def _tensor(name: str, content: bytes) -> bytes:
    sizes = b"".join(_integer(1, size) for size in SHAPES[name])
    return sizes + _integer(2, FLOAT) + _text(8, name) + _bytes(9, content)


def _value(name: str, size: int) -> bytes:
    """An input or output of shape (n, size)."""
    shape = _bytes(1, _text(2, "n")) + _bytes(1, _integer(1, size))
    tensor_type = _integer(1, FLOAT) + _bytes(2, shape)
    return _text(1, name) + _bytes(2, _bytes(1, tensor_type))


# Protocol buffers' fields (the encoding's specification: varints, and bytes with their length)


def _integer(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; all but the last have the highest bit set."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])
