"""browser.py"""

from app.pyscript import browser


async def every_name_that_is_imported_later_is_there() -> None:
    for names in browser.LATER.values():
        for name in names:
            assert getattr(browser, name) is not None, name


async def another_name_is_not() -> None:
    assert not hasattr(browser, "fax")
