"""Whose word about the caller counts: the proxies before the house say who asked, by which scheme and host.

A header is only text that anybody can send.  From an address that is not named as a proxy these are taken away before
anything reads them; from one that is named, exactly so many entries count as proxies stand in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, TypeAlias

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Wsgi: TypeAlias = "Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]"

SAID_BY_PROXIES = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX", "HTTP_X_FORWARDED_BY", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_REQUEST_ID",
)  # fmt: skip
PEER = "yichuang.peer"
"""The key in the environment of the address that is really connected."""
UNTRUSTED = "yichuang.untrusted"
"""The key that tells that somebody who is no trusted proxy spoke as one: the caller may be anybody."""


class Addresses:
    """A list of addresses and networks."""

    def __init__(self, networks: Iterable[str]) -> None:
        """Take ``networks`` as text: ``10.1.0.5``, ``10.2.0.0/16``, ``::1``."""
        self._networks = [ip_network(one, strict=False) for one in networks]

    def hold(self, address: str) -> bool:
        """Tell whether ``address`` is one of them; what is no address is none."""
        try:
            found = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(found, "ipv4_mapped", None)
        return any((mapped or found) in network for network in self._networks)


class BehindProxies:
    """A WSGI application that hears of its callers through trusted proxies only."""

    def __init__(self, app: Wsgi, trusted: Iterable[str], count: int = 1) -> None:
        """Serve ``app`` behind ``count`` proxies in a row, each at one of the ``trusted`` addresses."""
        self._app = app
        self._fixed = ProxyFix(app, x_for=count, x_proto=1, x_host=1, x_port=0, x_prefix=0)
        self._trusted = Addresses(trusted)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        """Answer a request."""
        environ[PEER] = environ.get("REMOTE_ADDR", "")
        if self._trusted.hold(environ[PEER]):
            return self._fixed(environ, start_response)
        said = [name for name in SAID_BY_PROXIES if environ.pop(name, None) is not None]
        environ[UNTRUSTED] = bool(said)
        return self._app(environ, start_response)
