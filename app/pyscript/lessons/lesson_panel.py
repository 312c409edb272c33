"""The panel for lessons: a list to choose from, the lesson of a link, and making a link.

Shows: worker, lesson, settings, weights, training. Changes: lesson, hidden.
Emits the intent to start a lesson. Choosing a lesson or following a link only proposes it: the
visitor's network and settings are replaced only when the lesson starts. Parts that a link hides are
hidden at once, and can be shown again.
"""

from app.pyscript import texts as common
from app.pyscript.advice import possible
from app.pyscript.kit.live_region import say
from app.pyscript.lessons import texts
from app.pyscript.lessons.lesson import RANDOM, SHARED, describe_settings, make_lesson
from app.pyscript.lessons.link import HIDEABLE, HIDEABLE_NAMES, lesson_from_link, link_of
from app.pyscript.lessons.presets import PRESETS
from app.pyscript.lessons.state import Lessons
from app.pyscript.settings.state import Settings
from app.pyscript.weights.state import Weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.lessons.records import Lesson
    from app.pyscript.page import Page

MARKUP = (
    f"""
<div class="row" id="lesson-choice">
  <label for="preset">{texts.LESSON_LABEL}</label>
  <select id="preset" class="grow">
    <option value="">{texts.LESSON_CHOOSE}</option>"""
    + "".join([f'<option value="{preset.name}">{preset.title}</option>' for preset in PRESETS])
    + f"""
  </select>
</div>
<div class="lesson" id="lesson" role="group" aria-labelledby="lesson-title" hidden>
  <h3 id="lesson-title"></h3>
  <p id="lesson-watch"></p>
  <p class="note" id="lesson-settings"></p>
  <ul class="error" id="lesson-problems" hidden></ul>
  <p class="note" id="lesson-warning"></p>
  <div class="row">
    <button id="start-lesson" class="primary" disabled>{texts.LESSON_START}</button>
    <button id="close-lesson">{texts.LESSON_NOT_NOW}</button>
    <span class="grow"></span>
    <button id="show-hidden" hidden>{texts.LESSON_SHOW_ALL}</button>
  </div>
</div>
"""
)
LINK_MARKUP = (
    f"""
<details id="link">
  <summary>{texts.LINK_SUMMARY}</summary>
  <div class="row">
    <label for="link-weights">{texts.LINK_WEIGHTS}</label>
    <select id="link-weights" class="grow">
      <option value="{RANDOM}">{texts.LINK_RANDOM}</option>
      <option value="{SHARED}">{texts.LINK_SHARED}</option>
    </select>
  </div>
  <fieldset>
    <legend>{texts.LINK_HIDES}</legend>"""
    + "".join(
        [
            f'<label><input type="checkbox" id="hide-{name}">{called}</label>'
            for name, called, _ in HIDEABLE
        ]
    )
    + f"""
  </fieldset>
  <div class="row">
    <input id="link-text" type="text" class="grow" readonly aria-label="{texts.LINK_LABEL}">
    <button id="copy-link">{texts.LINK_COPY}</button>
  </div>
  <p class="note" id="link-note" aria-live="polite"></p>
</details>
"""
)


