from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.model.network import Network
from app.model.optimizers import OPTIMIZERS, SGD
from app.model.preprocessing import normalize_drawing, to_inputs
from app.model.serialization import weights_digest, weights_from_npz
from app.pyscript import messages
from app.pyscript.explain.worker.explanation import Explanation, explain, sources
from app.pyscript.worker.pictures import AGAINST, FOR
from tests.ui.worker.visit import BLANK, DRAWING, Visit, play

ROOT = Path(__file__).parents[4]
SEEN = normalize_drawing(np.frombuffer(bytes.fromhex(DRAWING), np.uint8))


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(*weights_from_npz((ROOT / "api/assets/weights.npz").read_bytes()))


@pytest.fixture(scope="module")
def explanation(network: Network) -> Explanation:
    return explain(network, SGD(0.01, momentum=0), SEEN, 7)


def array(explanation: Explanation, name: str) -> Any:
    (found,) = [each for each in explanation.facts["arrays"] if each["name"] == name]
    return found


def picture(explanation: Explanation, name: str) -> Any:
    columns, rows, start = array(explanation, name)["picture"]
    return explanation.pictures[start : start + 4 * columns * rows].reshape(rows, columns, 4)


def test_the_numbers_are_those_of_the_network(network: Network, explanation: Explanation) -> None:
    log_probs = network.log_probs(to_inputs(SEEN))[0]
    loss, grads, _ = network.loss_and_grads(to_inputs(SEEN), np.array([7], np.uint8))
    facts = explanation.facts
    np.testing.assert_allclose(array(explanation, "log_probs")["values"], log_probs, rtol=1e-4)
    assert facts["digit"] == log_probs.argmax() == 1
    assert facts["inked"] == np.count_nonzero(SEEN)
    assert facts["loss"] == pytest.approx(loss, rel=1e-5)
    assert facts["probability"] == pytest.approx(np.exp(-loss), rel=1e-4)
    unit = facts["unit"]
    weight, grad = network.params["w2"][unit, 7], grads["w2"][unit, 7]
    assert facts["weight"] == weight
    assert facts["weight_grad"] == pytest.approx(grad, rel=1e-4)
    assert facts["weight_after"] == pytest.approx(weight - 0.01 * grad, rel=1e-4)
    assert facts["loss_after"] < facts["loss"]


def test_each_array_tells_its_shape_its_range_and_where_its_values_are(
    network: Network, explanation: Explanation
) -> None:
    pixel, unit = explanation.facts["pixel"], explanation.facts["unit"]
    assert SEEN[pixel] == SEEN.max()
    w1 = array(explanation, "w1")
    assert (w1["shape"], w1["dtype"]) == ("(784, 128)", "float32")
    assert w1["least"] == network.params["w1"].min()
    assert w1["most"] == network.params["w1"].max()
    assert w1["where"] == f"w1[{pixel}:{pixel + 8}, {unit}]"
    assert w1["values"] == network.params["w1"][pixel : pixel + 8, unit].tolist()
    assert array(explanation, "hidden")["where"] == "hidden[0, 0:8]"
    assert array(explanation, "w2")["values"] == network.params["w2"][unit].tolist()


def test_pictures_show_ink_signs_and_sizes(network: Network, explanation: Explanation) -> None:
    np.testing.assert_array_equal(picture(explanation, "inputs")[..., 3].ravel(), SEEN)
    weights = network.params["w1"][:, explanation.facts["unit"]].reshape(28, 28)
    heat = picture(explanation, "w1")
    least = np.abs(weights).max() / 100  # below, they are as good as transparent
    assert (heat[weights < -least][:, :3] == AGAINST).all()
    assert (heat[weights > least][:, :3] == FOR).all()
    assert heat[..., 3].flat[np.abs(weights).argmax()] == 255
    assert picture(explanation, "w2_grad").shape == (10, 128, 4)
    assert picture(explanation, "sums").shape == (4, 32, 4)


def test_without_a_label_there_is_a_reading_and_no_step(network: Network) -> None:
    explanation = explain(network, SGD(0.1), SEEN, None)
    assert explanation.params is None
    assert explanation.facts["label"] is None
    assert explanation.facts["target"] == explanation.facts["digit"]
    assert "loss" not in explanation.facts
    assert not {"w1_grad", "w1_change"} & {each["name"] for each in explanation.facts["arrays"]}


