"""Weights and samples as bytes, and back: the only definition of those formats.

Everything read here may come from a stranger: nothing is unpickled, no size is believed before it
is checked, and WeightsError or SamplesError says what was expected and what was found.
"""

import hashlib
import io
import json
import re
import struct
import zipfile
import zlib
from typing import Any

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.network import INPUT_SIZE, SHAPES

WEIGHTS_DTYPE = np.dtype("<f4")
MAX_NPZ_SIZE = 1_000_000
"""Bytes; weights take 407,000."""
MAX_JSON_SIZE = 5_000_000
"""Bytes; weights take 1.2 million, or 2.3 when written with float64's digits."""
NPY_MAGIC = b"\x93NUMPY\x01\x00"
NPY_HEADER = re.compile(
    rb"\{'descr': '([<>|]\w{1,9})', 'fortran_order': (True|False), "
    rb"'shape': \(([\d, ]{0,99})\),? \}\s*"
)
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,  # an offset that leads before the beginning, a name that is not UTF-8
    RuntimeError,  # encrypted, or (NotImplementedError) of a version that zipfile does not know
)


class WeightsError(ValueError):
    """Bytes that are not weights of this network."""


class SamplesError(ValueError):
    """Bytes that are not labelled samples."""


def weights_digest(params: dict[str, FloatArray]) -> str:
    """SHA-256, hexadecimal, of the weights' values; the same on every machine."""
    sha256 = hashlib.sha256()
    for name in SHAPES:
        sha256.update(np.ascontiguousarray(params[name], WEIGHTS_DTYPE).data)
    return sha256.hexdigest()


def weights_to_npz(params: dict[str, FloatArray]) -> bytes:
    """An .npz of w1 (784, 128) and w2 (128, 10), float32: equal weights give equal bytes.

    numpy.savez stamps each member with the time; here the time is fixed. The members are stored as
    they are, since compression saves 7 % only.
    """
    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w", zipfile.ZIP_STORED) as archive:
        for name in SHAPES:
            values = np.ascontiguousarray(params[name], WEIGHTS_DTYPE)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", ZIP_TIME), _to_npy(values))
    return archive_bytes.getvalue()


def weights_from_npz(content: bytes) -> tuple[FloatArray, FloatArray]:
    """w1 and w2 from an .npz that holds exactly them. Raises WeightsError."""
    if len(content) > MAX_NPZ_SIZE:
        raise WeightsError(f"expected at most {MAX_NPZ_SIZE} bytes, found {len(content)}")
    w1, w2 = (_array_from_npy(name, member) for name, member in _unzip(content).items())
    return w1, w2


def weights_to_json(params: dict[str, FloatArray]) -> bytes:
    """{"weights": [w1, w2]}, each a list of rows, with the digits that float32 needs."""
    weights = [_short_floats(params[name]) for name in SHAPES]
    return json.dumps({"weights": weights}, separators=(",", ":")).encode()


def weights_from_json(content: bytes | str) -> tuple[FloatArray, FloatArray]:
    """w1 and w2 from the text that `weights_to_json` describes. Raises WeightsError."""
    if len(content) > MAX_JSON_SIZE:
        raise WeightsError(f"expected at most {MAX_JSON_SIZE} bytes, found {len(content)}")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"expected JSON: {error}") from error
    weights = document.get("weights") if isinstance(document, dict) else None
    if not isinstance(weights, list) or len(weights) != len(SHAPES):
        raise WeightsError('expected {"weights": [w1, w2]}')
    w1, w2 = (_array_from_lists(name, rows) for name, rows in zip(SHAPES, weights, strict=True))
    return w1, w2


def samples_to_npy(images: ByteArray, labels: ByteArray) -> bytes:
    """An .npy of shape (n, 785) uint8, label first, from images (n, 784) and labels (n,)."""
    return _to_npy(np.column_stack((labels, images)))


def samples_from_npy(content: bytes) -> tuple[ByteArray, ByteArray]:
    """Images (n, 784) and labels (n,), read-only views of the content. Raises SamplesError."""
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
    if labels.size and labels.max() > 9:
        raise SamplesError(f"expected labels 0-9, found {labels.max()}")
    return images, labels


