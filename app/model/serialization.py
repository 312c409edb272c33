"""Weights and samples as bytes, and back: the only definition of those formats.

Everything read here may come from a stranger: nothing is unpickled, no size is believed before it
is checked, and WeightsError or SamplesError says what was expected and what was found.
"""

import hashlib
import io
import json
import math
import re
import struct
import zipfile
import zlib
from typing import Any

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.network import INPUT_SIZE, SHAPES

WEIGHTS_DTYPE = np.dtype("<f4")
HALF_DTYPE = np.dtype("<f2")
"""For weights on their way to and from the rounds of a class: half the bytes."""
FLOAT_DTYPES = ("<f4", ">f4", "<f8", ">f8", "<f2", ">f2")
"""The dtypes that weights may have. float64 is rounded to float32, as JSON's numbers are."""
MAX_NPZ_SIZE = 1_000_000
"""Bytes; weights take 407,000."""
MAX_JSON_SIZE = 5_000_000
"""Bytes; weights take 1.2 million, or 2.3 when written with float64's digits."""
MAX_SAMPLES = 1024
"""In one message."""
MAX_SAMPLES_NPY_SIZE = MAX_SAMPLES * (1 + INPUT_SIZE) + 128
MAX_SAMPLES_JSON_SIZE = 16_000_000
"""Bytes; 1,024 of MNIST's take 6 million, as many of noise 15 million."""
SPARE_VALUES = 100
"""Members of a JSON message that are not ours, and are ignored."""
HIDDEN = (".", "__MACOSX/")
"""How the names of what macOS adds to an archive begin."""
NPY_MAGIC = b"\x93NUMPY\x01\x00"
NPY_HEADER = re.compile(
    rb"\{'descr': '([<>|]\w{1,9})', 'fortran_order': (True|False), "
    rb"'shape': \(([\d, ]{0,99})\),? \}\s*"
)
NUMBER_DTYPE = re.compile(r"[<>|]([fiuc])(\d{1,2})")
NUMBER_KINDS = {"f": "float", "i": "int", "u": "uint", "c": "complex"}
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,  # an offset in zip64 that is beyond what a file may have
    ValueError,  # an offset that leads before the beginning, a name that is not UTF-8
    RuntimeError,  # encrypted, or (NotImplementedError) of a version that zipfile does not know
)


NpyParts = tuple[tuple[int, ...], bool, str, memoryview]
"""See _parse_npy."""


class WeightsError(ValueError):
    """Bytes, or arrays, that are not weights of this network."""


class SamplesError(ValueError):
    """Bytes that are not labeled samples."""


def weights_digest(params: dict[str, FloatArray]) -> str:
    """SHA-256, hexadecimal, of the weights' values; the same on every machine."""
    sha256 = hashlib.sha256()
    for name in SHAPES:
        sha256.update(np.ascontiguousarray(params[name], WEIGHTS_DTYPE).data)
    return sha256.hexdigest()


def weights_to_npz(params: dict[str, FloatArray], dtype: "np.dtype[Any]" = WEIGHTS_DTYPE) -> bytes:
    """An .npz of w1 (784, 128) and w2 (128, 10), float32 or HALF_DTYPE: equal weights give equal
    bytes.

    numpy.savez stamps each member with the time; here the time is fixed. The members are stored as
    they are, since compression saves 7 % only. Raises WeightsError for what could not be read back:
    another shape, or values that are not finite.
    """
    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w", zipfile.ZIP_STORED) as archive:
        for name in SHAPES:
            with np.errstate(over="ignore"):  # beyond the type becomes infinity, which is rejected
                narrowed = np.ascontiguousarray(params[name]).astype(dtype)
            values = _checked(name, narrowed)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", ZIP_TIME), _to_npy(values))
    return archive_bytes.getvalue()


