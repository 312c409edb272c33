"""The course of a training run, as the charts show it: bounded, however long the run.

Pure lists; runs on MicroPython and on CPython.
"""

POINT_LIMIT = 400


class History:
    """Loss and accuracy over iterations, thinned out evenly when the run grows long.

    iterations, losses, accuracies and validations have equal lengths; `validations` holds None
    where no validation took place since the point before. Accuracies are fractions.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.iterations: list = []
        self.losses: list = []
        self.accuracies: list = []
        self.validations: list = []
        # From which iteration on which settings were in force.
        self.settings: list = []
        # Every point stands for so many reports; doubled each time the lists are full.
        self._stride = 1
        self._pending: list = []
        self._validation: float | None = None

    def add(self, iteration: int, loss: float, accuracy: float) -> bool:
        """Take one progress report; returns whether the lists changed."""
        self._pending.append((loss, accuracy))
        if len(self._pending) < self._stride:
            return False
        count = len(self._pending)
        self.iterations.append(iteration)
        self.losses.append(sum(loss for loss, _ in self._pending) / count)
        self.accuracies.append(sum(accuracy for _, accuracy in self._pending) / count)
        self.validations.append(self._validation)
        self._pending = []
        self._validation = None
        if len(self.iterations) >= POINT_LIMIT:
            self._halve()
        return True

    def settings_changed(self, iteration: int, settings: dict) -> None:
        """Take note of all settings that are in force from this iteration on."""
        if self.settings and self.settings[-1][0] == iteration:
            self.settings.pop()
        self.settings.append((iteration, dict(settings)))

    def settings_at(self, iteration: int) -> dict:
        """The settings of the step that led to this iteration; empty before any are noted."""
        found: dict = {}
        for since, settings in self.settings:
            if not found or since < iteration:
                found = settings
        return found

    def add_validation(self, iteration: int, accuracy: float) -> None:
        """Take a validation: shown at the point that has its iteration, or with the next one."""
        if self.iterations and self.iterations[-1] >= iteration:
            self.validations[-1] = accuracy
        else:
            self._validation = accuracy

    def copy(self) -> "History":
        copied = History()
        copied.iterations = list(self.iterations)
        copied.losses = list(self.losses)
        copied.accuracies = list(self.accuracies)
        copied.validations = list(self.validations)
        copied.settings = list(self.settings)
        return copied

    def go_back(self, iteration: int) -> None:
        """Forget what came after this iteration."""
        count = sum(1 for each in self.iterations if each <= iteration)
        self.iterations = self.iterations[:count]
        self.losses = self.losses[:count]
        self.accuracies = self.accuracies[:count]
        self.validations = self.validations[:count]
        self.settings = [each for each in self.settings if each[0] <= iteration]
        self._pending = []
        self._validation = None

    def rows(self, limit: int) -> list:
        """The course in at most `limit` rows of iteration, loss, accuracy and validation.

        A row stands for the points since the row before: means of loss and accuracy, and the last
        validation among them, or None.
        """
        count = len(self.iterations)
        size = -(-count // limit) or 1
        rows = []
        for start in range(0, count, size):
            end = min(start + size, count)
            validation = None
            for each in self.validations[start:end]:
                validation = _last(validation, each)
            loss = sum(self.losses[start:end]) / (end - start)
            accuracy = sum(self.accuracies[start:end]) / (end - start)
            rows.append((self.iterations[end - 1], loss, accuracy, validation))
        return rows

    def _halve(self) -> None:
        """Merge neighbours two by two: means of the figures, the later iteration."""
        pairs = range(0, len(self.iterations) - 1, 2)
        self.losses = [(self.losses[i] + self.losses[i + 1]) / 2 for i in pairs]
        self.accuracies = [(self.accuracies[i] + self.accuracies[i + 1]) / 2 for i in pairs]
        self.validations = [_last(self.validations[i], self.validations[i + 1]) for i in pairs]
        self.iterations = [self.iterations[i + 1] for i in pairs]
        self._stride *= 2


def _last(earlier: "float | None", later: "float | None") -> "float | None":
    return earlier if later is None else later