class LessonPanel:
    def __init__(self, page: "Page") -> None:
        self._page = page
        self._browser = page.browser
        self._lessons = page.of(Lessons)
        self._settings = page.of(Settings)
        self._weights = page.of(Weights)

    def mount(self) -> None:
        find, listen = self._browser.element, self._browser.listen
        find("lesson-panel").innerHTML = MARKUP
        find("link-panel").innerHTML = LINK_MARKUP
        listen(find("preset"), "change", lambda event: self.on_preset())
        listen(find("start-lesson"), "click", lambda event: self.on_start())
        listen(find("close-lesson"), "click", lambda event: self.on_close())
        listen(find("show-hidden"), "click", lambda event: self.on_show())
        listen(find("copy-link"), "click", lambda event: self.on_copy())
        listen(find("link-weights"), "change", lambda event: self.render_link())
        for name in HIDEABLE_NAMES:
            listen(find(f"hide-{name}"), "change", lambda event: self.render_link())
        self._lessons.proposed.listen(self._propose)
        self._browser.on_window("hashchange", lambda event: self.on_link())
        self._page.watch(
            (
                self._lessons.lesson,
                self._page.bridge.state,
                self._weights.origin,
                self._settings.values,
                self._page.hidden,
            ),
            self.render,
        )
        self._page.watch((self._lessons.lesson, self._settings.values), self.render_link)
        self.on_link()
        self.render_link()

    def on_link(self) -> None:
        """Propose the lesson in the page's address, if there is one."""
        lesson = lesson_from_link(self._browser.fragment_fields())
        if lesson is not None:
            self._propose(lesson)

    def _propose(self, lesson: "Lesson") -> None:
        self._lessons.lesson.set(lesson)
        self._hide(lesson["hide"])
        self.render()
        self._browser.reveal(self._browser.element("lesson"))

    def on_preset(self) -> None:
        name = self._browser.element("preset").value
        if not name:
            self._hide([])  # otherwise no button would be left to show the parts again
        self._lessons.lesson.set(make_lesson(name) if name else None)

    def on_start(self) -> None:
        lesson = self._lessons.lesson.value
        if lesson is not None:
            self._lessons.start(lesson)

    def on_close(self) -> None:
        self._hide([])
        self._lessons.lesson.set(None)
        self._browser.element("preset").focus()

    def on_show(self) -> None:
        self._hide([])
        self._browser.element("start-lesson").focus()

    def _hide(self, names: list) -> None:
        """Hide these parts of the page and show the others."""
        self._page.hidden.set(names)
        for name, _, identifiers in HIDEABLE:
            for identifier in identifiers:
                self._browser.element(identifier).hidden = name in names

    def render(self) -> None:
        find, lesson = self._browser.element, self._lessons.lesson.value
        find("lesson").hidden = lesson is None
        find("preset").value = "" if lesson is None else lesson["preset"]
        if lesson is None:
            return
        find("lesson-title").textContent = lesson["title"]
        watch = lesson["watch"]
        if watch and ("figures" in self._page.hidden.value or "charts" in self._page.hidden.value):
            watch = texts.LESSON_WATCH_HIDDEN.format(watch=watch)
        find("lesson-watch").textContent = watch
        find("lesson-settings").textContent = describe_settings(lesson)
        problems = find("lesson-problems")
        problems.hidden = not lesson["problems"]
        problems.textContent = ""
        for problem in lesson["problems"]:
            item = self._browser.create_element("li")
            item.textContent = problem
            problems.appendChild(item)
        is_proposed = not lesson["is_started"]
        is_at_stake = is_proposed and self._weights.is_own
        warning = possible(common.LESSON_REPLACES, self._page) if is_at_stake else ""
        find("lesson-warning").textContent = warning
        start = texts.LESSON_START if is_proposed else texts.LESSON_START_AGAIN
        find("start-lesson").textContent = start
        find("start-lesson").disabled = not self._page.bridge.is_ready
        close = texts.LESSON_NOT_NOW if is_proposed else texts.LESSON_CLOSE
        find("close-lesson").textContent = close
        find("show-hidden").hidden = not self._page.hidden.value

    # The link

    def _link(self) -> str:
        find, lesson = self._browser.element, self._lessons.lesson.value
        preset = lesson["preset"] if lesson else ""
        weights = find("link-weights").value or RANDOM
        hide = [name for name in HIDEABLE_NAMES if find(f"hide-{name}").checked]
        fragment = link_of(preset, self._settings.values.value, weights, hide)
        return f"{self._browser.page_address()}#{fragment}"

    def render_link(self) -> None:
        self._browser.element("link-text").value = self._link()
        say(self._browser, "link-note", "")

    def on_copy(self) -> None:
        self._browser.run(self._copy())

    async def _copy(self) -> None:
        find = self._browser.element
        is_copied = await self._browser.copy_text(self._link())
        if not is_copied:
            find("link-text").select()
        words = texts.LINK_COPIED if is_copied else texts.LINK_SELECTED
        say(self._browser, "link-note", words, is_news=True)
