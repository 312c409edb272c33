"""Describes one step on one drawing for the page: every array, with a picture and a few values.

app.model.slow_step takes the step. This module turns its arrays into pictures, and descriptions
that JSON can hold. It also reads the source of the functions that compute them.
"""

import inspect
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from app.model.activations import log_softmax, log_softmax_grad, relu, relu_grad
from app.model.arrays import ByteArray, FloatArray
from app.model.kernels.reference import ReferenceKernels, einsum_product, numpy_has_blas
from app.model.losses import cross_entropy, cross_entropy_grad
from app.model.network import INPUT_SIZE, OUTPUT_SIZE, Network
from app.model.optimizers import SGD, Adam, NumpyRules, Optimizer, Params
from app.model.preprocessing import SIDE, normalize_image, to_inputs
from app.model.slow_step import backward_pass, forward_pass, update
from app.model.training import train_step
from app.pyscript.explain import texts
from app.pyscript.worker.answers import NoAnswerError
from app.pyscript.worker.pictures import diverging

if TYPE_CHECKING:
    from app.pyscript.explain import records

VALUES_SHOWN = 8
"""How many values of an array are listed, beginning at an interesting place."""
UNIT_ROWS = 4
"""The rows in the picture of the 128 hidden units."""


class Explanation(NamedTuple):
    """A step, ready to show.

    facts: all that JSON can hold; pictures: (n,) uint8, RGBA of all
    arrays, one after another; params: the weights after the step, None without a label.
    """

    facts: "records.Facts"
    pictures: ByteArray
    params: Params | None


def explain(
    network: Network, optimizer: Optimizer, seen: ByteArray, label: int | None
) -> Explanation:
    """Explain one step on a normalized drawing, seen, (784,) uint8. The network does not change.

    Without a label there is only a reading and no step. The optimizer must be new. Raises
    ValueError if there is no such label, if the network gives no answer, and if the step leads to
    weights that are not finite.
    """
    if label is not None and label not in range(OUTPUT_SIZE):
        raise ValueError(f"Expected a label from 0 to 9, found {label}.")
    params = network.params
    with np.errstate(all="ignore"):  # an overflow is found below
        forward = forward_pass(params, to_inputs(seen))
    if not np.isfinite(forward.log_probs).all():
        raise NoAnswerError
    digit = int(forward.log_probs.argmax())
    # The numbers follow one way through the network: the pixel with the most ink, the unit that
    # responds most, and the label or else the digit that was read.
    pixel, unit = int(forward.inputs.argmax()), int(forward.hidden.argmax())
    target = digit if label is None else label
    shown = Arrays(pixel, unit)
    shown.add_inputs("inputs", forward.inputs)
    shown.add_input_weights("w1", params["w1"])
    shown.add_units("sums", forward.sums)
    shown.add_units("hidden", forward.hidden)
    shown.add_output_weights("w2", params["w2"])
    shown.add_digits("logits", forward.logits)
    shown.add_digits("log_probs", forward.log_probs)
    shown.add_digits("probabilities", np.exp(forward.log_probs))
    facts: records.Facts = {
        "label": label,
        "digit": digit,
        "pixel": pixel,
        "unit": unit,
        "target": target,
        "inked": int(np.count_nonzero(forward.inputs)),
        "active": int(np.count_nonzero(forward.hidden)),
        "unit_sum": float(forward.sums[0, unit]),
        "logit": float(forward.logits[0, target]),
        "log_prob": float(forward.log_probs[0, target]),
        "probability": float(np.exp(forward.log_probs[0, target])),
        "arrays": shown.descriptions,
    }
    if label is None:
        return Explanation(facts, shown.pictures, None)
    backward = backward_pass(params, forward, label)
    with np.errstate(all="ignore"):  # an overflow is found below
        updated = update(params, optimizer, backward.grads, forward.inputs, label)
    if not all(np.isfinite(values).all() for values in updated.params.values()):
        raise ValueError(texts.EXPLANATION_DIVERGED)
    shown.add_digits("logits_grad", backward.logits_grad)
    shown.add_output_weights("w2_grad", backward.grads["w2"])
    shown.add_units("hidden_grad", backward.hidden_grad)
    shown.add_input_weights("w1_grad", backward.grads["w1"])
    shown.add_output_weights("w2_change", updated.params["w2"] - params["w2"])
    shown.add_input_weights("w1_change", updated.params["w1"] - params["w1"])
    facts |= {
        "loss": backward.loss,
        "loss_after": updated.loss,
        "weight": float(params["w2"][unit, target]),
        "weight_grad": float(backward.grads["w2"][unit, target]),
        "weight_after": float(updated.params["w2"][unit, target]),
        "learning_rate": float(optimizer.learning_rate),
    }
    return Explanation(facts, shown.pictures, updated.params)


