import numpy as np
import pytest

from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset
from app.model.initializers import he_normal
from app.model.network import HIDDEN_SIZE, INPUT_SIZE, OUTPUT_SIZE, SHAPES, Network
from app.model.optimizers import Adam
from app.model.preprocessing import to_inputs
from app.model.training import train_step
from tests.model.gradient_check import assert_gradient


@pytest.fixture
def network(rng: np.random.Generator) -> Network:
    return Network.initialize(he_normal, rng)


@pytest.fixture
def inputs(embedded: Dataset) -> FloatArray:
    return to_inputs(embedded.splits["train"].images[:6])


@pytest.fixture
def worked_network() -> Network:
    """Two hidden units see pixel 0: one copies it, one negates it. They vote for digits 3 and 4."""
    w1, w2 = np.zeros(SHAPES["w1"]), np.zeros(SHAPES["w2"])
    w1[0, 0], w1[0, 1] = 1, -1
    w2[0, 3], w2[1, 4] = np.log(11), np.log(11)
    return Network(w1, w2, np.float64)


def test_worked_predictions(worked_network: Network) -> None:
    inputs = np.zeros((2, INPUT_SIZE))
    inputs[1, 0] = 1

    probabilities = np.exp(worked_network.log_probs(inputs))

    # Blank: all alike. Pixel 0 inked: the logit of 3 is ln 11, of the nine others 0 (relu cuts -1).
    np.testing.assert_allclose(probabilities[0], 0.1)
    expected = np.full(10, 1 / 20)
    expected[3] = 11 / 20
    np.testing.assert_allclose(probabilities[1], expected)


def test_worked_gradients(worked_network: Network) -> None:
    inputs = np.zeros((1, INPUT_SIZE))
    inputs[0, 0] = 1

    loss, grads, _ = worked_network.loss_and_grads(inputs, np.array([3], np.uint8))

    assert loss == pytest.approx(np.log(20 / 11))
    # At the logits: softmax minus one at the target. Only hidden unit 0 is active, at 1.
    logits_grad = np.full(OUTPUT_SIZE, 1 / 20)
    logits_grad[3] = 11 / 20 - 1
    np.testing.assert_allclose(grads["w2"][0], logits_grad)
    assert not grads["w2"][1:].any()
    assert grads["w1"][0, 0] == pytest.approx(np.log(11) * (11 / 20 - 1))
    assert np.count_nonzero(grads["w1"]) == 1


def test_gradients_against_central_differences(embedded: Dataset, rng: np.random.Generator) -> None:
    split = embedded.splits["train"]
    inputs, targets = to_inputs(split.images[:5]).astype(np.float64), split.labels[:5]
    network = Network.initialize(he_normal, rng, np.float64)
    _, grads, _ = network.loss_and_grads(inputs, targets)

    for name, values in network.params.items():
        assert np.count_nonzero(grads[name]) > values.size / 4
        assert_gradient(
            lambda: network.loss_and_grads(inputs, targets).loss, values, grads[name], rng
        )


def test_float32_throughout(network: Network, inputs: FloatArray) -> None:
    _, grads, log_probs = network.loss_and_grads(inputs, np.zeros(len(inputs), np.uint8))

    arrays = [*network.params.values(), *grads.values(), log_probs, network.log_probs(inputs)]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    assert all(values.flags.c_contiguous for values in network.params.values())


def test_one_sample_gives_what_it_gives_in_a_batch(network: Network, inputs: FloatArray) -> None:
    batch = network.log_probs(inputs)
    singly = np.concatenate([network.log_probs(row[None]) for row in inputs])

    np.testing.assert_allclose(singly, batch, rtol=1e-4, atol=1e-5)


