"""Small answers from the internet, as JSON: with time limits, retries and a name of our own.

Only `colocate fetch` and `colocate geocode` connect to anything; a run never does. Proxies are
those of the environment (HTTPS_PROXY, NO_PROXY), as `requests` reads them.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from colocate.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_S, READ_S = 10.0, 60.0
"""Longest wait for a connection, and for the next bytes of an answer."""

TRIES = 3
LONGEST_WAIT_S = 30
_BUSY = (429, 500, 502, 503, 504)


class Web:
    """A connection that says who asks, tries again where a server is busy, and never waits on."""

    def __init__(
        self, contact: str = "", *, connect_s: float = CONNECT_S, read_s: float = READ_S,
        tries: int = TRIES,
    ) -> None:  # fmt: skip
        """Prepare to ask.

        Args:
            contact: who asks, for the services; a role mailbox or a page.
            connect_s: longest wait for a connection, in seconds.
            read_s: longest wait for the next bytes, in seconds.
            tries: how often one thing is tried.
        """
        self.timeout = connect_s, read_s
        self.tries = tries
        said = f" ({contact})" if contact else ""
        self.agent = f"colocate/{version('colocate')}{said}"
        self._session = requests.Session()
        self._session.headers["User-Agent"] = self.agent
        retry = Retry(
            tries - 1, backoff_factor=0.5, backoff_max=LONGEST_WAIT_S, status_forcelist=_BUSY,
            allowed_methods={"GET", "HEAD"}, raise_on_status=False,
        )  # fmt: skip
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))

    def json(
        self, url: str, /, *, query: Mapping[str, object] | None = None, may_lack: bool = False
    ) -> Any:  # noqa: ANN401 - JSON may be anything
        """Return what a server answers.

        Args:
            url: where.
            query: what is asked.
            may_lack: whether 404 with JSON is an answer too.

        Raises:
            FetchError: no answer in time, a refusal, or no JSON.
        """
        answer = self._asked("GET", url, query=query, may_lack=may_lack)
        try:
            return answer.json()
        except ValueError:
            raise FetchError(
                f"{url}: answered with something else than JSON, perhaps the page of a proxy or "
                "login. Open it in a browser on this network."
            ) from None

    def size(self, url: str, /) -> int | None:
        """Return how many bytes a file has; None where the server does not say.

        Args:
            url: of the file.

        Raises:
            FetchError: no answer in time, or a refusal.
        """
        said = self._asked("HEAD", url).headers.get("Content-Length", "")
        return int(said) if said.isdecimal() else None

    def text(self, url: str, /) -> str:
        """Return a short text.

        Args:
            url: where.

        Raises:
            FetchError: no answer in time, or a refusal.
        """
        return str(self._asked("GET", url).text)

    def _asked(
        self,
        method: str,
        url: str,
        /,
        *,
        query: Mapping[str, object] | None = None,
        may_lack: bool = False,
    ) -> requests.Response:
        try:
            answer = self._session.request(
                method, url, params=dict(query or {}), timeout=self.timeout, allow_redirects=True
            )
        except requests.exceptions.RequestException as fault:
            raise FetchError(unreached(url, fault, tries=self.tries)) from None
        if not (answer.ok or (may_lack and answer.status_code == 404)):
            raise FetchError(refused(url, answer.status_code))
        return answer


def unreached(url: str, fault: Exception, /, *, tries: int) -> str:
    """Say that a server could not be reached, why, and what to do.

    Args:
        url: what was asked for.
        fault: what happened.
        tries: how often it was tried.
    """
    host = urlsplit(url).netloc
    slow = isinstance(fault, requests.exceptions.Timeout) or "timed out" in str(fault)
    what = "no answer in time" if slow else "no connection, or it broke off"
    return (
        f"{url}: {what} ({tries} tries; {type(fault).__name__}). Is this computer online, and may "
        f"it reach {host}? Where a proxy is needed, set HTTPS_PROXY. Nothing was left behind; a "
        "file fetched elsewhere can be put in its place by hand."
    )


def refused(url: str, status: int, /) -> str:
    """Say that a server refused.

    Args:
        url: what was asked for.
        status: the HTTP status.
    """
    moved = "it may have moved: see docs/data-sources.md for the publisher's page"
    busy = "the server is busy: try later"
    return f"{url}: the server answered {status}; {busy if status in _BUSY else moved}."
