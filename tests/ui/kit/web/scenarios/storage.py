"""kit/web/storage.py"""

import js

from app.pyscript.kit import texts
from app.pyscript.kit.web import storage
from tests.ui.kit.web.scenarios.tools import listed, raised

SITE = "https://digits.test/school/digits"


async def what_is_remembered_is_recalled_under_this_sites_name() -> None:
    assert await storage.recall("tour") == ""
    await storage.remember("tour", "taken")
    assert await storage.recall("tour") == "taken"
    assert js.stage.remembered("/school/digits/tour") == "taken"


async def a_browser_that_forbids_it_says_so_in_words() -> None:
    js.stage.isForbidden = True
    for trying in (storage.recall("tour"), storage.remember("tour", "taken")):
        error = await raised(trying)
        assert isinstance(error, OSError)
        assert str(error) == texts.BROWSER_KEEPS_NOTHING


async def a_full_storage_keeps_what_it_had() -> None:
    await storage.remember("tour", "taken")
    js.stage.isFull = True
    assert str(await raised(storage.remember("tour", "x"))) == texts.BROWSER_KEEPS_NOTHING
    assert await storage.recall("tour") == "taken"


async def the_fragment_is_taken_out_of_the_address() -> None:
    storage.forget_fragment()
    assert js.stage.history[0][2] == "/school//digits/index.html?trace"


async def whether_it_is_kept_for_good_is_known_or_not() -> None:
    assert await storage.is_storage_persistent() is None
    js.stage.storageManager(False)
    assert await storage.is_storage_persistent() is False
    js.stage.storageManager(True)
    assert await storage.persist_storage() is True
    js.stage.storageManager(None)
    assert await storage.persist_storage() is None


async def a_kept_page_knows_that_it_is_one() -> None:
    assert not storage.is_kept_page()
    js.document.documentElement.setAttribute("data-offline", "")
    assert storage.is_kept_page()
    assert storage.is_secure()
    assert not storage.has_service_workers()


async def the_page_is_kept_by_a_worker_of_this_site() -> None:
    js.stage.serviceWorkers(True)
    assert storage.has_service_workers()
    await storage.keep_page("/service-worker.js", 1)
    assert listed(js.stage.registrations) == [f"{SITE}/service-worker.js"]


async def a_page_that_cannot_be_kept_in_time_is_told() -> None:
    js.stage.serviceWorkers(False)
    assert isinstance(await raised(storage.keep_page("/service-worker.js", 0.02)), OSError)


async def forgetting_leaves_what_is_of_others_on_the_same_host() -> None:
    js.stage.serviceWorkers(True)
    js.stage.scope = "https://digits.test/"  # of a site that contains this one
    await storage.forget_page()
    assert js.stage.unregistered == 0
    assert listed(js.stage.caches) == ["digits-a", "/school/digits/other"]
    js.stage.scope = f"{SITE}/"
    await storage.forget_page()
    assert js.stage.unregistered == 1
    assert js.stage.reloads == 2
