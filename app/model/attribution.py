"""What a network's answer is made of: which hidden units and which ink spoke for which digit.

Without biases, and with a relu that passes only positive values on, the logits for one input x are
exact sums over the units that are active for x:

    logit_d = sum_j h_j w2[j, d]                                       h = relu(x w1)
            = sum_i x_i sum_(active j) w1[i, j] w2[j, d]

The last line is "gradient x input": among inputs that activate the same units the network is linear
(Montufar, Pascanu, Cho and Bengio, "On the Number of Linear Regions of Deep Neural Networks", NIPS
2014), so its gradient times its input accounts for all of it. For other networks it is an
approximation (Shrikumar, Greenside and Kundaje, "Learning Important Features Through Propagating
Activation Differences", ICML 2017): biases add what no pixel accounts for. Without them, layer-wise
relevance propagation gives the same (Kindermans, Schuett, Mueller and Daehne, "Investigating the
influence of noise and distractors on the interpretation of neural networks", 2016).

Exact does not mean causal: erasing ink may switch units on and off, and then the sums change.
"""

import numpy as np

from app.model.arrays import FloatArray, IntArray
from app.model.kernels.reference import REFERENCE
from app.model.optimizers import Params


def hidden_activations(params: Params, inputs: FloatArray) -> FloatArray:
    """The activations of the hidden units, (n, 128), 0 or more, for inputs (n, 784) in [0, 1]."""
    return REFERENCE.hidden(params, inputs)


def unit_contributions(params: Params, hidden: FloatArray) -> FloatArray:
    """What each unit adds to each logit, (128, 10), for the activations (128,) of one input.

    Each column sums to that digit's logit.
    """
    contributions: FloatArray = hidden[:, None] * params["w2"]
    return contributions


def ink_votes(
    params: Params, inputs: FloatArray, hidden: FloatArray, first: int, second: int
) -> FloatArray:
    """How far each pixel speaks for one digit and against another, (784,).

    inputs (784,) in [0, 1] and their activations (128,); two digits, 0-9. The sum of all votes is
    the difference of the two logits; a pixel without ink has no vote.
    """
    opposition = np.where(hidden > 0, params["w2"][:, first] - params["w2"][:, second], 0)
    votes: FloatArray = inputs * (params["w1"] @ opposition.astype(inputs.dtype))
    return votes


def most_telling(contributions: FloatArray, count: int) -> IntArray:
    """The units, at most `count`, that tell the digits apart best, the best first.

    contributions, (128, 10). What a unit adds to all logits alike changes no probability, so units
    are ranked by the largest difference between what they add to two digits. Those that tell
    nothing apart are left out.
    """
    spread = np.ptp(contributions, axis=1)
    ranked = np.argsort(-spread, kind="stable")[:count]
    telling: IntArray = ranked[spread[ranked] > 0]
    return telling


def cosine_distances(hidden: FloatArray, others: FloatArray) -> FloatArray:
    """From one pattern of activations, (128,), to each of others, (n, 128): 0 alike, 1 nothing in
    common.

    1 - cos of the angle between them. Twice the ink gives twice the activations, as there are no
    biases, and the same direction: thick and thin pens compare. Where no unit responds there is no
    direction, and the distance is 1.
    """
    lengths = np.linalg.norm(others, axis=1) * np.linalg.norm(hidden)
    products = others @ hidden
    cosines = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
    distances: FloatArray = 1 - np.minimum(cosines, 1)
    return distances
