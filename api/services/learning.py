"""Federated rounds: each pupil trains their share from common weights, and the mean goes on.

    common weights -> every browser trains its share -> answers, checked -> mean -> the next round

Averaging by number of samples is FedAvg (McMahan et al., "Communication-Efficient Learning of Deep
Networks from Decentralized Data", AISTATS 2017, algorithm 1). A round ends when all who are present
have answered, or at its deadline if enough have; whoever leaves is missing in that round only.
"""

import logging
import secrets
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from api.services.central import Central
from api.services.class_rooms import Room, Rooms, Snapshot
from api.services.problems import ConflictError, NotFoundError
from api.stores.learnings import (
    RUNNING,
    Answer,
    LearningRow,
    LearningStore,
    RoundOverError,
    RunningError,
)
from api.stores.times import utc_now
from app.model.arrays import FloatArray
from app.model.data.datasets import Dataset
from app.model.evaluate.bounds import OutOfBoundsError, require_bounded
from app.model.evaluate.evaluation import evaluate
from app.model.federated import GROUP, OWN, SHARES, TWO_DIGITS
from app.model.initializers import he_normal
from app.model.network import SHAPES, Network
from app.model.serialization import (
    HALF_DTYPE,
    WeightsError,
    weights_from_npz,
    weights_to_npz,
)

logger = logging.getLogger(__name__)

SPLITS = (SHARES, TWO_DIGITS, OWN)
"""What each learns from: a share of all data, its own two digits, its own drawings."""
LEAST_ANSWERS = 3
MOST_LOCAL_STEPS = 1000
MOST_ROUNDS = 500
SHORTEST_SECONDS, LONGEST_SECONDS = 5, 600
MOST_SAMPLES = 60_000
MOST_TIMES_SAMPLES = 10
"""Pages report their own numbers of samples: each counts for this many times the round's median at
most."""
MOST_TIMES_CHANGE = 5
"""Weights that changed more than this many times the round's median are left out. With two digits
each and 20 steps, the largest of 30 changes was at most 1.4 times the median of its round, in 50
rounds; at ten times the learning rate of the others, 3.3 times, which the mean bears."""
AVERAGING_SECONDS = 5
"""Averaging takes a tenth of a second. If its process was killed, another one begins after this."""
MEASURED_DIGITS = 1000
"""Held-out digits that each answer is measured on, in 5 ms; only their mean is shown."""
KEPT_COMMON = 20
"""Classes whose common weights a process has in memory, 203 kB each."""
SEEDS = 2**31 - 1


class GoodAnswer(NamedTuple):
    """An answer that can be averaged."""

    answer: Answer
    params: dict[str, FloatArray]


