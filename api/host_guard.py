"""Refuses requests for hosts that are not ours (hosts.py): a WSGI layer around everything, files
too."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from api.errors import problem
from api.hosts import Hosts
from api.views.parameters import shown


class HostGuard:
    def __init__(self, application: WSGIApplication, hosts: Hosts, proxies: int) -> None:
        self._application = application
        self._hosts = hosts
        self._proxies = proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST")
        if host is None or host in self._hosts:  # without one, it is not a browser
            return self._application(environ, start_response)
        refusal = problem(
            421,
            f"This service is not known as {shown(host)}, which came in the header "
            f"{host_header(environ, self._proxies)}. Ask for it by a name or address of its "
            "machine. Whoever runs it can add names with the setting DIGITS_HOSTS; a proxy before "
            "it has to pass on the Host that it was asked for.",
        )
        return refusal(environ, start_response)


def host_header(environ: WSGIEnvironment, proxies: int) -> str:
    """The header that names the host, behind this many proxies."""
    is_forwarded = proxies > 0 and "HTTP_X_FORWARDED_HOST" in environ
    return "X-Forwarded-Host" if is_forwarded else "Host"
