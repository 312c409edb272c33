"""What visitors read of whether the page works without its server."""

OFFLINE_KEPT = "This page is kept in your browser: it works without its server too."
OFFLINE_AWAY = (
    "The server did not answer, so this is the page as your browser kept it. Drawing, reading and "
    "training on the digits that came before work; publishing and new digits wait for the server. "
    "If something else is at this address now, stop keeping the page to get there."
)
OFFLINE_STOP = "Stop keeping this page"
OFFLINE_INSECURE = (
    "This page needs its server: browsers keep pages only if they come over HTTPS, or from the "
    "same machine."
)
OFFLINE_UNSUPPORTED = (
    "This page needs its server: this browser, or its private mode, keeps no pages."
)
OFFLINE_NOT_KEEPING = (
    "This page needs its server: the browser could not keep it, perhaps for lack of room."
)
