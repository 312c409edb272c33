"""POST /api/weights: who may replace everyone's weights, and what they are told."""

import json
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import create_app
from api.config import Settings
from api.extensions import EXTENSION
from api.services.gate import GOOD_LOSS, MOST_CHANCE
from api.services.held_out import DRAWINGS, HeldOut
from api.stores import versions
from api.stores.versions import Candidate, Measurement
from app.model.arrays import IntArray
from app.model.data.datasets import Dataset, Split
from app.model.evaluate.evaluation import evaluate
from app.model.network import SHAPES, Network
from app.model.optimizers import DEFAULT_LEARNING_RATES, SGD, Adam
from app.model.serialization import (
    weights_digest,
    weights_from_npz,
    weights_to_json,
    weights_to_npz,
)
from app.model.train.loop import steps_of, train
from app.model.training import train_step
from tests.api.clock import Clock
from tests.api.problems import assert_problem
from tests.api.publishing import (
    OPERATOR,
    OVERFLOWING,
    REFUSED,
    Params,
    be_patient,
    blind_to,
    current_tag,
    publish,
    scaled,
    unrelated,
    variant,
)

NPZ = "application/x-npz"
NPZ_ONLY = {"Accept": NPZ}


def current_digest(client: FlaskClient) -> str:
    return current_tag(client).strip('"')


# Accepted


def test_a_new_store_has_the_shipped_weights(visitor: FlaskClient, trained: Params) -> None:
    (version,) = visitor.get("/api/weights/versions").get_json()["versions"]
    assert version["digest"] == weights_digest(trained) == current_digest(visitor)
    assert (version["source"], version["pinned"], version["author"]) == ("shipped", True, None)


def test_what_is_published_is_what_everyone_gets(
    visitor: FlaskClient, digits: Dataset, trained: Params
) -> None:
    params = variant(trained, 1)
    response = publish(visitor, params, author="Ada Lovelace")
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    version = response.get_json()["version"]
    split = digits.splits["validation"]
    measured = evaluate(Network(params["w1"], params["w2"]), split.images, split.labels)
    assert version["accuracy"] == pytest.approx(measured.accuracy)
    assert version["loss"] == pytest.approx(measured.loss)
    assert version["data"] == digits.digest[:16]
    assert (version["author"], version["source"]) == ("Ada Lovelace", "published")
    assert (version["status"], version["current"], version["parent"]) == ("accepted", True, 1)
    assert response.headers["Location"] == f"/api/weights/versions/{version['id']}"
    got = visitor.get("/api/weights", headers={"Accept": NPZ})
    assert got.data == weights_to_npz(params)
    assert got.headers["ETag"] == response.headers["ETag"] == f'"{version["digest"]}"'


def test_the_originals_json_is_taken_too(visitor: FlaskClient, trained: Params) -> None:
    params = variant(trained, 1)
    response = visitor.post(
        "/api/weights", data=weights_to_json(params), content_type="application/json"
    )
    assert response.status_code == 201
    assert current_digest(visitor) == weights_digest(params)


@pytest.mark.parametrize("dtype", [">f4", "<f8"])
def test_other_floats_are_the_same_weights(
    visitor: FlaskClient, trained: Params, dtype: str
) -> None:
    params = variant(trained, 1)
    content = BytesIO()
    np.savez(content, w1=params["w1"].astype(dtype), w2=params["w2"].astype(dtype))
    response = visitor.post("/api/weights", data=content.getvalue(), content_type=NPZ)
    assert response.status_code == 201
    assert current_digest(visitor) == weights_digest(params)


def test_the_same_weights_are_the_same_version(visitor: FlaskClient, trained: Params) -> None:
    first = publish(visitor, variant(trained, 1), author="Ada")
    again = publish(visitor, variant(trained, 1), author="Eve")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json() == first.get_json()
    assert publish(visitor, trained).status_code == 200  # back to the first
    assert publish(visitor, variant(trained, 1)).get_json()["version"]["id"] == 2
    assert len(visitor.get("/api/weights/versions").get_json()["versions"]) == 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", None),
        ("   ", None),
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u674e\u767d", "\u674e\u767d"),
        ("x" * 40, "x" * 40),
        ("<b>\"'&", "<b>\"'&"),
    ],
)
def test_names_are_kept_as_they_are(
    visitor: FlaskClient, trained: Params, given: str, kept: str | None
) -> None:
    response = publish(visitor, variant(trained, 1), author=given)
    assert response.get_json()["version"]["author"] == kept


