from app.pyscript.kit.clicks import on_clicks
from tests.ui.fake_browser import FakeBrowser


def test_each_button_does_its_own(browser: FakeBrowser) -> None:
    browser.get(
        "grid-panel"
    ).innerHTML = '<button id="save">Save</button><button id="go">Go</button>'
    clicked: list[str] = []
    on_clicks(
        browser,
        ("save", lambda: clicked.append("saved")),
        ("go", lambda: clicked.append("gone")),
    )
    browser.get("go").click()
    browser.get("save").click()

    assert clicked == ["gone", "saved"]
