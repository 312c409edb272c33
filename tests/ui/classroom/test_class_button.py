"""The way into a class, from the header's button or a link to the board or the strip."""

import json

import pytest

from app.pyscript.classroom.class_button import ClassButton, key_of, letters_of
from app.pyscript.classroom.memory import KEY
from app.pyscript.classroom.state import Classroom
from app.pyscript.page import Page
from app.pyscript.weights.state import Weights
from tests.ui.class_page import (
    CODE,
    PROJECTOR_VIEW,
    SECRET,
    VIEW,
    joined,
    kept,
    of_pupil,
    of_teacher,
    pupil,
    started,
)
from tests.ui.fake_browser import FakeBrowser, FetchError
from tests.ui.live_page import notices


@pytest.fixture
def button(page: Page, browser: FakeBrowser) -> ClassButton:
    browser.root().setAttribute("data-classes", "on")
    return ClassButton(page)


def mount(browser: FakeBrowser, button: ClassButton) -> None:
    button.mount()
    browser.settle()


def remembered(browser: FakeBrowser) -> dict[str, object] | None:
    assert browser.memory is not None
    found: dict[str, object] | None = json.loads(browser.memory[KEY] or "null")
    return found


def start(browser: FakeBrowser, title: str = "8b") -> None:
    browser.get("open-class").click()
    browser.get("class-title").value = title
    browser.get("start-class").click()
    browser.settle()


def join(browser: FakeBrowser, code: str = CODE, name: str = "") -> None:
    browser.get("open-class").click()
    browser.get("join-code").value = code
    browser.get("join-name").value = name
    browser.get("join-class").click()
    browser.settle()


@pytest.mark.parametrize("allowed", ["off", ""])
def test_a_server_without_classes_offers_none(
    browser: FakeBrowser, page: Page, allowed: str
) -> None:
    browser.root().setAttribute("data-classes", allowed)
    ClassButton(page).mount()

    assert browser.element("open-class") is None


class TestStarting:
    def test_opens_the_board_and_is_kept(self, browser: FakeBrowser, button: ClassButton) -> None:
        mount(browser, button)
        start(browser)
        request = browser.request("/api/classes")
        assert (request.method, request.body, request.token) == ("POST", {"title": "8b"}, "")
        assert browser.get("start-class").disabled
        request.resolve(started())
        browser.settle()

        assert not browser.get("door").open
        assert browser.get("board").open
        assert browser.streams[-1].path == f"/api/classes/{CODE}/events?view={VIEW}"
        membership = remembered(browser)
        assert membership is not None
        assert (membership["secret"], membership["role"]) == (SECRET, "teacher")
        assert browser.text("open-class") == f"Class {CODE}"

        browser.streams[-1].send("class", of_teacher())
        browser.settle()
        assert browser.text("board-title") == "8b"
        assert browser.text("board-letters") == CODE
        assert browser.text("board-address") == "http://192.168.1.5:8000/"
        assert browser.get("board-qr").getAttribute("src") == (
            f"http://digits.test/api/classes/{CODE}/qr.svg"
        )

    def test_a_refusal_is_said_at_the_door(self, browser: FakeBrowser, button: ClassButton) -> None:
        mount(browser, button)
        start(browser)
        error = FetchError(429, "/api/classes: too often", "You start classes too often.")
        browser.request("/api/classes").reject(error)
        browser.settle()

        assert browser.text("door-problem") == "You start classes too often."
        assert browser.get("door").open
        assert not browser.get("start-class").disabled

    def test_the_operators_token_is_sent_where_it_is_wanted(
        self, browser: FakeBrowser, page: Page
    ) -> None:
        browser.root().setAttribute("data-classes", "admin")
        mount(browser, ClassButton(page))
        browser.get("open-class").click()
        assert not browser.get("class-token-part").hidden
        browser.get("class-token").value = "the-token"
        browser.get("start-class").click()
        browser.settle()

        assert browser.request("/api/classes").token == "the-token"

    def test_says_that_nobody_can_reach_it(self, browser: FakeBrowser, button: ClassButton) -> None:
        mount(browser, button)
        start(browser)
        browser.request("/api/classes").resolve({**started(), "is_reachable": False})
        browser.settle()

        assert "HOST=0.0.0.0" in browser.text("board-how")