@pytest.mark.parametrize(
    "name", ["x" * 41, "\u3164", "a\x00b", "a\u202eb", "a\u200bb", "\x1b[31m", "\u200d"]
)
def test_other_names_are_refused(visitor: FlaskClient, trained: Params, name: str) -> None:
    response = publish(visitor, variant(trained, 1), author=name)
    assert_problem(response, 422, "author must be a name of at most 40 visible characters")
    assert current_digest(visitor) == weights_digest(trained)


def test_a_name_may_be_sent_otherwise(visitor: FlaskClient, trained: Params) -> None:
    """As UTF-8 that is not encoded, as curl does; and as pages of before do."""
    as_bytes = {"Digits-Author": "Zo\u00eb".encode().decode("latin-1")}
    in_address = {"query_string": {"author": "Zo\u00eb"}}
    both = {"headers": {"Digits-Author": "Zo%C3%AB"}, "query_string": {"author": "Eve"}}
    ways: tuple[Any, ...] = ({"headers": as_bytes}, in_address, both)
    for number, way in enumerate(ways):
        content = weights_to_npz(variant(trained, number))
        response = visitor.post(
            "/api/weights", data=content, content_type="application/x-npz", **way
        )
        assert response.get_json()["version"]["author"] == "Zo\u00eb"


@pytest.mark.parametrize("value", ["%FF", "\xff", "Zo\xeb"])
def test_a_name_in_another_encoding_is_refused(
    visitor: FlaskClient, trained: Params, value: str
) -> None:
    content = weights_to_npz(trained)
    headers = {"Digits-Author": value}
    response = visitor.post(
        "/api/weights", data=content, content_type="application/x-npz", headers=headers
    )
    assert_problem(response, 422, "author must be", "it is not UTF-8 in percent-encoding")


def test_names_may_be_forbidden(
    visitor: FlaskClient, operated: Settings, digits: Dataset, trained: Params
) -> None:
    """The weights are taken all the same, and those who have given a name before are not shown."""
    publish(visitor, variant(trained, 1), author="Ada")
    settings = replace(operated, takes_names=False)
    nameless = create_app(settings, digits, trained).test_client()
    for number, author in ((2, "Eve"), (3, "\0"), (4, "")):
        document = publish(nameless, variant(trained, number), author=author).get_json()
        assert ("notice" in document) == bool(author)
        assert document["version"]["author"] is None
    assert "takes no names" in publish(nameless, trained, author="Eve").get_json()["notice"]
    refused = publish(nameless, blind_to(trained, 7), author="Eve").get_json()
    history = nameless.get("/api/weights/versions").get_json()["versions"]
    assert {each["author"] for each in (*history, refused["candidate"])} == {None}
    assert nameless.get("/api/").get_json()["takes_names"] is False
    # What was stored is shown again when names are, unless the operator has cleared it.
    assert visitor.get("/api/weights/versions/2").get_json()["author"] == "Ada"
    clearing = {"json": {"all": True}, "headers": OPERATOR}
    cleared = nameless.post("/api/weights/versions/clear-authors", **clearing)
    assert cleared.get_json() == {"cleared": 1}


def test_no_name_is_logged_when_the_database_fails(
    visited: Flask, trained: Params, caplog: pytest.LogCaptureFixture
) -> None:
    with visited.extensions[EXTENSION].weights._store._engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON versions BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    response = publish(visited.test_client(), variant(trained, 1), author="Lovelace")
    assert_problem(response, 503, "database")
    assert "INSERT INTO versions" in caplog.text
    assert "Lovelace" not in caplog.text


# Refused by the gate


def test_clearly_worse_weights_are_refused_with_both_figures(
    visitor: FlaskClient, trained: Params
) -> None:
    before = visitor.get("/api/weights/versions/1").get_json()
    response = publish(visitor, blind_to(trained, 7), author="Eve")
    assert_problem(response, 422, "held-out digits", "candidate 2", members=REFUSED)
    problem = response.get_json()
    candidate = problem["candidate"]
    assert problem["current"] == before
    assert problem["accuracy"] == candidate["accuracy"] < before["accuracy"] - 0.05
    required = problem["required_accuracy"]
    assert before["accuracy"] - 0.01 - MOST_CHANCE <= required < before["accuracy"] - 0.01
    assert problem["drawings_accuracy"] == candidate["drawings_accuracy"]
    assert problem["required_drawings_accuracy"] < before["drawings_accuracy"] - 0.01
    assert problem["allowed_drawings_loss"] == max(2 * before["drawings_loss"], GOOD_LOSS)
    assert f"{candidate['accuracy']:.2%}" in problem["detail"]
    assert f"{before['accuracy']:.2%}" in problem["detail"]
    assert (candidate["status"], candidate["current"]) == ("refused", False)
    assert candidate["author"] == "Eve"
    assert current_digest(visitor) == before["digest"]