@pytest.mark.parametrize(
    ("label", "learning_rate", "expected"),
    [(10, 0.1, "a label from 0 to 9, found 10"), (7, 1e38, "a lower learning rate")],
)
def test_what_cannot_be_done_is_refused(
    network: Network, label: int, learning_rate: float, expected: str
) -> None:
    with pytest.raises(ValueError, match=expected):
        explain(network, SGD(learning_rate), SEEN, label)


def test_a_silent_network_has_numbers_too() -> None:
    zeros = Network(np.zeros((784, 128)), np.zeros((128, 10)))
    facts = explain(zeros, SGD(0.1), SEEN, 7).facts
    assert facts["active"] == 0
    assert facts["loss"] == pytest.approx(np.log(10))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_code_that_is_shown_is_that_on_the_disk(optimizer: str) -> None:
    stages = sources(OPTIMIZERS[optimizer](0.1))
    assert [each["stage"] for each in stages] == [
        "inputs",
        "hidden",
        "logits",
        "log_softmax",
        "loss",
        "gradients",
        "update",
    ]
    for function in [function for each in stages for function in each["functions"]]:
        shown = function["source"].splitlines()
        lines = (ROOT / function["path"]).read_text().splitlines()[function["line"] - 1 :]
        assert shown[0].startswith("def ")
        assert shown == [line[len(lines[0]) - len(shown[0]) :] for line in lines[: len(shown)]]


@pytest.mark.parametrize(
    ("optimizer", "expected"), [("sgd", False), ("momentum", True), ("adam", False)]
)
def test_the_code_of_the_update_is_that_of_the_optimizer(optimizer: str, expected: bool) -> None:
    update = sources(OPTIMIZERS[optimizer](0.1))[-1]["functions"]
    names = [function["source"].split("(")[0] for function in update]
    assert ("def momentum" in names) is expected
    assert ("def adam" in names) is (optimizer == "adam")


# As the page meets it


def ask(visit: Visit, name: str, pixels: str = DRAWING, label: int = 7) -> dict[str, Any]:
    return visit.call(name, pixels, label)


def test_looking_changes_nothing_and_applying_takes_the_very_step() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        before, reports = visit.probabilities(), len(visit.of("weights"))
        explained = ask(visit, "explain_step")
        assert "problem" not in explained
        assert visit.probabilities() == before
        assert len(visit.of("weights")) == reports

        applied = ask(visit, "apply_step")
        assert (applied.pop("pictures") == explained.pop("pictures")).all()
        assert applied == explained
        assert visit.last("weights")["tuned"] == 1
        assert visit.probabilities()[7] == pytest.approx(np.exp(-applied["loss_after"]), rel=1e-3)

    play(scenario)


def test_the_step_is_one_of_the_settings_in_use() -> None:
    async def scenario(visit: Visit) -> None:
        visit.change(optimizer="adam", learning_rate=0.002)
        assert ask(visit, "explain_step")["learning_rate"] == 0.002
        stages = visit.call("step_sources")["stages"]
        assert "def adam" in str(stages[-1])

    play(scenario)


def test_the_step_is_without_l2_which_is_in_no_gradient_shown() -> None:
    async def scenario(visit: Visit) -> None:
        await visit.load_shared_weights()
        plain = ask(visit, "explain_step")
        visit.change(l2=0.1)
        other = ask(visit, "explain_step")
        assert (other.pop("pictures") == plain.pop("pictures")).all()
        assert other == plain

    play(scenario)


@pytest.mark.parametrize("name", ["explain_step", "apply_step"])
def test_a_blank_drawing_is_refused(name: str) -> None:
    async def scenario(visit: Visit) -> None:
        digest = weights_digest(visit.network.params)
        assert "blank" in ask(visit, name, BLANK)["problem"]["detail"]
        assert weights_digest(visit.network.params) == digest

    play(scenario)


def test_no_label_is_no_step() -> None:
    async def scenario(visit: Visit) -> None:
        assert ask(visit, "explain_step", label=messages.NO_LABEL)["label"] is None
        assert "problem" in ask(visit, "apply_step", label=messages.NO_LABEL)
        assert visit.last("weights")["tuned"] == 0

    play(scenario)