def test_batch_gradient_is_the_mean_of_single_ones(network: Network, inputs: FloatArray) -> None:
    targets = np.arange(len(inputs), dtype=np.uint8)
    whole = network.loss_and_grads(inputs, targets)
    singles = [
        network.loss_and_grads(inputs[i : i + 1], targets[i : i + 1]) for i in range(len(inputs))
    ]

    assert np.mean([single.loss for single in singles]) == pytest.approx(whole.loss, rel=1e-5)
    for name in SHAPES:
        mean = np.mean([single.grads[name] for single in singles], axis=0)
        np.testing.assert_allclose(mean, whole.grads[name], rtol=1e-3, atol=1e-6)


def test_loss_and_grads_reports_the_forward_pass(network: Network, inputs: FloatArray) -> None:
    step = network.loss_and_grads(inputs, np.zeros(len(inputs), np.uint8))

    assert np.array_equal(step.log_probs, network.log_probs(inputs))


def test_overfits_eight_samples(network: Network, embedded: Dataset) -> None:
    split = embedded.splits["train"]
    optimizer = Adam(0.01)

    for _ in range(60):
        step = train_step(network, optimizer, split.images[:8], split.labels[:8])

    assert step.accuracy == 1
    assert step.loss < 0.001


def test_keeps_copies_of_its_weights() -> None:
    w1, w2 = np.zeros(SHAPES["w1"]), np.zeros(SHAPES["w2"])
    network = Network(w1, w2)
    copied = network.copy()

    w1[0, 0] = 1
    network.params["w2"][0, 0] = 1

    assert network.params["w1"][0, 0] == 0
    assert copied.params["w2"][0, 0] == 0


def test_load_replaces_weights_in_place(network: Network) -> None:
    held = network.params["w1"]

    network.load(np.full(SHAPES["w1"], 2.0), np.full(SHAPES["w2"], 3.0))

    assert network.params["w1"] is held
    assert (held == 2).all()
    assert (network.params["w2"] == 3).all()


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        (
            "w1",
            np.zeros((HIDDEN_SIZE, INPUT_SIZE)),
            r"w1: expected shape \(784, 128\), found \(128",
        ),
        (
            "w2",
            np.zeros(HIDDEN_SIZE * OUTPUT_SIZE),
            r"w2: expected shape \(128, 10\), found \(1280",
        ),
        ("w1", np.full(SHAPES["w1"], np.nan), "w1: expected finite float32"),
        ("w2", np.full(SHAPES["w2"], -np.inf), "w2: expected finite float32"),
        ("w2", np.full(SHAPES["w2"], 1e39), "w2: expected finite float32"),
    ],
)
def test_refuses_unusable_weights_and_keeps_its_own(
    network: Network, name: str, values: FloatArray, message: str
) -> None:
    before = network.copy()
    weights = {"w1": np.zeros(SHAPES["w1"]), "w2": np.zeros(SHAPES["w2"]), name: values}

    with pytest.raises(ValueError, match=message):
        network.load(**weights)
    with pytest.raises(ValueError, match=message):
        Network(**weights)

    for key in SHAPES:
        assert np.array_equal(network.params[key], before.params[key])


def test_reads_images_as_it_reads_inputs(network: Network, embedded: Dataset) -> None:
    images = embedded.splits["train"].images[:5]
    inputs = to_inputs(images)

    np.testing.assert_array_equal(network.log_probs_of_images(images), network.log_probs(inputs))
    hidden = network.hidden_of_images(images)
    assert hidden.shape == (5, HIDDEN_SIZE)
    np.testing.assert_allclose(hidden, np.maximum(inputs @ network.params["w1"], 0), rtol=1e-4)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_knows_whether_its_weights_are_finite(network: Network, name: str, value: float) -> None:
    def is_finite() -> bool:
        return network.is_finite

    assert is_finite()
    network.params[name][...] = np.finfo(np.float32).max  # their sum is not finite, but they are
    assert is_finite()
    network.params[name][3, 5] = value
    assert not is_finite()
    network.params[name][4, 5] = -value  # infinity and its opposite do not cancel out
    assert not is_finite()