def test_a_refused_candidate_can_be_looked_at(visitor: FlaskClient, trained: Params) -> None:
    params = blind_to(trained, 7)
    candidate = publish(visitor, params).get_json()["candidate"]
    url = f"/api/weights/versions/{candidate['id']}"
    assert visitor.get(url).get_json() == candidate
    assert visitor.get(url, headers={"Accept": NPZ}).data == weights_to_npz(params)
    assert publish(visitor, params).get_json()["candidate"] == candidate


def test_noise_is_refused(visitor: FlaskClient, params: Params) -> None:
    assert_problem(publish(visitor, params), 422, members=REFUSED)


def test_weights_that_are_far_too_sure_are_refused(visitor: FlaskClient, trained: Params) -> None:
    before = visitor.get("/api/weights/versions/1").get_json()
    response = publish(visitor, scaled(trained, 30, 1))
    assert_problem(response, 422, "a loss of", "too sure", "candidate 2", members=REFUSED)
    problem = response.get_json()
    assert problem["accuracy"] == before["accuracy"]
    assert problem["allowed_loss"] == max(2 * before["loss"], GOOD_LOSS)
    assert problem["held_out_loss"] == problem["candidate"]["loss"] > problem["allowed_loss"]
    assert current_digest(visitor) == before["digest"]


def test_weights_cannot_be_walked_to_a_high_loss(visitor: FlaskClient, trained: Params) -> None:
    for power in range(1, 8):
        response = publish(visitor, scaled(trained, 1, 1.5**power))
    assert response.status_code == 422
    assert response.get_json()["current"]["loss"] <= GOOD_LOSS


def test_the_margin_is_a_setting(settings: Settings, digits: Dataset, trained: Params) -> None:
    client = create_app(replace(settings, accept_margin=0.3), digits, trained).test_client()
    assert publish(client, blind_to(trained, 7)).status_code == 201
    assert client.get("/api/weights/versions").get_json()["margin"] == 0.3


def test_weights_cannot_be_walked_down(
    settings: Settings, digits: Dataset, trained: Params
) -> None:
    """Each step is within the margin of the one before, the second not of the baseline."""

    def accuracy(params: Params) -> float:
        split = digits.splits["validation"]
        return evaluate(Network(**params), split.images, split.labels).accuracy

    least_missed_first = sorted(range(10), key=lambda d: -accuracy(blind_to(trained, d)))
    second_digit, first_digit = least_missed_first[3:5]
    first = blind_to(trained, first_digit)
    second = blind_to(first, second_digit)
    steps = [accuracy(trained), accuracy(first), accuracy(second)]
    margin = max(steps[0] - steps[1], steps[1] - steps[2]) + 0.001
    assert steps[0] - steps[2] > margin + 0.001

    client = create_app(replace(settings, accept_margin=margin), digits, trained).test_client()
    assert publish(client, first).status_code == 201
    refused = publish(client, second).get_json()
    assert refused["status"] == 422
    required = steps[0] - margin
    assert required - MOST_CHANCE <= refused["required_accuracy"] <= required
    assert "version 1 " in refused["detail"]


def test_the_bar_is_not_the_best_so_far(
    visitor: FlaskClient, digits: Dataset, trained: Params
) -> None:
    """Who trains on the held-out data must not lock out those who do not."""
    network = Network(**trained)
    for name in ("validation", DRAWINGS):
        split = digits.splits[name]
        for _ in train(
            *(network, Adam(0.001), split),
            steps=steps_of(60, split, 100),
            batch_size=100,
            rng=np.random.default_rng(0),
        ):
            pass
    cheat = publish(visitor, network.params).get_json()["version"]
    assert cheat["accuracy"] > 0.99
    honest = publish(visitor, variant(trained, 1))
    assert honest.status_code == 201
    assert honest.get_json()["version"]["accuracy"] < cheat["accuracy"] - 0.01


def test_reading_drawings_worse_is_refused_too(
    settings: Settings, digits: Dataset, trained: Params
) -> None:
    """Though it is good enough at digits: all drawings are of the digit that it does not see."""
    drawings = digits.splits[DRAWINGS]
    sevens = drawings.labels == 7
    only_sevens = {DRAWINGS: Split(drawings.images[sevens], drawings.labels[sevens])}
    drawn = replace(digits, splits=digits.splits | only_sevens)
    client = create_app(replace(settings, accept_margin=0.3), drawn, trained).test_client()
    response = publish(client, blind_to(trained, 7))
    assert_problem(response, 422, "held-out drawings", "candidate 2", members=REFUSED)
    problem = response.get_json()
    assert problem["accuracy"] > problem["required_accuracy"]
    assert problem["drawings_accuracy"] == 0 < problem["required_drawings_accuracy"]