class Learning:
    def __init__(
        self,
        store: LearningStore,
        rooms: Rooms,
        dataset: Dataset,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._rooms = rooms
        self._held_out = dataset.splits["validation"]
        self._now = now
        self._process_id = secrets.token_hex(8)
        self._central = Central(dataset, store.compare)
        self._answering = threading.Lock()
        """Held while an answer is written. Those of a whole class come at once, and the database
        lets writers wait for a moment only."""
        self._common: dict[int, tuple[int, int, bytes]] = {}
        """By class: number and round of the common weights that were asked for last, and these."""

    def begin(
        self, room: Room, *, split: str, local_steps: int, rounds: int | None, seconds: int
    ) -> None:
        """rounds: None until it is stopped, MOST_ROUNDS at most; seconds: for each round.

        Raises ConflictError while the class learns together, or if too few pupils are there.
        """
        snapshot = room.snapshot
        present = [number for number in snapshot.pupils if number in snapshot.present]
        if len(present) < LEAST_ANSWERS:
            raise ConflictError(
                f"Learning together needs {LEAST_ANSWERS} pupils who are there; there are "
                f"{len(present)}."
            )
        seed = secrets.randbelow(SEEDS)
        params = first_params(seed)
        try:
            self._store.begin(
                snapshot.row.id,
                weights_to_npz(params, HALF_DTYPE),
                split=split,
                local_steps=local_steps,
                rounds=rounds,
                seconds=seconds,
                seed=seed,
                deadline=self._now() + timedelta(seconds=seconds),
                participants=with_participants([], present, split, seed),
                central=None if split == OWN else [],
            )
        except RunningError as error:
            raise ConflictError(
                "The class learns together already. Stop that first, or wait for its end."
            ) from error
        except LookupError as error:
            raise NotFoundError("The class has ended.") from error
        self._rooms.changed(room)

    def stop(self, room: Room) -> None:
        """Keep what has been learned. Stopping twice is not an error. Raises NotFoundError."""
        learning = self._require(room)
        if learning.state == RUNNING:
            try:
                self._store.change(
                    learning.class_id,
                    learning.number,
                    learning.round,
                    state="stopped",
                    round=learning.round - 1,
                    deadline=None,
                )
            except RoundOverError:  # it went on meanwhile
                self._rooms.changed(room)
                return self.stop(room)
            except LookupError as error:
                raise NotFoundError("The class has ended.") from error
            self._rooms.changed(room)
        return None

    def weights(self, room: Room, round_: int | None) -> bytes:
        """What this round, or the newest, begins with, as .npz of float16. Raises NotFoundError,
        ConflictError if that round is over or has not begun."""
        learning = self._at_round(room, round_)
        wanted = learning.round if round_ is None else round_
        found = self._common_weights(learning, wanted)
        if found is None:
            raise _other_round(learning, wanted)
        return found

    def answer(self, room: Room, pupil: int, round_: int, samples: int, content: bytes) -> None:
        """Take a pupil's weights. Raises NotFoundError, ConflictError if the round is over, and
        WeightsError for what is left out of the round, of which the teacher hears too."""
        learning = self._at_round(room, round_)
        if learning.state != RUNNING or learning.round != round_:
            raise _other_round(learning, round_)
        refusal: WeightsError | None = None
        accuracy = None
        try:
            accuracy = self._measure(read_weights(content), MEASURED_DIGITS)
        except WeightsError as error:
            refusal = error
        answer = Answer(
            pupil,
            samples,
            accuracy,
            None if refusal is None else str(refusal)[:300],
            None if refusal else content,
        )
        try:
            with self._answering:
                self._store.answer(learning.class_id, learning.number, round_, answer)
        except RoundOverError as error:
            self._rooms.changed(room)
            raise _other_round(self._require(room), round_) from error
        except LookupError as error:
            raise NotFoundError("You are no longer in this class, or it has ended.") from error
        self._rooms.wake()
        if refusal:
            raise refusal

    def tend(self, snapshots: list[Snapshot]) -> bool:
        """End the rounds of these classes that can end. Was there any?"""
        has_ended = False
        for snapshot in snapshots:
            if snapshot.learning is not None and snapshot.learning.state == RUNNING:
                has_ended |= self._tend(snapshot, snapshot.learning)
        return has_ended

    # Helpers

    def _tend(self, snapshot: Snapshot, learning: LearningRow) -> bool:
        waited_for = {
            each["id"] for each in learning.participants if each["id"] in snapshot.present
        }
        is_late = learning.deadline is not None and learning.deadline <= self._now()
        is_complete = waited_for <= set(learning.answered)
        has_enough = len(learning.answered) >= LEAST_ANSWERS
        if not is_late and not (is_complete and has_enough):
            return False
        at = (learning.class_id, learning.number, learning.round)
        if not self._store.claim(*at, self._process_id, AVERAGING_SECONDS):
            return False
        try:
            is_finished = has_enough and self._finish_round(snapshot, learning)
            if is_late and not is_finished:
                later = self._now() + timedelta(seconds=learning.seconds)
                self._store.change(*at, deadline=later)
        except (RoundOverError, LookupError):
            pass  # the teacher stopped it, or ended the class
        return True

    def _finish_round(self, snapshot: Snapshot, learning: LearningRow) -> bool:
        """Average the answers, and go on. False if none is good."""
        begun_with = self._common_weights(learning, learning.round)
        if begun_with is None:
            raise RoundOverError
        answers = self._store.answers(learning.class_id, learning.round)
        common = read_weights(begun_with)
        good, left_out = sift(common, answers)
        if not good:
            return False
        mean = averaged(good)
        accuracy = self._measure(mean)
        names = {number: pupil.name for number, pupil in snapshot.pupils.items()}
        accuracies = [each.answer.accuracy for each in good if each.answer.accuracy is not None]
        entry = {
            "round": learning.round,
            "accuracy": accuracy,
            "answered": len(answers),
            "left_out": [
                {"name": names.get(pupil, "?"), "reason": reason} for pupil, reason in left_out
            ],
            # The mean of what the pupils' own networks read right.
            "alone": round(float(np.mean(accuracies)), 4) if accuracies else None,
        }
        is_last = learning.round == (learning.rounds or MOST_ROUNDS)
        present = [number for number in snapshot.pupils if number in snapshot.present]
        participants = [each for each in learning.participants if each["id"] in snapshot.pupils]
        values: dict[str, Any] = {
            "history": [*learning.history, entry],
            "participants": with_participants(participants, present, learning.split, learning.seed),
        }
        if is_last:
            values |= {"state": "done", "deadline": None}
        else:
            later = self._now() + timedelta(seconds=learning.seconds)
            values |= {"round": learning.round + 1, "deadline": later}
        at = (learning.class_id, learning.number, learning.round)
        self._store.finish_round(*at, weights_to_npz(mean, HALF_DTYPE), **values)
        if learning.central is not None:
            self._central.train(learning, learning.round)
        return True

    def _common_weights(self, learning: LearningRow, round_: int) -> bytes | None:
        """Common weights, from memory if they were asked for before."""
        kept = self._common.get(learning.class_id)
        if kept is not None and kept[:2] == (learning.number, round_) and learning.state == RUNNING:
            return kept[2]
        found = self._store.weights(learning.class_id, learning.number, round_)
        if found is not None and learning.state == RUNNING:
            self._common[learning.class_id] = (learning.number, round_, found)
            while len(self._common) > KEPT_COMMON:
                del self._common[next(iter(self._common))]
        return found

    def _measure(self, params: dict[str, FloatArray], most: int | None = None) -> float:
        """Share of the held-out digits, or of the first `most` of them, that are read right."""
        network = Network(params["w1"], params["w2"])
        images, labels = self._held_out.images[:most], self._held_out.labels[:most]
        return round(evaluate(network, images, labels).accuracy, 4)

    def _at_round(self, room: Room, round_: int | None) -> LearningRow:
        """What the class learns; looked up if it is not at this round as far as this process knows:
        another one may have gone on. Raises NotFoundError."""
        learning = room.snapshot.learning
        is_there = learning is not None and learning.state == RUNNING
        if not (is_there and learning is not None and round_ in (None, learning.round)):
            self._rooms.changed(room)
        return self._require(room)

    def _require(self, room: Room) -> LearningRow:
        learning = room.snapshot.learning
        if learning is None:
            raise NotFoundError("The class has not learned together yet.")
        return learning


def first_params(seed: int) -> dict[str, FloatArray]:
    """What the first round begins with, the same for each seed."""
    network = Network.initialize(he_normal, np.random.default_rng(seed))
    return read_weights(weights_to_npz(network.params, HALF_DTYPE))  # rounded, as browsers get them


def read_weights(content: bytes) -> dict[str, FloatArray]:
    """Raises WeightsError for bytes that are not this network's weights, or that may overflow."""
    w1, w2 = weights_from_npz(content)
    params = {"w1": w1, "w2": w2}
    try:
        require_bounded(params)
    except OutOfBoundsError as error:
        raise WeightsError(f"these weights may overflow: {error}") from error
    return params


def with_participants(
    participants: list[dict[str, Any]], pupils: list[int], split: str, seed: int
) -> list[dict[str, Any]]:
    """With these pupils too. Each has an index of their own, and keeps it."""
    known = {each["id"] for each in participants}
    index = max((each["index"] for each in participants), default=-1)
    extended = list(participants)
    for pupil in pupils:
        if pupil not in known:
            index += 1
            digits = two_digits(seed, index) if split == TWO_DIGITS else None
            extended.append({"id": pupil, "index": index, "digits": digits})
    return extended


def two_digits(seed: int, index: int) -> list[int]:
    """The two digits of whoever has this index: a group of them in turn has all ten."""
    rng = np.random.default_rng((seed, index // GROUP))
    order = rng.permutation(10)
    place = 2 * (index % GROUP)
    return sorted(int(digit) for digit in order[place : place + 2])


def sift(
    common: dict[str, FloatArray], answers: list[Answer]
) -> tuple[list[GoodAnswer], list[tuple[int, str]]]:
    """The answers that can be averaged; who is left out, and why."""
    left_out = [
        (each.pupil, each.refusal) for each in answers if each.refusal and each.weights is None
    ]
    good = [
        GoodAnswer(answer, read_weights(answer.weights))
        for answer in answers
        if answer.weights is not None
    ]
    changes = [_distance(each.params, common) for each in good]
    usual = float(np.median(changes)) if changes else 0.0
    kept = []
    for each, change in zip(good, changes, strict=True):
        if len(good) >= LEAST_ANSWERS and change > MOST_TIMES_CHANGE * usual:
            times = f"{change / usual:.0f} times as much as" if usual else "much more than"
            left_out.append(
                (each.answer.pupil, f"these weights changed {times} is usual in this round")
            )
        else:
            kept.append(each)
    return kept, sorted(left_out)


def averaged(good: list[GoodAnswer]) -> dict[str, FloatArray]:
    """The mean of the weights w_k by number of samples n_k: sum of n_k w_k / sum of n_k."""
    numbers = [each.answer.samples for each in good]
    most = MOST_TIMES_SAMPLES * float(np.median(numbers))
    votes = np.minimum(numbers, most)
    votes = votes / votes.sum()
    mean = {name: np.zeros(shape, np.float32) for name, shape in SHAPES.items()}
    for vote, each in zip(votes, good, strict=True):
        for name in mean:
            mean[name] += np.float32(vote) * each.params[name]
    return mean


def _distance(params: dict[str, FloatArray], others: dict[str, FloatArray]) -> float:
    """Between all weights as vectors."""
    squares = (float(np.square(params[name] - others[name]).sum()) for name in params)
    return float(np.sqrt(sum(squares)))


def _other_round(learning: LearningRow, round_: int) -> ConflictError:
    if learning.state != RUNNING:
        return ConflictError("The class does not learn together at the moment.")
    is_over = "is over" if round_ < learning.round else "has not begun"
    return ConflictError(
        f"Round {round_} {is_over}: the class is at round {learning.round}.", round=learning.round
    )