class TestJoining:
    def test_shows_the_strip(self, browser: FakeBrowser, button: ClassButton) -> None:
        mount(browser, button)
        join(browser, "bc df", "")
        request = browser.request(f"/api/classes/{CODE}/pupils")
        assert request.body == {"name": None}
        request.resolve(joined())
        browser.settle()
        browser.streams[-1].send("class", of_pupil())
        browser.settle()

        assert not browser.get("class-strip").hidden
        assert browser.text("strip-class") == "8b"
        assert browser.text("strip-name") == "You are Otter"
        assert browser.get("open-class").hidden
        assert (remembered(browser) or {})["role"] == "pupil"

    def test_needs_a_code(self, browser: FakeBrowser, button: ClassButton) -> None:
        mount(browser, button)
        join(browser, " ")

        assert browser.requests == []
        assert "four letters" in browser.text("door-problem")

    def test_says_why_not(self, browser: FakeBrowser, button: ClassButton) -> None:
        mount(browser, button)
        for error, said in (
            (FetchError(404, "", "There is no class BCDF."), "There is no class BCDF."),
            (FetchError(0, "no answer"), "The class's computer does not answer. Are you on"),
        ):
            join(browser)
            browser.request(f"/api/classes/{CODE}/pupils").reject(error)
            browser.settle()
            assert browser.text("door-problem").startswith(said)

    def test_by_the_enter_key(self, browser: FakeBrowser, button: ClassButton) -> None:
        mount(browser, button)
        browser.get("open-class").click()
        browser.get("join-code").value = "bcdf"
        browser.get("join-code").fire("input")
        assert browser.get("join-code").value == CODE
        browser.get("join-name").press("Enter")
        browser.settle()

        browser.request(f"/api/classes/{CODE}/pupils")


class TestLinks:
    def test_a_class_opens_the_door(self, browser: FakeBrowser, button: ClassButton) -> None:
        browser.fragment = [("class", "bcdf")]
        mount(browser, button)

        assert browser.get("door").open
        assert browser.get("join-code").value == CODE
        assert browser.get("start-class-part").hidden

    def test_the_teachers_secret_makes_a_teacher_and_leaves_the_address(
        self, page: Page, browser: FakeBrowser, button: ClassButton
    ) -> None:
        browser.fragment = [("teach", f"{CODE}:{SECRET}")]
        mount(browser, button)
        assert browser.fragment == []
        request = browser.request(f"/api/classes/{CODE}")
        assert request.token == SECRET
        request.resolve({**started(), "role": "teacher"})
        browser.settle()

        assert page.of(Classroom).role == "teacher"
        assert browser.get("board").open
        assert (remembered(browser) or {})["secret"] == SECRET

    @pytest.mark.parametrize(
        "answer", [FetchError(401, "", "This secret is unknown."), {**joined(), "role": "pupil"}]
    )
    def test_another_secret_does_not(
        self, page: Page, browser: FakeBrowser, button: ClassButton, answer: object
    ) -> None:
        browser.fragment = [("teach", f"{CODE}:{SECRET}")]
        mount(browser, button)
        request = browser.request(f"/api/classes/{CODE}")
        if isinstance(answer, FetchError):
            request.reject(answer)
        else:
            request.resolve(answer)
        browser.settle()

        assert page.of(Classroom).membership.value is None
        assert notices(page)[0][0] == "The link to the board did not work"

    def test_the_projector_only_shows(self, browser: FakeBrowser, button: ClassButton) -> None:
        assert browser.memory is not None
        browser.memory[KEY] = json.dumps(kept("teacher"))
        browser.fragment = [("projector", f"{CODE}:{PROJECTOR_VIEW}")]
        mount(browser, button)
        (stream,) = browser.streams
        assert stream.path.endswith(PROJECTOR_VIEW)
        stream.send("class", {**of_teacher(pupil(1, "Otter")), "role": "projector"})
        browser.settle()

        assert browser.get("board").classList.contains("is-projector")
        assert browser.get("board-orders").hidden
        assert browser.get("tile-1-name").tag == "strong"
        assert browser.get("board").fire("cancel").is_prevented
        assert (remembered(browser) or {})["view"] == VIEW, "the browser's own class stays"

    @pytest.mark.parametrize("text", ["", "12", ":"])
    def test_what_names_no_class_is_none(
        self, browser: FakeBrowser, button: ClassButton, text: str
    ) -> None:
        browser.fragment = [("class", text), ("teach", text), ("projector", text)]
        mount(browser, button)

        assert browser.element("door") is None
        assert browser.requests == []

    def test_one_browser_is_in_one_class(self, browser: FakeBrowser, button: ClassButton) -> None:
        assert browser.memory is not None
        browser.memory[KEY] = json.dumps(kept("teacher"))
        browser.fragment = [("class", "GHJK")]
        mount(browser, button)

        assert "is in class BCDF" in browser.text("door-problem")
        assert browser.get("join-class").disabled


