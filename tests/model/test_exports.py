"""What the public libraries make of the exported files: the same network."""

import struct
from typing import Any

import numpy as np
import onnx
import pytest
import safetensors.numpy
from onnx.reference import ReferenceEvaluator
from safetensors import safe_open

from app.model.data.datasets import load_embedded
from app.model.evaluate.readings import SHIPPED_WEIGHTS, load_network
from app.model.exports import DESCRIPTION, OPSET, weights_to_onnx, weights_to_safetensors
from app.model.initializers import he_normal
from app.model.network import Network
from app.model.preprocessing import to_inputs
from app.model.serialization import WeightsError

TOLERANCE = 1e-5
"""Of a probability: sums are made in another order."""
NETWORK = load_network(SHIPPED_WEIGHTS)
INPUTS = to_inputs(load_embedded().splits["test"].images[:200])


def test_safetensors_has_the_very_weights(tmp_path: Any) -> None:
    content = weights_to_safetensors(NETWORK.params)
    loaded = safetensors.numpy.load(content)
    assert loaded.keys() == NETWORK.params.keys()
    for name, values in loaded.items():
        assert values.dtype == np.float32
        assert np.array_equal(values, NETWORK.params[name])
    path = tmp_path / "digits.safetensors"
    path.write_bytes(content)
    with safe_open(path, "numpy") as file:
        assert file.metadata() == {"description": DESCRIPTION}
    (header_size,) = struct.unpack("<Q", content[:8])
    assert header_size % 8 == 0


@pytest.mark.parametrize("seed", [None, 5])
def test_the_onnx_model_gives_the_same_probabilities(seed: int | None) -> None:
    network = NETWORK
    if seed is not None:
        network = Network.initialize(he_normal, np.random.default_rng(seed))
    model = onnx.load_from_string(weights_to_onnx(network.params))
    onnx.checker.check_model(model, full_check=True)
    assert model.doc_string == DESCRIPTION
    assert [(each.domain, each.version) for each in model.opset_import] == [("", OPSET)]
    given: Any
    (given,) = ReferenceEvaluator(model).run(None, {"image": INPUTS})
    assert given.shape == (len(INPUTS), 10)
    assert np.abs(given - np.exp(network.log_probs(INPUTS))).max() < TOLERANCE


@pytest.mark.parametrize("write", [weights_to_safetensors, weights_to_onnx])
def test_equal_weights_give_equal_bytes_and_others_are_refused(write: Any) -> None:
    columns_first = {name: np.asfortranarray(each) for name, each in NETWORK.params.items()}
    assert write(columns_first) == write(NETWORK.params)
    with pytest.raises(WeightsError, match=r"w1: expected shape \(784, 128\)"):
        write({"w1": NETWORK.params["w2"], "w2": NETWORK.params["w2"]})
