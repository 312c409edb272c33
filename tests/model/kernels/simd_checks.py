"""What the SIMD kernels must do, compared with the reference. Runs in Pyodide: see test_simd.py.

Each function whose name begins with `check_` is a test. Many random batches take the place of
Hypothesis, which Pyodide does not have.
"""

import importlib
import itertools
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.data.datasets import load_embedded
from app.model.initializers import he_normal
from app.model.kernels import Kernels, simd
from app.model.kernels.reference import REFERENCE, numpy_has_blas
from app.model.kernels.simd import SimdUnavailableError, load_simd
from app.model.network import NO_DIGIT, SHAPES, Network
from app.model.optimizers import DEFAULT_LEARNING_RATES, NUMPY_RULES, OPTIMIZERS, SGD, Params
from app.model.preprocessing import to_inputs
from app.pyscript.train.worker.network import LiveNetwork
from app.pyscript.worker.reports import Reports

TOLERANCE = 1e-5
"""Of the largest number in an array: a hundred roundings of float32."""
TRAINED_TOLERANCE = 2e-3
"""After some steps: a rounding that lets a hidden unit through, or stops it, changes all after."""

SAMPLES = (1, 2, 3, 5, 8, 31, 64, 100, 128, 257, 512, 1024)
INK = (0.0, 0.001, 0.05, 0.2, 1.0)


def results(module: str) -> dict[str, str | None]:
    """By the name of each check: None, or how it failed, with the module of this name."""
    simd.MODULE_PATHS = tuple(path for path in simd.MODULE_PATHS if path.name == module)
    outcome: dict[str, str | None] = {}
    for name, check in checks().items():
        try:
            check()
            outcome[name] = None
        except Exception:
            outcome[name] = traceback.format_exc()
    return outcome


def checks() -> dict[str, Callable[[], None]]:
    return {name: value for name, value in globals().items() if name.startswith("check_")}


def assert_close(found: object, expected: object, tolerance: float = TOLERANCE) -> None:
    expected = np.asarray(expected)
    largest = float(np.abs(expected).max(initial=0))
    np.testing.assert_allclose(np.asarray(found), expected, rtol=0, atol=tolerance * largest)


def batches(seed: int) -> Iterator[tuple[Params, FloatArray, ByteArray]]:
    """Params, inputs and targets of all sizes and amounts of ink.

    Inputs are multiples of 1/16 and w1 of 1/256, so that the hidden layer's sums are exact in
    whatever order they are made: no rounding decides whether a hidden unit is active.
    """
    rng = np.random.default_rng(seed)
    for n in SAMPLES:
        for ink in INK:
            scale = rng.choice([0.1, 1, 10])
            params = Network.initialize(he_normal, rng).params
            params["w1"][...] = np.round(params["w1"] * 256) / 256
            params["w2"] *= scale
            inputs = rng.integers(1, 17, (n, 784)) / 16 * (rng.random((n, 784)) < ink)
            highest = rng.choice([9, NO_DIGIT])
            targets = rng.integers(0, highest + 1, n).astype(np.uint8)
            yield params, inputs.astype(np.float32), targets


def check_losses_gradients_and_log_probs() -> None:
    kernels = load_simd()
    for params, inputs, targets in batches(1):
        in_float64: Params = {name: values.astype(np.float64) for name, values in params.items()}
        expected = REFERENCE.loss_and_grads(in_float64, inputs.astype(np.float64), targets)

        found = kernels.loss_and_grads(params, inputs, targets)

        assert_close(found.loss, expected.loss)
        assert_close(found.log_probs, expected.log_probs)
        assert_close(kernels.log_probs(params, inputs), expected.log_probs)
        for name, grad in expected.grads.items():
            assert_close(found.grads[name], grad)
            assert found.grads[name].dtype == np.float32


def check_reading_images() -> None:
    kernels = load_simd()
    for params, inputs, _ in batches(14):
        images = np.round(inputs * 255).astype(np.uint8)
        in_float64: Params = {name: values.astype(np.float64) for name, values in params.items()}
        exact = images / 255

        hidden = kernels.hidden_of_images(params, images)
        log_probs = kernels.log_probs_of_images(params, images)

        assert_close(hidden, REFERENCE.hidden(in_float64, exact))
        assert hidden.min() >= 0
        assert_close(log_probs, REFERENCE.log_probs(in_float64, exact))
        assert np.array_equal(log_probs, kernels.log_probs(params, to_inputs(images)))
        assert hidden.dtype == log_probs.dtype == np.float32


