"""The figures of a training run over time, for the charts. The lists stay short in a long run.

Pure lists; runs on MicroPython and on CPython.
"""

POINT_LIMIT = 400


class History:
    """Loss and accuracy over iterations. When the run grows long, points are merged.

    iterations, losses, accuracies, validations and drawings have equal lengths. Accuracies are
    fractions. `validations` are accuracies on digits, and `drawings` on drawings, that are not used
    for training. They hold None where they were not measured since the point before.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.iterations: list = []
        self.losses: list = []
        self.accuracies: list = []
        self.validations: list = []
        self.drawings: list = []
        # Pairs of an iteration and the settings used from there on.
        self.settings: list = []
        # Reports per point; doubled each time the lists are full.
        self._stride = 1
        self._pending: list = []
        self._validation: tuple = (None, None)  # on digits and on drawings

    def add(self, iteration: int, loss: float, accuracy: float) -> bool:
        """Add one progress report; returns whether the lists changed."""
        self._pending.append((iteration, loss, accuracy))
        if len(self._pending) < self._stride:
            return False
        self.settle()
        return True

    def settle(self) -> bool:
        """Make a point of the reports that wait for others. So when a run pauses or ends, its last
        step is the last point. Returns whether the lists changed.
        """
        count = len(self._pending)
        if not count:
            return False
        iteration = self._pending[-1][0]
        self.iterations.append(iteration)
        self.losses.append(sum(loss for _, loss, _ in self._pending) / count)
        self.accuracies.append(sum(accuracy for _, _, accuracy in self._pending) / count)
        validation, drawings = self._validation
        self.validations.append(validation)
        self.drawings.append(drawings)
        self._pending = []
        self._validation = (None, None)
        if len(self.iterations) >= POINT_LIMIT:
            self._halve()
        return True

    def settings_changed(self, iteration: int, settings: dict) -> None:
        """Remember all settings that are used from this iteration on."""
        if self.settings and self.settings[-1][0] == iteration:
            self.settings.pop()
        self.settings.append((iteration, dict(settings)))

    def settings_at(self, iteration: int) -> dict:
        """The settings of the step that led to this iteration; empty if none are known yet."""
        found: dict = {}
        for since, settings in self.settings:
            if not found or since < iteration:
                found = settings
        return found

    def add_validation(
        self, iteration: int, accuracy: float, drawings: "float | None" = None
    ) -> None:
        """Add a validation. It belongs to the point of its iteration, or else to the next point."""
        if self.iterations and self.iterations[-1] >= iteration:
            self.validations[-1] = accuracy
            self.drawings[-1] = drawings
        else:
            self._validation = (accuracy, drawings)

    def copy(self) -> "History":
        copied = History()
        copied.iterations = list(self.iterations)
        copied.losses = list(self.losses)
        copied.accuracies = list(self.accuracies)
        copied.validations = list(self.validations)
        copied.drawings = list(self.drawings)
        copied.settings = list(self.settings)
        return copied

    def go_back(self, iteration: int) -> None:
        """Forget everything after this iteration."""
        count = sum(1 for each in self.iterations if each <= iteration)
        self.iterations = self.iterations[:count]
        self.losses = self.losses[:count]
        self.accuracies = self.accuracies[:count]
        self.validations = self.validations[:count]
        self.drawings = self.drawings[:count]
        self.settings = [each for each in self.settings if each[0] <= iteration]
        self._pending = []
        self._validation = (None, None)

    def rows(self, limit: int) -> list:
        """The run in at most `limit` rows: iteration, loss, accuracy, validation and drawings.

        A row stands for the points since the row before. It has their mean loss and accuracy, and
        the last validation and drawings among them, or None.
        """
        count = len(self.iterations)
        size = -(-count // limit) or 1
        rows = []
        for start in range(0, count, size):
            end = min(start + size, count)
            validation, drawings = None, None
            for index in range(start, end):
                validation = _last(validation, self.validations[index])
                drawings = _last(drawings, self.drawings[index])
            loss = sum(self.losses[start:end]) / (end - start)
            accuracy = sum(self.accuracies[start:end]) / (end - start)
            rows.append((self.iterations[end - 1], loss, accuracy, validation, drawings))
        return rows

    def _halve(self) -> None:
        """Merge each two neighbors: the means of their figures, and the later iteration."""
        pairs = range(0, len(self.iterations) - 1, 2)
        self.losses = [(self.losses[i] + self.losses[i + 1]) / 2 for i in pairs]
        self.accuracies = [(self.accuracies[i] + self.accuracies[i + 1]) / 2 for i in pairs]
        self.validations = [_last(self.validations[i], self.validations[i + 1]) for i in pairs]
        self.drawings = [_last(self.drawings[i], self.drawings[i + 1]) for i in pairs]
        self.iterations = [self.iterations[i + 1] for i in pairs]
        self._stride *= 2


def _last(earlier: "float | None", later: "float | None") -> "float | None":
    return earlier if later is None else later