class Arrays:
    """Collects arrays to show."""

    def __init__(self, pixel: int, unit: int) -> None:
        """pixel, 0-783, and unit, 0-127: their weights are listed."""
        self.descriptions: list[records.Array] = []
        self._shown_pixels = (pixel, min(pixel + VALUES_SHOWN, INPUT_SIZE))
        self._unit = unit
        self._pictures: list[ByteArray] = []
        self._size = 0

    @property
    def pictures(self) -> ByteArray:
        return np.concatenate(self._pictures)

    def add_inputs(self, name: str, values: FloatArray) -> None:
        """Add an array (1, 784); its picture shows ink."""
        rgba = np.zeros((SIDE, SIDE, 4), np.uint8)
        rgba[..., 3] = np.rint(values.reshape(SIDE, SIDE) * 255)
        start, end = self._shown_pixels
        self._add(name, values, f"0, {start}:{end}", values[0, start:end], rgba)

    def add_input_weights(self, name: str, values: FloatArray) -> None:
        """Add an array (784, 128); its picture shows the 28x28 weights of the unit."""
        start, end = self._shown_pixels
        unit = self._unit
        picture = _heat(values[:, unit].reshape(SIDE, SIDE))
        self._add(name, values, f"{start}:{end}, {unit}", values[start:end, unit], picture)

    def add_units(self, name: str, values: FloatArray) -> None:
        """Add an array (1, 128)."""
        picture = _heat(values.reshape(UNIT_ROWS, -1))
        self._add(name, values, f"0, 0:{VALUES_SHOWN}", values[0, :VALUES_SHOWN], picture)

    def add_output_weights(self, name: str, values: FloatArray) -> None:
        """Add an array (128, 10); its picture has a row for each digit."""
        self._add(name, values, f"{self._unit}, :", values[self._unit], _heat(values.T))

    def add_digits(self, name: str, values: FloatArray) -> None:
        """Add an array (1, 10)."""
        self._add(name, values, "0, :", values[0], _heat(values))

    def _add(
        self, name: str, array: FloatArray, where: str, listed: FloatArray, rgba: ByteArray
    ) -> None:
        rows, columns = rgba.shape[:2]
        self.descriptions.append(
            {
                "name": name,
                "shape": str(array.shape),
                "dtype": str(array.dtype),
                "least": float(array.min()),
                "most": float(array.max()),
                "where": f"{name}[{where}]",
                "values": listed.tolist(),
                "picture": [columns, rows, self._size],
            }
        )
        self._pictures.append(rgba.ravel())
        self._size += rgba.size


def _heat(values: FloatArray) -> ByteArray:
    """(rows, columns, 4) uint8: the color shows the sign, the opacity shows the size."""
    values = np.ascontiguousarray(values)
    pixels = diverging(values, np.abs(values).max(keepdims=True))
    return pixels.view(np.uint8).reshape(*values.shape, 4)


# The code


Function = Callable[..., Any]


def sources(optimizer: Optimizer) -> "list[records.StageSource]":
    """The functions that compute each stage, from their files."""
    return [
        {"stage": stage, "functions": [_source(function) for function in functions]}
        for stage, functions in _functions(optimizer)
    ]


def _functions(optimizer: Optimizer) -> list[tuple[str, list[Function]]]:
    """For each stage, the functions that compute it in NumPy with this kind of optimizer."""
    reference = ReferenceKernels
    products: list[Function] = [] if numpy_has_blas() else [einsum_product]
    rules: list[Function] = []
    if isinstance(optimizer, Adam):
        rules = [NumpyRules.adam]
    elif isinstance(optimizer, SGD) and optimizer.momentum:
        rules = [NumpyRules.momentum]
    return [
        ("inputs", [normalize_image, to_inputs]),
        ("hidden", [reference._hidden, relu, *products]),
        ("logits", [reference.log_probs]),
        ("log_softmax", [log_softmax]),
        ("loss", [cross_entropy]),
        (
            "gradients",
            [reference.loss_and_grads, cross_entropy_grad, log_softmax_grad, relu_grad],
        ),
        ("update", [type(optimizer).update, *rules, reference.train_step, train_step]),
    ]


def _source(function: Function) -> "records.Function":
    lines, line = inspect.getsourcelines(function)
    path = function.__module__.replace(".", "/") + ".py"
    return {"path": path, "line": line, "source": textwrap.dedent("".join(lines)).rstrip()}