def check_one_step_from_images() -> None:
    """Not of Adam: it divides gradients by their own size, even those that are all rounding."""
    kernels = load_simd()
    rng = np.random.default_rng(2)
    for _, inputs, labels in batches(2):
        params = Network.initialize(he_normal, rng).params  # sums that are exactly 0 would be rare
        images = np.ceil(inputs * rng.integers(1, 256, inputs.shape)).astype(np.uint8)
        for name, l2 in itertools.product(("sgd", "momentum"), (0, 0.5)):
            stepped = [
                step(which, name, params, images, labels, l2=l2) for which in (kernels, REFERENCE)
            ]
            (params_found, figures_found), (params_expected, figures_expected) = stepped
            assert_close(figures_found[0], figures_expected[0])
            digits = max(1, int((labels != NO_DIGIT).sum()))
            assert abs(figures_found[1] - figures_expected[1]) <= 1 / digits + 1e-9
            for key, expected in params_expected.items():
                assert_close(params_found[key], expected)


def step(
    kernels: Kernels,
    optimizer: str,
    params: Params,
    images: ByteArray,
    labels: ByteArray,
    *,
    l2: float = 0,
) -> tuple[Params, tuple[float, float]]:
    copied = {name: values.copy() for name, values in params.items()}
    rule = OPTIMIZERS[optimizer](DEFAULT_LEARNING_RATES[optimizer])
    rule.l2 = l2
    return copied, kernels.train_step(copied, rule, images, labels)


def check_the_optimizers_rules() -> None:
    kernels = load_simd()
    rng = np.random.default_rng(12)
    for shape in SHAPES.values():
        arrays: list[FloatArray] = [rng.normal(size=shape).astype(np.float32) for _ in range(4)]
        arrays[3] **= 2  # a variance
        expected: list[FloatArray] = [array.astype(np.float64) for array in arrays]
        found = [array.copy() for array in arrays]
        for rules, (weights, grad, mean, variance) in ((NUMPY_RULES, expected), (kernels, found)):
            rules.momentum(weights, grad, mean, learning_rate=0.1, momentum=0.9)
            rules.adam(
                weights, grad, mean, variance, step_size=0.1, beta1=0.9, beta2=0.999, epsilon=1e-8
            )
        for array, wanted in zip(found, expected, strict=True):
            assert_close(array, wanted)


def check_what_is_no_digit() -> None:
    """Answered evenly it costs nothing and teaches nothing; a batch of it misreads nothing."""
    kernels = load_simd()
    split = load_embedded().splits["train"]
    inputs, nothing = to_inputs(split.images[:8]), np.full(8, NO_DIGIT, np.uint8)
    network = Network.initialize(he_normal, np.random.default_rng(13))
    network.params["w2"][...] = 0
    even = kernels.loss_and_grads(network.params, inputs, nothing)
    assert abs(even.loss) < 1e-6
    assert np.abs(even.grads["w2"]).max() < 1e-6
    assert kernels.train_step(network.params, SGD(0.1), split.images[:8], nothing).accuracy == 1
    half = np.where(np.arange(8) < 4, split.labels[:8], NO_DIGIT).astype(np.uint8)
    (_, found), (_, expected) = (
        step(which, "sgd", network.params, split.images[:8], half) for which in (kernels, REFERENCE)
    )
    assert_close(found, expected)


def check_training_on_real_digits() -> None:
    kernels = load_simd()
    split = load_embedded().splits["train"]
    for name in OPTIMIZERS:
        for batch_size in (1, 7, 64, 128, 500):
            network = Network.initialize(he_normal, np.random.default_rng(3))
            other = network.copy()
            rules = [OPTIMIZERS[name](DEFAULT_LEARNING_RATES[name] / 2) for _ in range(2)]
            for start in range(0, min(12 * batch_size, 1000), batch_size):
                batch = slice(start, start + batch_size)
                images, labels = split.images[batch], split.labels[batch]
                found = kernels.train_step(network.params, rules[0], images, labels)
                expected = REFERENCE.train_step(other.params, rules[1], images, labels)
                assert_close(found.loss, expected.loss, TRAINED_TOLERANCE)
            for key in SHAPES:
                assert_close(network.params[key], other.params[key], TRAINED_TOLERANCE)