def weights_from_npz(content: bytes) -> tuple[FloatArray, FloatArray]:
    """w1 and w2, float32, from an .npz that holds exactly them, in floats of any size and order.

    Their names may be in capitals. A file manager may have packed the .npz once more, or its arrays
    with their folder. Raises WeightsError; where transposing or converting the arrays would do, its
    text has the line of NumPy for it.
    """
    if len(content) > MAX_NPZ_SIZE:
        raise WeightsError(f"expected at most {MAX_NPZ_SIZE} bytes, found {len(content)}")
    members = {name: _npy_parts(name, member) for name, member in _unzip(content).items()}
    for name, (shape, _, dtype, _) in members.items():
        if dtype not in FLOAT_DTYPES or shape != SHAPES[name]:
            found = {each: (parts[0], parts[2]) for each, parts in members.items()}
            raise WeightsError(
                f"{name}: expected floats of shape {SHAPES[name]}, found {_kind(dtype)} of {shape}"
                f"{_mending_line(found)}"
            )
    w1, w2 = (_array_from_npy(name, parts) for name, parts in members.items())
    return w1, w2


def weights_to_json(params: dict[str, FloatArray]) -> bytes:
    """{"weights": [w1, w2]}, each a list of rows, with the digits that float32 needs. Raises
    WeightsError as `weights_to_npz` does: JSON has neither NaN nor infinity.
    """
    weights = [_short_floats(_checked(name, params[name])) for name in SHAPES]
    return json.dumps({"weights": weights}, separators=(",", ":")).encode()


def weights_from_json(content: bytes | str) -> tuple[FloatArray, FloatArray]:
    """w1 and w2 from the text that `weights_to_json` describes. Raises WeightsError."""
    if len(content) > MAX_JSON_SIZE:
        raise WeightsError(f"expected at most {MAX_JSON_SIZE} bytes, found {len(content)}")
    try:
        rows = sum(shape[0] for shape in SHAPES.values())
        values = sum(shape[0] * shape[1] for shape in SHAPES.values())
        document = parse_json(content, containers=rows + len(SHAPES) + 2, values=values)
    except ValueError as error:
        raise WeightsError(str(error)) from error
    weights = document.get("weights")
    if not isinstance(weights, list) or len(weights) != len(SHAPES):
        raise WeightsError('expected {"weights": [w1, w2]}')
    w1, w2 = (_array_from_lists(name, rows) for name, rows in zip(SHAPES, weights, strict=True))
    return w1, w2


def samples_to_npy(images: ByteArray, labels: ByteArray) -> bytes:
    """An .npy of shape (n, 785) uint8, label first, from images (n, 784) and labels (n,)."""
    return _to_npy(np.column_stack((labels, images)))


def samples_from_npy(content: bytes, highest_label: int = 9) -> tuple[ByteArray, ByteArray]:
    """Images (n, 784) and labels (n,), read-only views of the content. Raises SamplesError.

    highest_label is NO_DIGIT where some may be drawings that are not digits.
    """
    try:
        shape, is_fortran, dtype, data = _parse_npy(content)
    except ValueError as error:
        raise SamplesError(str(error)) from error
    if dtype != "|u1" or is_fortran or len(shape) != 2 or shape[1] != 1 + INPUT_SIZE:
        raise SamplesError(f"expected |u1 (uint8) of shape (n, 785), found {dtype} of {shape}")
    if len(data) != shape[0] * shape[1]:
        raise SamplesError(f"expected {shape[0] * shape[1]} bytes of samples, found {len(data)}")
    samples = np.frombuffer(data, np.uint8).reshape(shape)
    images, labels = samples[:, 1:], samples[:, 0]
    if labels.size and labels.max() > highest_label:
        raise SamplesError(f"expected labels 0-{highest_label}, found {labels.max()}")
    return images, labels


def samples_from_json(content: bytes | str) -> tuple[ByteArray, ByteArray]:
    """Images (n, 784) uint8 and labels (n,) uint8 from the original's form of samples:
    {"data": [{"target": 7, "image": [784 of 0.0-1.0]}]}, n from 1 to MAX_SAMPLES.

    Raises SamplesError.
    """
    if len(content) > MAX_SAMPLES_JSON_SIZE:
        raise SamplesError(f"expected at most {MAX_SAMPLES_JSON_SIZE} bytes, found {len(content)}")
    try:
        document = parse_json(
            content, containers=2 * MAX_SAMPLES + 2, values=MAX_SAMPLES * (2 + INPUT_SIZE)
        )
    except ValueError as error:
        raise SamplesError(str(error)) from error
    samples = document.get("data")
    if not isinstance(samples, list) or not 1 <= len(samples) <= MAX_SAMPLES:
        raise SamplesError(
            f'expected {{"data": [{{"target": 7, "image": [784 of 0.0-1.0]}}]}} with 1 to '
            f"{MAX_SAMPLES} samples"
        )
    images = np.empty((len(samples), INPUT_SIZE), np.uint8)
    labels = np.empty(len(samples), np.uint8)
    for index, sample in enumerate(samples):
        labels[index], images[index] = _sample_from_json(index, sample)
    return images, labels