def _short_floats(values: FloatArray) -> list[list[float]]:
    """Rows of floats that print with as few digits as tell float32 values apart.

    NumPy writes float32 that way, but JSON writes Python's floats, which are float64: so go through
    the text.
    """
    rows: list[list[float]] = values.astype(np.float32).astype(str).astype(np.float64).tolist()
    return rows


def _array_from_lists(name: str, rows: Any) -> FloatArray:
    try:
        values = np.array(rows)
    except ValueError as error:  # rows of different lengths
        raise WeightsError(f"{name}: expected shape {SHAPES[name]}: {error}") from error
    if values.dtype.kind not in "fiu":
        raise WeightsError(f"{name}: expected numbers only, found {values.dtype}")
    with np.errstate(over="ignore"):  # beyond float32 becomes infinity, refused below
        return _checked(name, values.astype(np.float32))


def _unzip(content: bytes) -> dict[str, bytes]:
    """The two members of an .npz, by the names of their arrays, each at most MAX_NPZ_SIZE long."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = sorted(archive.namelist())
            if names != sorted(f"{name}.npy" for name in SHAPES):
                raise WeightsError(f"expected the arrays w1 and w2, found {names[:5]}")
            if any(member.compress_type not in ZIP_METHODS for member in archive.infolist()):
                raise WeightsError("expected members stored or deflated, found other compression")
            # Without a limit, read unpacks everything, whatever size the archive declares.
            return {name: archive.open(f"{name}.npy").read(MAX_NPZ_SIZE) for name in SHAPES}
    except WeightsError:
        raise
    except ZIP_ERRORS as error:
        raise WeightsError(f"expected an .npz file: {error}") from error


def _array_from_npy(name: str, content: bytes) -> FloatArray:
    try:
        shape, is_fortran, dtype, data = _parse_npy(content)
    except ValueError as error:
        raise WeightsError(f"{name}: {error}") from error
    if dtype != WEIGHTS_DTYPE.str or shape != SHAPES[name]:
        raise WeightsError(
            f"{name}: expected <f4 (float32) of shape {SHAPES[name]}, found {dtype} of {shape}"
        )
    if len(data) != WEIGHTS_DTYPE.itemsize * shape[0] * shape[1]:
        raise WeightsError(f"{name}: the data does not fill shape {shape}")
    values = np.frombuffer(data, WEIGHTS_DTYPE).reshape(shape, order="F" if is_fortran else "C")
    return _checked(name, values.astype(np.float32, order="C"))


def _checked(name: str, values: FloatArray) -> FloatArray:
    if values.shape != SHAPES[name]:
        raise WeightsError(f"{name}: expected shape {SHAPES[name]}, found {values.shape}")
    if not np.isfinite(values).all():
        raise WeightsError(f"{name}: expected finite float32 numbers, found others")
    return values


def _to_npy(values: np.ndarray[Any, Any]) -> bytes:
    content = io.BytesIO()
    np.lib.format.write_array(content, values, version=(1, 0), allow_pickle=False)
    return content.getvalue()


def _parse_npy(content: bytes) -> tuple[tuple[int, ...], bool, str, memoryview]:
    """Shape, whether column-major, dtype ("<f4"), and the bytes after the header, unread.

    numpy.load would allocate what the header asks for, and evaluate it as Python; here the header
    is matched, and the caller compares. Raises ValueError for what does not begin as numpy.save
    begins plain arrays (NumPy Enhancement Proposal 1, format version 1.0).
    """
    header_end = 10 + int.from_bytes(content[8:10], "little")
    header = NPY_HEADER.fullmatch(content[10:header_end])
    if content[:8] != NPY_MAGIC or header is None:
        raise ValueError("expected an .npy file of format version 1.0")
    dtype, order, sizes = header.groups()
    shape = tuple(int(size) for size in sizes.split(b",") if size.strip())
    return shape, order == b"True", dtype.decode("ascii"), memoryview(content)[header_end:]