class TestReload:
    def test_is_back_in_the_class(
        self, page: Page, browser: FakeBrowser, button: ClassButton
    ) -> None:
        assert browser.memory is not None
        browser.memory[KEY] = json.dumps(kept("pupil"))
        mount(browser, button)

        assert page.of(Classroom).role == "pupil"
        assert not browser.get("class-strip").hidden
        assert len(browser.streams) == 1

    def test_a_teacher_finds_the_board_behind_the_button(
        self, browser: FakeBrowser, button: ClassButton
    ) -> None:
        assert browser.memory is not None
        browser.memory[KEY] = json.dumps(kept("teacher"))
        mount(browser, button)
        assert not browser.get("board").open
        browser.get("open-class").click()

        assert browser.get("board").open

    @pytest.mark.parametrize("text", ["{", "[]", '{"code": 1}', ""])
    def test_what_is_no_membership_is_none(
        self, page: Page, browser: FakeBrowser, button: ClassButton, text: str
    ) -> None:
        assert browser.memory is not None
        browser.memory[KEY] = text
        mount(browser, button)

        assert browser.streams == []

    def test_a_browser_that_keeps_nothing_is_in_it_until_then(
        self, page: Page, browser: FakeBrowser, button: ClassButton
    ) -> None:
        browser.memory = None
        mount(browser, button)
        join(browser)
        browser.request(f"/api/classes/{CODE}/pupils").resolve(joined())
        browser.settle()

        assert page.of(Classroom).role == "pupil"


class TestTheEnd:
    @pytest.mark.parametrize(
        ("reason", "said"),
        [("ended", "The class is over"), ("removed", "You are no longer in the class")],
    )
    def test_is_told_and_forgotten(
        self, page: Page, browser: FakeBrowser, button: ClassButton, reason: str, said: str
    ) -> None:
        assert browser.memory is not None
        browser.memory[KEY] = json.dumps(kept("pupil"))
        mount(browser, button)
        browser.streams[-1].send("class", of_pupil())
        assert page.of(Weights).member == (CODE, SECRET), "who publishes, for the limits"
        browser.streams[-1].send("end", {"reason": reason})
        browser.advance(60_000)

        assert page.of(Weights).member == ()
        assert notices(page)[0][0] == said
        assert browser.get("class-strip").hidden
        assert not browser.get("open-class").hidden
        assert remembered(browser) is None
        assert len(browser.streams) == 1

    @pytest.mark.parametrize(("status", "said"), [(404, "is over"), (401, "no longer in")])
    def test_is_found_out_after_a_break(
        self, page: Page, browser: FakeBrowser, button: ClassButton, status: int, said: str
    ) -> None:
        assert browser.memory is not None
        browser.memory[KEY] = json.dumps(kept("pupil"))
        mount(browser, button)
        browser.streams[-1].fail()
        browser.advance(600)
        request = browser.request(f"/api/classes/{CODE}")
        assert request.token == SECRET
        request.reject(FetchError(status, "no"))
        browser.settle()

        assert said in notices(page)[0][0]
        assert page.of(Classroom).membership.value is None


def test_codes_and_keys_are_plain_signs() -> None:
    assert letters_of(" b-C d1f\u00e9") == "BCDF"
    assert key_of("aZ-_09") == "aZ-_09"
    assert key_of("a b") == key_of("") == key_of("a/b") == key_of("\u00e9") == ""