def _sample_from_json(index: int, sample: Any) -> tuple[int, ByteArray]:
    label, image = (
        (sample.get("target"), sample.get("image")) if isinstance(sample, dict) else (None, None)
    )
    if type(label) is not int or not 0 <= label <= 9:  # exactly int: true is an int to Python too
        raise SamplesError(f"data[{index}].target: expected a whole number from 0 to 9")
    try:
        values = _numbers([image], (1, INPUT_SIZE))[0]
    except ValueError as error:
        raise SamplesError(f"data[{index}].image: {error}") from error
    if not (values.min() >= 0 and values.max() <= 1):  # written so that NaN fails too
        raise SamplesError(
            f"data[{index}].image: expected numbers from 0.0 to 1.0, found {values.min()} to "
            f"{values.max()}"
        )
    return label, np.rint(values * 255).astype(np.uint8)


def parse_json(content: bytes | str, containers: int, values: int) -> dict[str, Any]:
    """The JSON object with at most this many lists and objects, and values in them.

    They are counted before they are made: an empty list takes two bytes of text and sixty of
    memory. Raises ValueError.
    """
    text = content.encode("utf-8", "replace") if isinstance(content, str) else content
    if text.count(b"[") + text.count(b"{") > containers + SPARE_VALUES:
        raise ValueError(f"expected at most {containers} lists and objects, found more")
    if text.count(b",") > values + SPARE_VALUES:
        raise ValueError(f"expected at most {values} values, found more")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"expected JSON: {error}") from error
    if not isinstance(document, dict):
        raise ValueError("expected a JSON object")
    return document


def _numbers(rows: Any, shape: tuple[int, int]) -> FloatArray:
    """A float64 array from lists that have this shape. Raises ValueError.

    Looked at row by row: of lists that hold something else, NumPy would make arrays of another
    type, as wide as the longest text in them.
    """
    if not isinstance(rows, list) or len(rows) != shape[0]:
        found = len(rows) if isinstance(rows, list) else "no list"
        raise ValueError(f"expected shape {shape}: {shape[0]} rows, found {found}")
    for row in rows:
        if not isinstance(row, list) or len(row) != shape[1]:
            found = len(row) if isinstance(row, list) else "no list"
            raise ValueError(f"expected shape {shape}: rows of {shape[1]}, found {found}")
        if not set(map(type, row)) <= {int, float}:
            raise ValueError("expected numbers only, found others")
    try:
        return np.array(rows, np.float64)
    except OverflowError as error:
        raise ValueError("expected finite float32 numbers, found others") from error


def _short_floats(values: FloatArray) -> list[list[float]]:
    """Rows of floats that print with as few digits as tell float32 values apart.

    NumPy writes float32 that way, but JSON writes Python's floats, which are float64: so go through
    the text.
    """
    rows: list[list[float]] = values.astype(np.float32).astype(str).astype(np.float64).tolist()
    return rows


def _array_from_lists(name: str, rows: Any) -> FloatArray:
    try:
        values = _numbers(rows, SHAPES[name])
    except ValueError as error:
        raise WeightsError(f"{name}: {error}") from error
    with np.errstate(over="ignore"):  # beyond float32 becomes infinity, rejected below
        return _checked(name, values.astype(np.float32))


