"""The network's arithmetic in WebAssembly SIMD: kernels.c, called on NumPy's own memory.

Each module is a side module in Emscripten's sense: Pyodide's loader places it in the memory that
Python and NumPy live in, so arrays are passed by address and nothing is copied. Addresses are
offsets into that memory and stay right when it grows. Results equal those of reference.py up to
rounding: sums are made in another order, and exp and log are kernels.c's own.

Only Python in WebAssembly can load it: anywhere else `load_simd` raises SimdUnavailableError.
"""

import ctypes
import platform
from ctypes import c_float, c_int32
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.model.arrays import ByteArray, FloatArray
from app.model.kernels import LossAndGrads, StepResult
from app.model.optimizers import SGD, Optimizer, Params
from app.model.preprocessing import checked_images

MODULE_PATHS = tuple(
    Path(__file__).with_name(name) for name in ("relaxed_kernels.wasm", "kernels.wasm")
)
"""Best first. In relaxed SIMD, which not all browsers have, multiply-add is one instruction. How it
rounds is up to the processor: results may differ in the last digits from machine to machine."""

INPUTS, HIDDEN, OUTPUTS = 784, 128, 10
"""As in kernels.c, which is compiled for this network alone."""

FLOAT32, UINT8 = np.dtype(np.float32), np.dtype(np.uint8)

SPARE = 1
"""Compressing writes each cell before it knows whether to keep it: one entry past the last."""

ADDRESS = ctypes.c_uint32
SIGNATURES: dict[str, list[type]] = {
    "compress_images": [c_int32, *[ADDRESS] * 2],
    "compress_inputs": [c_int32, *[ADDRESS] * 2],
    "hidden_layer": [c_int32, *[ADDRESS] * 2],
    "read_batch": [c_int32, *[ADDRESS] * 3],
    "forward_and_back": [c_int32, *[ADDRESS] * 4],
    "write_w1_grad": [*[ADDRESS] * 2],
    "descend": [ADDRESS, c_float, *[ADDRESS] * 2],
    "momentum_update": [c_int32, ADDRESS, c_float, c_float, *[ADDRESS] * 2],
    "adam_update": [c_int32, ADDRESS, *[c_float] * 4, *[ADDRESS] * 3],
    "output_work_bytes": [],
}


class SimdUnavailableError(Exception):
    """These kernels do not run here; `str()` says why, in a sentence for people."""


def load_simd() -> "SimdKernels":
    """The kernels. Raises SimdUnavailableError where Python or the browser cannot run them."""
    system = platform.system()
    if system != "Emscripten":
        raise SimdUnavailableError(f"The kernels are WebAssembly, and this is {system}.")
    module = _best_module()
    try:
        library = ctypes.CDLL(str(module))
        functions = {name: getattr(library, name) for name in SIGNATURES}
    except (OSError, AttributeError) as error:
        raise SimdUnavailableError(f"The kernels did not load: {error}") from error
    for name, argument_types in SIGNATURES.items():
        functions[name].argtypes = argument_types
        functions[name].restype = c_int32
    return SimdKernels(functions, module.name)


def _best_module() -> Path:
    """The first whose instructions the browser knows, or else the last."""
    from js import WebAssembly  # noqa: PLC0415 - only Python in WebAssembly has these
    from pyodide.ffi import to_js  # noqa: PLC0415

    *better, last = MODULE_PATHS
    known = (path for path in better if WebAssembly.validate(to_js(path.read_bytes())))
    return next(known, last)