def check_steps_use_the_optimizer_as_it_is_now() -> None:
    """Its learning rate may change, and what it remembers is its own, whatever the kernels."""
    split = load_embedded().splits["train"]
    outcomes = []
    for order in ((load_simd(), REFERENCE), (REFERENCE, load_simd())):
        network, rule = Network.initialize(he_normal, np.random.default_rng(4)), SGD(0.1, 0.9)
        for index in range(6):
            rule.learning_rate = 0.1 / (index + 1)
            batch = slice(32 * index, 32 * index + 32)
            order[index % 2].train_step(
                network.params, rule, split.images[batch], split.labels[batch]
            )
        outcomes.append(network.params)
    for key in SHAPES:
        assert_close(outcomes[0][key], outcomes[1][key], TRAINED_TOLERANCE)


def check_memory_growth_changes_nothing() -> None:
    module = importlib.import_module("pyodide_js")._module
    kernels = load_simd()
    split = load_embedded().splits["train"]
    images, labels = split.images[:64], split.labels[:64]
    held, runs = [], []
    for does_grow in (False, True):
        network, rule = Network.initialize(he_normal, np.random.default_rng(5)), SGD(0.1)
        figures = []
        for _ in range(8):
            if does_grow:
                before = module.HEAPU8.length
                while module.HEAPU8.length == before:
                    held.append(np.ones(1 << 22))  # 32 MB
            figures.append(kernels.train_step(network.params, rule, images, labels))
        runs.append((figures, network.params["w1"].tobytes()))
    assert runs[0] == runs[1]


def check_batches_of_changing_size() -> None:
    """The workspace keeps what larger batches left in it: smaller ones must not see it."""
    kernels = load_simd()
    split = load_embedded().splits["train"]
    network = Network.initialize(he_normal, np.random.default_rng(6))
    for n in (64, 1, 500, 3, 64):
        inputs, targets = to_inputs(split.images[:n]), split.labels[:n]
        found = kernels.loss_and_grads(network.params, inputs, targets)
        expected = REFERENCE.loss_and_grads(network.params, inputs, targets)
        assert_close(found.log_probs, expected.log_probs)
        assert_close(found.grads["w1"], expected.grads["w1"], TRAINED_TOLERANCE)


def check_results_are_the_callers_own() -> None:
    kernels = load_simd()
    split = load_embedded().splits["train"]
    network = Network.initialize(he_normal, np.random.default_rng(7))
    inputs = to_inputs(split.images[:8])
    first = kernels.loss_and_grads(network.params, inputs, split.labels[:8])
    of_images = kernels.hidden_of_images(network.params, split.images[:8])
    read = kernels.log_probs_of_images(network.params, split.images[:8])
    own = (first.log_probs, *first.grads.values(), of_images, read)
    copies = [array.copy() for array in own]

    kernels.train_step(network.params, SGD(0.1), split.images[8:40], split.labels[8:40])
    kernels.loss_and_grads(network.params, inputs[::-1], split.labels[:8])

    for array, copy in zip(own, copies, strict=True):
        assert np.array_equal(array, copy)


def check_arrays_in_another_order() -> None:
    kernels = load_simd()
    split = load_embedded().splits["train"]
    network = Network.initialize(he_normal, np.random.default_rng(8))
    images, labels = split.images[:64], split.labels[:64]
    every_other = step(kernels, "sgd", network.params, images[::2], labels[::2])
    copied = step(kernels, "sgd", network.params, images[::2].copy(), labels[::2].copy())
    assert every_other[1] == copied[1]
    assert np.array_equal(every_other[0]["w1"], copied[0]["w1"])

    inputs = to_inputs(images)
    as_columns = kernels.log_probs(network.params, np.asfortranarray(inputs.astype(np.float64)))
    assert np.array_equal(as_columns, kernels.log_probs(network.params, inputs))


