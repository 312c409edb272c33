"""The fields of the settings. While a field has the focus, its explanation stands below its group.

Shows: settings, training. Changes: settings. Emits the intent to change them.
"""

from app.pyscript.kit import keys
from app.pyscript.kit.formats import number_text, plain
from app.pyscript.kit.live_region import say
from app.pyscript.settings.checks import check_settings, check_until
from app.pyscript.settings.limits import DEFAULT_LEARNING_RATES
from app.pyscript.settings.state import Settings
from app.pyscript.settings.table import SETTINGS
from app.pyscript.train import texts
from app.pyscript.train.markup import HELP
from app.pyscript.train.state import Train

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Callable, JsProxy, Record
    from app.pyscript.page import Page
    from app.pyscript.settings.table import Setting

# The share of the visitor's own drawings has its field in hand/.
FIELDS = [setting for setting in SETTINGS if setting.name != "tray_share"]


class SettingFields:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._settings = page.of(Settings)
        self._train = page.of(Train)
        self._shown: Record = {}

    def mount(self) -> None:
        """Listen to the fields of the markup, which must be on the page already."""
        for setting in FIELDS:
            self._listen_to_field(setting)
        new_seed = self._browser.element("new-seed")
        self._browser.listen(new_seed, "click", lambda event: self.on_new_seed())
        self._page.watch((self._settings.values,), self.render)
        self.render()

    def _listen_to_field(self, setting: "Setting") -> None:
        field = self._browser.element(setting.identifier)
        self._browser.listen(field, "change", lambda event: self.on_change(field, setting))
        self._browser.listen(field, "focus", lambda event: self._explain(setting))
        if setting.parse is int or setting.name == "learning_rate":

            def on_key(event: "JsProxy") -> None:
                self.on_key(event, field, setting)

            self._browser.listen(field, "keydown", on_key, active=True)

    def _explain(self, setting: "Setting") -> None:
        self._browser.element("setting-help").textContent = HELP[setting.name]

    def on_change(self, field: "JsProxy", setting: "Setting") -> None:
        """Use the new value, or say what is wrong with it and keep the old one."""
        note, name = self._browser.element("settings-note"), setting.name
        try:
            changes = check_settings({name: parsed(field.value, setting.parse)})
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
            # Each optimizer needs learning rates of another size.
            changes["learning_rate"] = DEFAULT_LEARNING_RATES[changes["optimizer"]]
        self._settings.change(changes)
        self._settings.send(changes)

    def on_key(self, event: "JsProxy", field: "JsProxy", setting: "Setting") -> None:
        """Arrow keys go to the next whole number. They double or halve the other settings, such as
        the learning rate, because those differ by factors."""
        is_up = {"ArrowUp": True, "ArrowDown": False}.get(event.key)
        if is_up is None or event.shiftKey or not keys.is_plain(event):
            return
        event.preventDefault()
        name, parse = setting.name, setting.parse
        value = self._settings.values.value[name]
        try:
            value = check_settings({name: parsed(field.value, parse)})[name]
        except ValueError:
            pass  # start from the old value, then
        if parse is int:
            value = min(max(value + (1 if is_up else -1), setting.lowest), setting.highest)
        else:
            value = value * 2 if is_up else value / 2
        field.value = shown(value)
        self.on_change(field, setting)

    def on_new_seed(self) -> None:
        changes = {"seed": self._browser.random_seed()}
        self._settings.change(changes)
        self._settings.send(changes)

    def render(self) -> None:
        find, settings = self._browser.element, self._settings.values.value
        for setting in FIELDS:
            name = setting.name
            field, text = find(setting.identifier), shown(settings[name])
            # Keep what the visitor is typing here when another setting changes.
            if self._shown.get(name) == text and self._browser.has_focus(field):
                continue
            self._shown[name] = text
            field.value = text
            field.setAttribute("data-value", str(settings[name]))
            field.removeAttribute("aria-invalid")
        find("momentum").disabled = settings["optimizer"] != "momentum"
        find("schedule-steps").disabled = settings["schedule"] == "constant"


def shown(value: "float | str") -> str:
    """The text of a setting's value in its field."""
    return value if isinstance(value, str) else plain(value)


def parsed(text: str, parse: "Callable") -> object:
    """The value of the text, or the text itself if it has none; then the check refuses it.

    Raises AmbiguousNumberError, a ValueError, if the text can mean two numbers.
    """
    if parse is str:
        return text
    number = number_text(text, parse is int)
    try:
        return parse(number)
    except ValueError:
        return text
