"""The fields of the settings. One that has the focus is explained below its group.

Shows: settings, training. Changes: settings. Emits the intent to change them.
"""

from app.pyscript.kit import keys
from app.pyscript.kit.formats import number_text, plain
from app.pyscript.kit.heard import say
from app.pyscript.settings.checks import check_settings, check_until
from app.pyscript.settings.limits import DEFAULT_LEARNING_RATES
from app.pyscript.settings.state import Settings
from app.pyscript.train import texts
from app.pyscript.train.markup import HELP
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy, Record
    from app.pyscript.page import Page

# What each setting's field holds, and how the field's text becomes its value.
FIELDS = (
    ("batch-size", "batch_size", int),
    ("learning-rate", "learning_rate", float),
    ("prefetch", "prefetch", int),
    ("optimizer", "optimizer", str),
    ("momentum", "momentum", float),
    ("l2", "l2", float),
    ("schedule", "schedule", str),
    ("schedule-steps", "schedule_steps", int),
    ("training-set", "training_set", str),
    ("data-fraction", "data_fraction", float),
    ("label-noise", "label_noise", float),
    ("initializer", "initializer", str),
    ("until", "until", int),
    ("seed", "seed", int),
)


class SettingFields:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._settings = page.of(Settings)
        self._train = page.of(Train)
        self._shown: Record = {}

    def mount(self) -> None:
        """Listen to the fields of the markup, which is on the page by now."""
        for identifier, name, parse in FIELDS:
            self._listen_to_field(identifier, name, parse)
        new_seed = self._browser.element("new-seed")
        self._browser.listen(new_seed, "click", lambda event: self.on_new_seed())
        self._page.watch((self._settings.values,), self.render)
        self.render()

    def _listen_to_field(self, identifier: str, name: str, parse: "Callable") -> None:
        field = self._browser.element(identifier)
        self._browser.listen(field, "change", lambda event: self.on_change(field, name, parse))
        self._browser.listen(field, "focus", lambda event: self._explain(identifier))
        if parse is int or name == "learning_rate":

            def on_key(event: "JsProxy") -> None:
                self.on_key(event, field, name, parse)

            self._browser.listen(field, "keydown", on_key, active=True)

    def _explain(self, identifier: str) -> None:
        self._browser.element("setting-help").textContent = HELP[identifier]

    def on_change(self, field: "JsProxy", name: str, parse: "Callable") -> None:
        """Take a setting over, or say what is wrong with it and leave the old one in force."""
        note = self._browser.element("settings-note")
        try:
            changes = check_settings({name: parsed(field.value, parse)})
            check_until(changes.get("until", 0), self._train.training.value["iteration"])
        except ValueError as error:
            field.setAttribute("aria-invalid", "true")
            value = shown(self._settings.values.value[name])
            note.hidden = False
            words = texts.TRAINING_REFUSED.format(problem=error, value=value)
            say(self._browser, "settings-note", words, is_news=True)
            return
        field.removeAttribute("aria-invalid")
        note.hidden = True
        if name == "optimizer":
            # Each optimiser has its own scale of learning rates.
            changes["learning_rate"] = DEFAULT_LEARNING_RATES[changes["optimizer"]]
        self._settings.change(changes)
        self._settings.send(changes)

    def on_key(self, event: "JsProxy", field: "JsProxy", name: str, parse: "Callable") -> None:
        """Arrows go to the next whole number, and double or halve the learning rate: learning rates
        differ by factors, not by steps."""
        is_up = {"ArrowUp": True, "ArrowDown": False}.get(event.key)
        if is_up is None or event.shiftKey or not keys.is_plain(event):
            return
        event.preventDefault()
        value = self._settings.values.value[name]
        try:
            value = check_settings({name: parsed(field.value, parse)})[name]
        except ValueError:
            pass  # from the value in force, then
        if parse is int:
            lowest, highest = [
                int(field.getAttribute(f"aria-value{end}")) for end in ("min", "max")
            ]
            value = min(max(value + (1 if is_up else -1), lowest), highest)
        else:
            value = value * 2 if is_up else value / 2
        field.value = shown(value)
        self.on_change(field, name, parse)

    def on_new_seed(self) -> None:
        changes = {"seed": self._browser.random_seed()}
        self._settings.change(changes)
        self._settings.send(changes)

    def render(self) -> None:
        find, settings = self._browser.element, self._settings.values.value
        for identifier, name, _ in FIELDS:
            field, text = find(identifier), shown(settings[name])
            # Another setting that changes must not wipe out what is being typed here.
            if self._shown.get(name) == text and self._browser.has_focus(field):
                continue
            self._shown[name] = text
            field.value = text
            field.setAttribute("data-value", str(settings[name]))
            field.removeAttribute("aria-invalid")
        find("momentum").disabled = settings["optimizer"] != "momentum"
        find("schedule-steps").disabled = settings["schedule"] == "constant"


def shown(value: "float | str") -> str:
    """A setting as its field shows it."""
    return value if isinstance(value, str) else plain(value)


def parsed(text: str, parse: "Callable") -> object:
    """The text's value, or the text itself where it has none: the check then names it.

    Raises AmbiguousNumberError, a ValueError, where it could be read as two.
    """
    if parse is str:
        return text
    number = number_text(text, parse is int)
    try:
        return parse(number)
    except ValueError:
        return text