def test_drawings_are_measured_where_the_data_has_some(
    operated: Settings, digits: Dataset, trained: Params
) -> None:
    without = replace(digits, splits={n: s for n, s in digits.splits.items() if n != DRAWINGS})
    client = create_app(operated, without, trained).test_client()
    (version,) = client.get("/api/weights/versions").get_json()["versions"]
    assert (version["drawings_accuracy"], version["drawings_loss"]) == (None, None)
    assert client.get("/api/weights/versions").get_json()["drawings"] == 0
    problem = publish(client, blind_to(trained, 7)).get_json()
    assert problem["required_drawings_accuracy"] is None
    comparison = client.get("/api/weights/versions/1/comparison?with=2").get_json()
    assert comparison["drawings"] is None
    upgraded = create_app(operated, digits, trained).test_client()
    for version in upgraded.get("/api/weights/versions").get_json()["versions"]:
        assert 0 < version["drawings_accuracy"] < 1
        assert version["drawings_loss"] > 0
        assert version["data"] == digits.digest[:16]


# Refused for what they could do


def never_inked(digits: Dataset) -> IntArray:
    """The pixels that no held-out sample has ink in."""
    images = np.concatenate([digits.splits[name].images for name in ("validation", DRAWINGS)])
    return np.flatnonzero(~images.any(axis=0))