def _unzip(content: bytes, is_within: bool = False) -> dict[str, bytes]:
    """The two members of an .npz, by the names of their arrays, each at most MAX_NPZ_SIZE long.

    is_within: the content comes from an archive itself, and is the last that is opened.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [
                (info.filename.lower().split("/")[-1], info)
                for info in archive.infolist()
                if not info.is_dir() and not _is_hidden(info.filename)
            ]
            if any(info.compress_type not in ZIP_METHODS for _, info in members):
                raise WeightsError("expected members stored or deflated, found other compression")
            # Without a limit, read unpacks everything, whatever size the archive declares.
            packed = [info for name, info in members if name.endswith(".npz")]
            if len(packed) == 1 and not is_within:
                return _unzip(archive.open(packed[0]).read(MAX_NPZ_SIZE), is_within=True)
            if sorted(name for name, _ in members) != sorted(f"{name}.npy" for name in SHAPES):
                raise WeightsError(_wrong_names(sorted(info.filename for _, info in members)))
            arrays = dict(members)
            return {name: archive.open(arrays[f"{name}.npy"]).read(MAX_NPZ_SIZE) for name in SHAPES}
    except WeightsError:
        raise
    except ZIP_ERRORS as error:
        raise WeightsError(f"expected an .npz file: {error}") from error


def _is_hidden(name: str) -> bool:
    return name.startswith(HIDDEN) or "/." in name


def _wrong_names(found: list[str]) -> str:
    text = f"expected the arrays w1 and w2, found {found[:5]}"
    if {f"{name}.npy" for name in SHAPES} < set(found):
        return text + _mending_line({name: (shape, "<f4") for name, shape in SHAPES.items()})
    return text


def _mending_line(found: dict[str, tuple[tuple[int, ...], str]]) -> str:
    """NumPy code that turns arrays of these shapes and dtypes into weights, to append to an error's
    text; empty if none can."""
    arguments = []
    for name, (shape, dtype) in found.items():
        expression = f'd["{name}"]'
        if shape == SHAPES[name][::-1]:
            expression += ".T"
        elif shape != SHAPES[name]:
            if math.prod(shape) != math.prod(SHAPES[name]):
                return ""
            expression += f".reshape{SHAPES[name]}"
        if NUMBER_DTYPE.fullmatch(dtype) is None:
            return ""
        if dtype not in FLOAT_DTYPES:
            expression += '.astype("float32")'
        arguments.append(f"{name}={expression}")
    return f'. In NumPy: d = np.load("weights.npz"); np.savez("mended.npz", {", ".join(arguments)})'


def _kind(dtype: str) -> str:
    """A dtype of numbers as NumPy names it: float64 for "<f8"; another unchanged."""
    number = NUMBER_DTYPE.fullmatch(dtype)
    return dtype if number is None else f"{NUMBER_KINDS[number[1]]}{8 * int(number[2])}"


def _npy_parts(name: str, content: bytes) -> NpyParts:
    try:
        return _parse_npy(content)
    except ValueError as error:
        raise WeightsError(f"{name}: {error}") from error


def _array_from_npy(name: str, parts: NpyParts) -> FloatArray:
    """The array, whose shape and dtype were checked before."""
    shape, is_fortran, dtype, data = parts
    if len(data) != np.dtype(dtype).itemsize * math.prod(shape):
        raise WeightsError(f"{name}: the data does not fill shape {shape}")
    values = np.frombuffer(data, dtype).reshape(shape, order="F" if is_fortran else "C")
    with np.errstate(over="ignore"):  # beyond float32 becomes infinity, rejected below
        return _checked(name, values.astype(np.float32, order="C"))


def _checked(name: str, values: FloatArray) -> FloatArray:
    if values.shape != SHAPES[name]:
        raise WeightsError(f"{name}: expected shape {SHAPES[name]}, found {values.shape}")
    others = values.size - int(np.count_nonzero(np.isfinite(values)))
    if others:
        raise WeightsError(
            f"{name}: expected finite float32 numbers, found {others} that are infinite, too large "
            "or no number (NaN)"
        )
    return values


def _to_npy(values: np.ndarray[Any, Any]) -> bytes:
    content = io.BytesIO()
    np.lib.format.write_array(content, values, version=(1, 0), allow_pickle=False)
    return content.getvalue()


def _parse_npy(content: bytes) -> NpyParts:
    """Shape, whether column-major, dtype ("<f4"), and the bytes after the header, unread.

    numpy.load would allocate what the header asks for, and evaluate it as Python; here the header
    is matched, and the caller compares. Raises ValueError unless the header is as numpy.save writes
    it for plain arrays (NumPy Enhancement Proposal 1, format version 1.0).
    """
    header_end = 10 + int.from_bytes(content[8:10], "little")
    header = NPY_HEADER.fullmatch(content[10:header_end])
    if content[:8] != NPY_MAGIC or header is None:
        raise ValueError("expected an .npy file of format version 1.0")
    dtype, order, sizes = header.groups()
    shape = tuple(int(size) for size in sizes.split(b",") if size.strip())
    return shape, order == b"True", dtype.decode("ascii"), memoryview(content)[header_end:]