def check_certain_and_hopeless_predictions() -> None:
    """Logits in the thousands: exp underflows to 0, and losses stay right."""
    kernels = load_simd()
    split = load_embedded().splits["train"]
    network = Network.initialize(he_normal, np.random.default_rng(9))
    network.params["w1"] *= 1000
    inputs, targets = to_inputs(split.images[:100]), split.labels[:100]
    found = kernels.loss_and_grads(network.params, inputs, targets)
    expected = REFERENCE.loss_and_grads(network.params, inputs, targets)
    assert expected.loss > 100
    assert_close(found.loss, expected.loss)
    assert_close(found.log_probs, expected.log_probs)
    assert_close(found.grads["w2"], expected.grads["w2"], TRAINED_TOLERANCE)


def check_what_is_no_number_shows_in_the_loss() -> None:
    kernels = load_simd()
    split = load_embedded().splits["train"]
    images, labels = split.images[:16], split.labels[:16]
    column = int(np.flatnonzero(images.all(axis=0) | images.any(axis=0))[0])
    for value in (np.nan, np.inf):
        for name, place in (("w1", (column, 0)), ("w2", (0, 0))):
            network = Network.initialize(he_normal, np.random.default_rng(10))
            network.params[name][place] = value
            network.params["w1"][:, 0] = np.abs(network.params["w1"][:, 0])
            with np.errstate(all="ignore"):
                result = kernels.train_step(network.params, SGD(0.1), images, labels)
            assert not np.isfinite(result.loss), (value, name)
            log_probs = kernels.log_probs_of_images(network.params, images)
            assert not np.isfinite(log_probs).all(), (value, name)


def check_unusable_arrays_are_refused_and_nothing_changes() -> None:
    kernels = load_simd()
    network = Network.initialize(he_normal, np.random.default_rng(11))
    before = network.copy()
    in_float64 = Network.initialize(he_normal, np.random.default_rng(11), np.float64)
    images, labels = np.ones((4, 784), np.uint8), np.zeros(4, np.uint8)
    too_high = np.array([0, 1, 11, 3], np.uint8)
    cases: list[tuple[Params, Any, Any, str]] = [
        (network.params, images.astype(np.float32), labels, "expected uint8 pixels"),
        (network.params, images[:, :783], labels, "expected images of shape"),
        (network.params, images[:0], labels[:0], "at least one sample"),
        (network.params, images, labels[:3], "shape (4,)"),
        (network.params, images, labels.astype(np.int64), "uint8"),
        (network.params, images, too_high, "labels from 0 to 10, found 11"),
        (in_float64.params, images, labels, "float32"),
    ]
    for params, some_images, some_labels, expected in cases:
        step_on = partial(kernels.train_step, params, SGD(0.1), some_images, some_labels)
        assert expected in refusal(step_on), expected
    for key in SHAPES:
        assert np.array_equal(network.params[key], before.params[key])


def refusal(call: Callable[[], object]) -> str:
    """What the call says is wrong, or nothing where it goes through."""
    try:
        call()
    except (ValueError, TypeError, SimdUnavailableError) as error:
        return str(error)
    return ""


def check_a_module_that_does_not_load_is_said() -> None:
    """As in a browser without WebAssembly SIMD, which refuses to compile the module."""
    modules = simd.MODULE_PATHS
    try:
        with TemporaryDirectory() as folder:
            for name, content in (
                ("damaged.wasm", modules[-1].read_bytes()[:-100]),
                ("empty.wasm", b""),
                ("missing.wasm", None),
            ):
                path = Path(folder) / name
                simd.MODULE_PATHS = (path,)
                if content is not None:
                    path.write_bytes(content)
                assert refusal(load_simd).startswith("The kernels did not load: "), name
    finally:
        simd.MODULE_PATHS = modules


def check_the_worker_begins_with_the_fast_kernels() -> None:
    network = LiveNetwork(np.random.default_rng(), Reports(lambda text: None))
    assert network.kernels == {"kernels": "simd", "no_simd": ""}
    assert network.use_kernels("numpy") == {"kernels": "numpy", "no_simd": ""}
    assert network.use_kernels("simd") == {"kernels": "simd", "no_simd": ""}


def check_numpy_has_no_blas_here() -> None:
    assert not numpy_has_blas()


def check_answers_that_are_no_numbers_are_not_right() -> None:
    images, labels = np.full((4, 784), 9, np.uint8), np.zeros(4, np.uint8)
    for kernels in (load_simd(), REFERENCE):
        params = {name: np.full(shape, 3e38, np.float32) for name, shape in SHAPES.items()}
        assert kernels.train_step(params, SGD(0.1), images, labels).accuracy == 0