def test_pixels_that_no_sample_inks_hide_nothing(
    visitor: FlaskClient, digits: Dataset, trained: Params
) -> None:
    """The figures are the very same, and a drawing in the corner would get no answer."""
    before = visitor.get("/api/weights/versions/1").get_json()
    poisoned = {name: values.copy() for name, values in trained.items()}
    poisoned["w1"][never_inked(digits)] = 3e38
    held_out = HeldOut(digits)
    assert held_out.read(Network(**poisoned)).measurement == Measurement(
        *(before[name] for name in Measurement._fields)
    )
    corner = np.ones((1, 784), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.isnan(Network(**poisoned).log_probs(corner)).all()

    response = publish(visitor, poisoned)

    assert_problem(response, 422, "may overflow", "50,000", members=OVERFLOWING)
    problem = response.get_json()
    assert problem["allowed_reach"] == 50_000 < problem["reach"]
    assert f"{problem['reach']:.3g}" in problem["detail"]
    assert current_digest(visitor) == weights_digest(trained)
    assert len(visitor.get("/api/weights/versions").get_json()["versions"]) == 1


@pytest.mark.parametrize("scales", [(1, 1e25), (1e9, 1e9), (1e19, 1e19), (1e30, 1e9)])
def test_weights_that_overflow_are_refused(
    visitor: FlaskClient, trained: Params, scales: tuple[float, float]
) -> None:
    response = publish(visitor, scaled(trained, *scales))
    assert_problem(response, 422, "may overflow", members=OVERFLOWING)
    assert len(visitor.get("/api/weights/versions").get_json()["versions"]) == 1


def test_weights_as_large_as_float32_goes_are_refused(visitor: FlaskClient) -> None:
    largest = {name: np.full(shape, 3e38, np.float32) for name, shape in SHAPES.items()}
    assert_problem(publish(visitor, largest), 422, "may overflow", members=OVERFLOWING)


@pytest.mark.parametrize("is_baseline", [False, True])
def test_what_an_older_program_let_in_does_not_stay(
    visited: Flask, operated: Settings, digits: Dataset, trained: Params, is_baseline: bool
) -> None:
    """Neither as the current version nor as the baseline, and nobody can promote it."""
    poisoned = {name: values.copy() for name, values in trained.items()}
    poisoned["w1"][never_inked(digits)] = 3e38
    store = visited.extensions[EXTENSION].weights._store
    current = store.current()
    let_in = Candidate(
        digest=weights_digest(poisoned),
        content=weights_to_npz(poisoned),
        author="Eve",
        source="published",
        measurement=current.measurement._replace(data="other"),
    )
    version = store.publish(let_in, current.id, is_baseline=is_baseline)

    restarted = create_app(operated, digits, trained).test_client()

    assert current_digest(restarted) == weights_digest(trained)
    assert store.baseline().digest == weights_digest(trained)
    url = f"/api/weights/versions/{version.id}"
    assert restarted.get(url).get_json()["status"] == "refused"
    response = restarted.post(f"{url}/promote", headers=OPERATOR)
    assert_problem(response, 422, "may overflow", members=OVERFLOWING)


# Refused for being there already


def with_one_weight(params: Params, change: float) -> Params:
    w1 = params["w1"].copy()
    w1[400, 5] += change
    return {"w1": w1, "w2": params["w2"]}


def with_units_in_another_order(params: Params) -> Params:
    return {"w1": params["w1"][:, ::-1], "w2": params["w2"][::-1]}


def with_units_rescaled(params: Params) -> Params:
    return {"w1": params["w1"] * np.float32(2), "w2": params["w2"] / np.float32(2)}


@pytest.mark.parametrize(
    "change",
    [
        lambda params: with_one_weight(params, 1e-6),
        with_units_in_another_order,
        with_units_rescaled,
    ],
)
def test_near_copies_are_refused_as_such(
    visitor: FlaskClient, trained: Params, change: Callable[[Params], Params]
) -> None:
    """Of the current version, and of any that is kept."""
    first = publish(visitor, variant(trained, 4)).get_json()["version"]
    for params, same_as in ((trained, 1), (variant(trained, 4), first["id"])):
        response = publish(visitor, change(params))
        assert_problem(
            response, 422, f"practically version {same_as}", members={"same_as", "current"}
        )
        assert response.get_json()["same_as"]["id"] == same_as
        assert response.get_json()["current"] == first
    assert len(visitor.get("/api/weights/versions").get_json()["versions"]) == 2


@pytest.mark.parametrize(("steps", "seed"), [(1, 0), (1, 1), (1, 2), (3, 3), (10, 4)])
def test_a_few_steps_of_the_pages_training_are_new(
    visitor: FlaskClient, digits: Dataset, trained: Params, steps: int, seed: int
) -> None:
    network, split = Network(**trained), digits.splits["train"]
    optimizer = SGD(DEFAULT_LEARNING_RATES["momentum"])
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        batch = rng.integers(0, len(split), 128)
        train_step(network, optimizer, split.images[batch], split.labels[batch])
    assert publish(visitor, network.params).status_code == 201


# Nobody pushes out what others published


def test_a_flood_of_variants_erases_nobody(
    operated: Settings, digits: Dataset, trained: Params, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty accepted versions in two minutes, where there are places for fifty; under whatever
    names, tests/api/stores/test_versions.py says."""
    monkeypatch.setattr(versions, "KEPT", 50)
    clock = Clock()
    client = create_app(operated, digits, trained, clock).test_client()
    others = []
    absences = [(500, "Ada"), (30, ""), (29, "Ada"), (2, "Ada"), (1, "Bob"), (0.1, "")]
    for number, (hours, author) in enumerate(absences):
        clock.advance(hours=hours)
        published = publish(client, variant(trained, number), author=author)
        others.append(published.get_json()["version"]["id"])
    for number in range(1000, 1060):
        clock.advance(seconds=2)
        published = publish(client, variant(trained, number), author=f"Eve {number}")
        assert published.status_code == 201
    kept = client.get("/api/weights/versions").get_json()["versions"]
    assert len(kept) == 50 + 1  # the shipped weights are pinned
    assert {1, *others} < {version["id"] for version in kept}
    for version in others:
        assert client.get(f"/api/weights/versions/{version}", headers=NPZ_ONLY).status_code == 200


# If-Match


def test_if_match_guards_against_lost_updates(visitor: FlaskClient, trained: Params) -> None:
    seen = current_tag(visitor)
    assert publish(visitor, variant(trained, 1), if_match=seen).status_code == 201
    response = publish(visitor, variant(trained, 2), if_match=seen)
    assert_problem(response, 412, "version 2", "Fetch them again", members={"current"})
    current = response.get_json()["current"]
    assert current["digest"] == weights_digest(variant(trained, 1))
    assert current["digest"] in response.get_json()["detail"]
    again = publish(visitor, variant(trained, 2), if_match=f'"{current["digest"]}"')
    assert again.status_code == 201


@pytest.mark.parametrize("accept", ["application/json", NPZ])
@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
def test_the_tag_of_any_representation_will_do(
    visitor: FlaskClient, trained: Params, accept: str, coding: str
) -> None:
    headers = {"Accept": accept, "Accept-Encoding": coding}
    tag = visitor.get("/api/weights", headers=headers).headers["ETag"]
    assert publish(visitor, variant(trained, 1), if_match=tag).status_code == 201


@pytest.mark.parametrize(
    ("if_match", "status"),
    [("*", 201), ('"other"', 412), ('W/"{tag}"', 412), ('"other", "{tag}"', 201), ("", 201)],
)
def test_conditions(visitor: FlaskClient, trained: Params, if_match: str, status: int) -> None:
    condition = if_match.format(tag=weights_digest(trained))
    assert publish(visitor, variant(trained, 1), if_match=condition).status_code == status


def test_a_repeated_request_is_not_a_conflict(visitor: FlaskClient, trained: Params) -> None:
    """As when the first answer got lost on its way."""
    seen = current_tag(visitor)
    first, again = (publish(visitor, variant(trained, 1), if_match=seen) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json() == first.get_json()


# What others published since


def mean_of(*several: Params) -> Params:
    return {name: np.mean([each[name] for each in several], axis=0) for name in SHAPES}


def assert_current(client: FlaskClient, expected: Params) -> None:
    w1, w2 = weights_from_npz(client.get("/api/weights", headers=NPZ_ONLY).data)
    np.testing.assert_allclose(w1, expected["w1"], atol=1e-6)
    np.testing.assert_allclose(w2, expected["w2"], atol=1e-6)


def test_who_began_from_the_same_version_is_averaged(
    visited: Flask, operated: Settings, digits: Dataset, trained: Params
) -> None:
    """In equal shares, whichever process takes them."""
    processes = [visited.test_client(), create_app(operated, digits, trained).test_client()]
    base = weights_digest(trained)
    class_ = [variant(trained, number) for number in range(5)]
    for number, params in enumerate(class_):
        response = publish(processes[number % 2], params, author=f"Pupil {number}", base=base)
        assert response.status_code == 201
        document = response.get_json()
        assert document["merged"] == (number > 0)
        version = document["version"]
        assert (version["parent"], version["author"]) == (number + 1, f"Pupil {number}")
        assert version["digest"] == current_digest(processes[0])
        assert response.headers["ETag"] == f'"{version["digest"]}"'
        assert_current(processes[1], mean_of(*class_[: number + 1]))


def test_many_at_once_are_all_accepted(
    visited: Flask, operated: Settings, digits: Dataset, trained: Params
) -> None:
    """With one press each: nobody is told that others were quicker."""
    processes = [visited, create_app(operated, digits, trained)]
    for process in processes:
        be_patient(process)
    base = weights_digest(trained)

    def press(number: int) -> int:
        client = processes[number % 2].test_client()
        return publish(client, variant(trained, number), base=base).status_code

    with ThreadPoolExecutor(10) as class_:
        assert list(class_.map(press, range(10))) == [201] * 10
    assert len(visited.test_client().get("/api/weights/versions").get_json()["versions"]) == 11
    assert_current(visited.test_client(), mean_of(*(variant(trained, n) for n in range(10))))


def test_who_builds_on_the_current_version_replaces_it(
    visitor: FlaskClient, trained: Params
) -> None:
    response = publish(visitor, variant(trained, 1), base=weights_digest(trained))
    assert (response.status_code, response.get_json()["merged"]) == (201, False)
    assert current_digest(visitor) == weights_digest(variant(trained, 1))


def test_without_a_base_weights_replace_whatever_is_current(
    visitor: FlaskClient, trained: Params
) -> None:
    publish(visitor, variant(trained, 1))
    assert publish(visitor, variant(trained, 2)).get_json()["merged"] is False
    assert current_digest(visitor) == weights_digest(variant(trained, 2))


def test_what_was_published_before_stays_as_it_is(visitor: FlaskClient, trained: Params) -> None:
    """As when the answer got lost on its way, and others went on meanwhile."""
    base = weights_digest(trained)
    first = publish(visitor, variant(trained, 1), base=base)
    publish(visitor, variant(trained, 2), base=weights_digest(variant(trained, 1)))
    again = publish(visitor, variant(trained, 1), base=base)
    assert (again.status_code, again.get_json()) == (
        *(200, first.get_json() | {"version": first.get_json()["version"] | {"current": False}}),
    )
    assert current_digest(visitor) == weights_digest(variant(trained, 2))


def test_what_was_averaged_before_is_not_averaged_again(
    visitor: FlaskClient, trained: Params
) -> None:
    """Its sender gets the version that was made of it, whatever was published since."""
    base = weights_digest(trained)
    publish(visitor, variant(trained, 1))
    first = publish(visitor, variant(trained, 2), base=base)
    assert (first.status_code, first.get_json()["merged"]) == (201, True)
    for _ in range(2):
        again = publish(visitor, variant(trained, 2), base=base)
        assert (again.status_code, again.get_json()) == (200, first.get_json())
    assert publish(visitor, variant(trained, 3), base=base).status_code == 201
    latest = current_digest(visitor)
    again = publish(visitor, variant(trained, 2), base=base)
    version = first.get_json()["version"] | {"current": False}
    assert (again.status_code, again.get_json()) == (200, first.get_json() | {"version": version})
    assert current_digest(visitor) == latest
    # Without a base they replace what is current, as anything does.
    assert publish(visitor, variant(trained, 2)).status_code == 201


def test_an_answer_that_is_lost_while_others_publish_is_averaged_once(
    visited: Flask, operated: Settings, digits: Dataset, trained: Params
) -> None:
    """The page sends again while the first request is still under way, in another process."""
    processes = [visited, create_app(operated, digits, trained)]
    for process in processes:
        be_patient(process)
    base = weights_digest(trained)
    publish(visited.test_client(), variant(trained, 1))

    def press(number: int) -> int:
        version = publish(
            processes[number % 2].test_client(), variant(trained, 2), base=base
        ).get_json()["version"]
        return int(version["id"])

    with ThreadPoolExecutor(6) as presses:
        assert set(presses.map(press, range(6))) == {3}
    assert_current(visited.test_client(), mean_of(variant(trained, 1), variant(trained, 2)))


def test_sending_nearly_the_same_again_and_again_ends_in_nothing_new(
    visitor: FlaskClient, trained: Params
) -> None:
    """Each mean is nearer to them: no flood of near copies comes in this way."""
    publish(visitor, variant(trained, 1))
    for number in range(30):
        params = variant(trained, 2)
        params["w2"] = params["w2"] * np.float32(1 + number / 1e6)
        response = publish(visitor, params, base=weights_digest(trained))
        if response.status_code == 200:
            break
    assert response.status_code == 200
    version = response.get_json()["version"]
    assert (version["current"], version["digest"]) == (True, current_digest(visitor))
    assert version["id"] < 15


def test_a_small_share_does_not_help_what_the_gate_refuses(
    visitor: FlaskClient, trained: Params, params: Params
) -> None:
    base = weights_digest(trained)
    publish(visitor, variant(trained, 1), base=base)
    response = publish(visitor, blind_to(trained, 7), base=base)
    assert_problem(response, 422, "candidate", members=REFUSED)
    assert_problem(publish(visitor, params, base=base), 422, members=REFUSED)
    assert current_digest(visitor) == weights_digest(variant(trained, 1))


@pytest.mark.parametrize("is_known", [True, False])
def test_a_base_of_long_ago_has_the_least_share(
    visitor: FlaskClient, trained: Params, is_known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.services.publishing.LEAST_SHARE", 1 / 4)
    for number in range(1, 6):
        publish(visitor, variant(trained, number))
    base = weights_digest(trained) if is_known else "0" * 64
    assert publish(visitor, variant(trained, 9), base=base).get_json()["merged"]
    others = [variant(trained, 5)] * 3
    assert_current(visitor, mean_of(*others, variant(trained, 9)))


def test_what_cannot_be_averaged_replaces(visitor: FlaskClient, trained: Params) -> None:
    """One of a class trained from random weights, and published; the others did not."""
    publish(visitor, unrelated(trained, 1))
    response = publish(visitor, variant(trained, 2), base=weights_digest(trained))
    assert (response.status_code, response.get_json()["merged"]) == (201, False)
    assert current_digest(visitor) == weights_digest(variant(trained, 2))


def test_but_not_what_the_operator_has_chosen_since(visitor: FlaskClient, trained: Params) -> None:
    version = publish(visitor, unrelated(trained, 1)).get_json()["version"]
    url = f"/api/weights/versions/{version['id']}/promote"
    assert visitor.post(url, headers=OPERATOR).status_code == 200
    response = publish(visitor, variant(trained, 2), base=weights_digest(trained))
    assert_problem(response, 422, "The operator has chosen version 2", members={"current"})
    assert current_digest(visitor) == version["digest"]


def test_a_condition_holds_with_a_base_too(visitor: FlaskClient, trained: Params) -> None:
    seen = current_tag(visitor)
    publish(visitor, variant(trained, 1))
    response = publish(visitor, variant(trained, 2), if_match=seen, base=seen.strip('"'))
    assert_problem(response, 412, members={"current"})


@pytest.mark.parametrize("base", ["1", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_base_is_a_digest(visitor: FlaskClient, trained: Params, base: str) -> None:
    response = publish(visitor, variant(trained, 1), base=base)
    assert_problem(response, 422, "base must be the digest")


# What is no weights of this network


def zip_bomb() -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("w1.npy", "w2.npy"):
            archive.writestr(name, bytes(50_000_000))
    return content.getvalue()


def with_nan(params: Params) -> bytes:
    w1 = params["w1"].copy()
    w1[3, 5] = np.nan
    content = BytesIO()
    np.savez(content, w1=w1, w2=params["w2"])
    return content.getvalue()


@pytest.mark.parametrize(
    ("content_type", "content", "status", "word"),
    [
        (NPZ, b"", 422, ".npz"),
        (NPZ, b"PK\x03\x04 no zip", 422, ".npz"),
        (NPZ, bytes(1_000_001), 413, "1000000 bytes"),
        (NPZ, zip_bomb(), 422, "expected"),
        ("application/json", b"", 422, "expected JSON"),
        ("application/json", b"{}", 422, 'expected {"weights"'),
        ("application/json", b"[" * 1_000_000, 422, "lists and objects"),
        ("application/json", bytes(5_000_001), 413, "5000000 bytes"),
        ("application/json", json.dumps({"weights": [[[1]], [[1]]]}).encode(), 422, "784 rows"),
        ("application/x-npy", b"", 415, "application/json or application/x-npz"),
        ("application/octet-stream", b"", 415, "application/json or application/x-npz"),
        ("", b"", 415, "no content type"),
    ],
)
def test_bad_bodies(
    visitor: FlaskClient, content_type: str, content: bytes, status: int, word: str
) -> None:
    before = current_digest(visitor)
    response = visitor.post("/api/weights", data=content, content_type=content_type or None)
    assert_problem(response, status, word)
    assert current_digest(visitor) == before
    assert len(visitor.get("/api/weights/versions").get_json()["versions"]) == 1


def test_values_that_are_no_numbers_are_refused(visitor: FlaskClient, trained: Params) -> None:
    response = visitor.post("/api/weights", data=with_nan(trained), content_type=NPZ)
    assert_problem(response, 422, "w1: expected finite")


def test_a_body_in_chunks_is_refused(visitor: FlaskClient) -> None:
    response = visitor.post(
        "/api/weights",
        input_stream=BytesIO(b"PK"),
        content_type=NPZ,
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert_problem(response, 411, "Content-Length")


# Several processes


def test_other_processes_serve_it_at_once(
    visited: Flask, operated: Settings, digits: Dataset, trained: Params
) -> None:
    client = visited.test_client()
    other = create_app(operated, digits, trained).test_client()
    for number in range(1, 5):
        publish(client if number % 2 else other, variant(trained, number))
        for process in (client, other):
            assert current_digest(process) == weights_digest(variant(trained, number))


def test_figures_of_other_data_are_measured_again(
    operated: Settings, visited: Flask, digits: Dataset, dataset: Dataset, trained: Params
) -> None:
    before = visited.test_client().get("/api/weights/versions/1").get_json()
    after = (
        create_app(operated, dataset, trained).test_client().get("/api/weights/versions/1")
    ).get_json()
    assert (before["data"], after["data"]) == (digits.digest[:16], dataset.digest[:16])
    assert after["accuracy"] != before["accuracy"]


def test_new_shipped_weights_replace_shipped_ones_only(
    operated: Settings, digits: Dataset, trained: Params
) -> None:
    first = create_app(operated, digits, trained).test_client()
    upgraded = create_app(operated, digits, variant(trained, 1)).test_client()
    assert current_digest(upgraded) == weights_digest(variant(trained, 1))
    publish(first, variant(trained, 2))
    again = create_app(operated, digits, variant(trained, 3)).test_client()
    assert current_digest(again) == weights_digest(variant(trained, 2))
    newest = again.get("/api/weights/versions").get_json()["versions"][0]
    assert newest["digest"] == weights_digest(variant(trained, 3))
    assert (newest["source"], newest["pinned"], newest["status"]) == ("shipped", True, "accepted")


def test_new_shipped_weights_leave_the_operators_choice(
    operated: Settings, digits: Dataset, trained: Params
) -> None:
    """To go back to the shipped ones, after others were current."""
    first = create_app(operated, digits, trained).test_client()
    publish(first, variant(trained, 1))
    assert first.post("/api/weights/versions/1/promote", headers=OPERATOR).status_code == 200
    upgraded = create_app(operated, digits, variant(trained, 2)).test_client()
    assert current_digest(upgraded) == weights_digest(trained)