class SimdKernels:
    """See `Kernels`; also `Rules` for its optimizers. Everything is float32.

    Raises TypeError and ValueError for arrays of another dtype, shape or order: a wrong address
    would write over Python's own memory.
    """

    name = "simd"

    def __init__(self, functions: dict[str, Any], module: str) -> None:
        """functions, by the names in SIGNATURES; module: the name of the file that has them."""
        self.module = module
        self._functions = functions
        self._workspace = Workspace(1, functions["output_work_bytes"]())

    def log_probs(self, params: Params, inputs: FloatArray) -> FloatArray:
        samples = self._compress_inputs(inputs)
        return self._read(samples, params)

    def log_probs_of_images(self, params: Params, images: ByteArray) -> FloatArray:
        samples = self._compress_images(images)
        return self._read(samples, params)

    def hidden_of_images(self, params: Params, images: ByteArray) -> FloatArray:
        samples = self._compress_images(images)
        w1 = _address(params["w1"], (INPUTS, HIDDEN))
        self._functions["hidden_layer"](samples, w1, self._workspace.address)
        return self._workspace.hidden[:samples].copy()

    def loss_and_grads(
        self, params: Params, inputs: FloatArray, targets: ByteArray
    ) -> LossAndGrads:
        samples = self._compress_inputs(inputs)
        result = self._forward_and_back(samples, params, targets)
        work = self._workspace
        grads = {"w1": np.empty_like(params["w1"]), "w2": work.grads["w2"].copy()}
        self._write_w1_grad(grads["w1"])
        return LossAndGrads(result.loss, grads, work.log_probs[:samples].copy())

    def train_step(
        self, params: Params, optimizer: Optimizer, images: ByteArray, labels: ByteArray
    ) -> StepResult:
        samples = self._compress_images(images)
        result = self._forward_and_back(samples, params, labels)
        if isinstance(optimizer, SGD) and not optimizer.momentum:
            # Plain SGD needs each element of the gradient once, so that of w1 is never stored.
            for weights in params.values():
                optimizer.decay(weights)
            self._descend(params, optimizer.learning_rate)
        else:
            grads = self._workspace.grads
            self._write_w1_grad(grads["w1"])
            optimizer.update(params, grads, self)
        return result

    def momentum(
        self,
        weights: FloatArray,
        grad: FloatArray,
        velocity: FloatArray,
        *,
        learning_rate: float,
        momentum: float,
    ) -> None:
        shape = _checked_shape(weights)
        self._functions["momentum_update"](
            weights.size,
            _address(grad, shape),
            learning_rate,
            momentum,
            _address(velocity, shape),
            _address(weights, shape),
        )

    def adam(
        self,
        weights: FloatArray,
        grad: FloatArray,
        mean: FloatArray,
        variance: FloatArray,
        *,
        step_size: float,
        beta1: float,
        beta2: float,
        epsilon: float,
    ) -> None:
        shape = _checked_shape(weights)
        self._functions["adam_update"](
            weights.size,
            _address(grad, shape),
            step_size,
            beta1,
            beta2,
            epsilon,
            _address(mean, shape),
            _address(variance, shape),
            _address(weights, shape),
        )

    # The parts, a kernel each; between them the batch is in the workspace.

    def _compress_images(self, images: ByteArray) -> int:
        contiguous = np.ascontiguousarray(checked_images(images).reshape(-1, INPUTS))
        samples = len(contiguous)
        work = self._reserve(samples)
        self._functions["compress_images"](
            samples, _address(contiguous, (samples, INPUTS), UINT8), work
        )
        return samples

    def _compress_inputs(self, inputs: FloatArray) -> int:
        samples = len(inputs)
        contiguous = np.ascontiguousarray(inputs, np.float32)
        work = self._reserve(samples)
        self._functions["compress_inputs"](samples, _address(contiguous, (samples, INPUTS)), work)
        return samples

    def _read(self, samples: int, params: Params) -> FloatArray:
        w1, w2 = _addresses(params)
        self._functions["read_batch"](samples, w1, w2, self._workspace.address)
        return self._workspace.log_probs[:samples].copy()

    def _forward_and_back(self, samples: int, params: Params, labels: ByteArray) -> StepResult:
        """From the compressed batch to dL/dw2, what dL/dw1 is made of, and the step's figures."""
        contiguous_labels = np.ascontiguousarray(labels)  # named, to outlive the call
        is_done = self._functions["forward_and_back"](
            samples,
            _address(contiguous_labels, (samples,), UINT8),
            *_addresses(params),
            self._workspace.address,
        )
        if not is_done:
            raise ValueError(f"expected labels from 0 to {OUTPUTS}, found {labels.max()}")
        loss, accuracy = self._workspace.figures.tolist()
        return StepResult(loss, accuracy)

    def _write_w1_grad(self, w1_grad: FloatArray) -> None:
        address = _address(w1_grad, (INPUTS, HIDDEN))
        self._functions["write_w1_grad"](self._workspace.address, address)

    def _descend(self, params: Params, learning_rate: float) -> None:
        self._functions["descend"](self._workspace.address, learning_rate, *_addresses(params))

    def _reserve(self, samples: int) -> int:
        """Make room for this many samples; returns the workspace's address."""
        if samples < 1:
            raise ValueError("expected at least one sample, found none")
        if samples > self._workspace.capacity:
            self._workspace = Workspace(samples, self._functions["output_work_bytes"]())
        return self._workspace.address


class Workspace:
    """The arrays between the kernels, for batches of up to `capacity` samples. `address` is where
    their addresses lie: `struct workspace` in kernels.c, which has the same names and shapes."""

    def __init__(self, capacity: int, output_work_bytes: int) -> None:
        entries = capacity * INPUTS
        self.capacity = capacity
        self.hidden = np.empty((capacity, HIDDEN), np.float32)
        self.log_probs = np.empty((capacity, OUTPUTS), np.float32)
        self.figures = np.empty(2, np.float64)
        self.grads: Params = {
            "w1": np.empty((INPUTS, HIDDEN), np.float32),
            "w2": np.empty((HIDDEN, OUTPUTS), np.float32),
        }
        self._arrays: tuple[NDArray[Any], ...] = (
            np.arange(256, dtype=np.uint8) / np.float32(255),  # scaled, as by to_inputs
            np.empty(capacity + 1, np.int32),  # starts
            np.empty(entries + SPARE, np.int32),  # columns
            np.empty(entries + SPARE, np.float32),  # values
            np.empty(INPUTS + 2, np.int32),  # column_starts
            np.empty(entries, np.int32),  # rows
            np.empty(entries, np.float32),  # column_values
            self.hidden,
            self.log_probs,
            self.grads["w2"],
            self.figures,
            np.empty(output_work_bytes, np.uint8),  # output
        )
        self._addresses = np.array([array.ctypes.data for array in self._arrays], np.uint32)
        self.address = self._addresses.ctypes.data


def _checked_shape(weights: FloatArray) -> tuple[int, ...]:
    """The shape of weights that are updated four at a time."""
    if weights.size % 4:
        raise ValueError(f"expected weights in fours, found {weights.size}")
    return weights.shape


def _addresses(params: Params) -> tuple[int, int]:
    """Where w1 and w2 lie."""
    return _address(params["w1"], (INPUTS, HIDDEN)), _address(params["w2"], (HIDDEN, OUTPUTS))


def _address(array: NDArray[Any], shape: tuple[int, ...], dtype: np.dtype[Any] = FLOAT32) -> int:
    """Where an array lies in memory, if it is what a kernel expects."""
    if array.dtype != dtype:
        raise TypeError(f"expected an array of {dtype}, found {array.dtype}")
    if array.shape != shape or not array.flags.c_contiguous:
        raise ValueError(f"expected a contiguous array of shape {shape}, found {array.shape}")
    return array.ctypes.data
