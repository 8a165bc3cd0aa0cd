"""Fetching an address that somebody gave, without being led to our own machine or held up.

The name is resolved once and we connect to that very address, after looking where it leads; each
redirect is looked at again. Ten seconds in all and five MiB after unpacking, whatever the other
side does: a drip, an endless body, a bomb.
"""

import http.client
import io
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

from vwg.phrases import N_

SECONDS = 10
MOST_BYTES = 5 * 2**20
MOST_REDIRECTS = 3
PORTS = frozenset({80, 443, 8080, 8443})
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214: the middle half of its interface id
WHO = "vwg (an agenda; reads this calendar for its group)"


class CannotFetch(Exception):
    """`phrase` says why, for people; it never repeats what the other side said."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@dataclass(frozen=True)
class Answer:
    """`is_same`: not changed since the marks that were given (RFC 9110, 304); then there is no body."""

    is_same: bool
    body: bytes = b""
    etag: str = ""
    last_modified: str = ""


def leads_outside(address: str) -> bool:
    """Whether this address is of the public internet: what is wrapped in another one counts too.

    `is_global` alone lets multicast, 6to4 and NAT64 through.
    """
    try:
        given = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(each.is_global and not each.is_multicast and not each.is_reserved and not each.is_unspecified for each in _unwrapped(given))


@dataclass(frozen=True)
class Rules:
    """Where one may go. Tests that have a server of their own say so here."""

    allowed: Callable[[str], bool] = leads_outside
    ports: frozenset[int] | None = PORTS
    resolve: Callable[..., Any] = field(default=socket.getaddrinfo)


def calendar(address: str, etag: str = "", last_modified: str = "", rules: Rules | None = None) -> Answer:
    """The bytes at an http, https or webcal address. Raises CannotFetch."""
    rules, ends = rules or Rules(), time.monotonic() + SECONDS
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    try:
        for _ in range(MOST_REDIRECTS + 1):
            answer, further = _ask(address, asked, rules, ends)
            if answer is not None:
                return answer
            address = urljoin(address, further)
    except TimeoutError:
        raise CannotFetch(N_("It takes too long to answer.")) from None
    except (OSError, http.client.HTTPException, ValueError, UnicodeError, zlib.error):
        raise CannotFetch(N_("There is no answer at this address.")) from None
    raise CannotFetch(N_("This address leads from one to the next without end."))


# ---- inside


def _ask(address: str, asked: dict[str, str], rules: Rules, ends: float) -> tuple[Answer | None, str]:
    """The answer, or where it leads."""
    scheme, host, port, path = _parts(address, rules)
    where = _resolved(host, port, rules, ends)
    connection = socket.create_connection(where, timeout=_left(ends))
    try:
        if scheme == "https":
            connection = ssl.create_default_context().wrap_socket(connection, server_hostname=host)
        named = f"[{host}]" if ":" in host else host
        lines = [f"GET {path} HTTP/1.1", f"Host: {named}" + ("" if port in {80, 443} else f":{port}"), f"User-Agent: {WHO}", "Accept: text/calendar, */*;q=0.1"]
        lines += ["Accept-Encoding: gzip", "Connection: close", *(f"{name}: {value}" for name, value in asked.items() if value and value.isprintable() and value.isascii())]
        connection.settimeout(_left(ends))
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
        response = http.client.HTTPResponse(_Timed(connection, ends), method="GET")  # type: ignore[arg-type]  # of a socket it only makes a file
        response.begin()
        return _read(response)
    finally:
        connection.close()


def _read(response: http.client.HTTPResponse) -> tuple[Answer | None, str]:
    if response.status in {301, 302, 303, 307, 308}:
        return None, response.getheader("Location") or ""
    if response.status == 304:
        return Answer(is_same=True), ""
    if response.status in {401, 403, 404, 410}:
        raise CannotFetch(N_("There is no calendar at this address, or it is not public."))
    if response.status != 200:
        raise CannotFetch(N_("There is no answer at this address."))
    encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    unpack = zlib.decompressobj(47) if encoding in {"gzip", "x-gzip", "deflate"} else None
    body = bytearray()
    while chunk := response.read(65536):
        while chunk:
            body += unpack.decompress(chunk, MOST_BYTES + 1 - len(body)) if unpack else chunk
            if len(body) > MOST_BYTES:
                raise CannotFetch(N_("This calendar is too large for us."))
            chunk = unpack.unconsumed_tail if unpack else b""
    if response.length:  # it promised more
        raise CannotFetch(N_("The calendar stops in the middle."))
    return Answer(False, bytes(body), (response.getheader("ETag") or "")[:200], (response.getheader("Last-Modified") or "")[:100]), ""


def _parts(address: str, rules: Rules) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of an address that we would go to."""
    wrong = CannotFetch(N_("This is not a web address. Write it like www.example.org."))
    if any(sign <= " " or sign in '\\\x7f"<>^`{|}' for sign in address) or len(address) > 2000:
        raise wrong
    try:
        parts = urlsplit(address)
        scheme = {"webcal": "https", "webcals": "https"}.get(parts.scheme, parts.scheme)
        host = (parts.hostname or "").encode("idna").decode("ascii") if not (parts.hostname or "").isascii() else (parts.hostname or "")
        port = parts.port or (443 if scheme == "https" else 80)
    except (ValueError, UnicodeError):
        raise wrong from None
    if scheme not in {"http", "https"} or not host or parts.username is not None or parts.password is not None or host.startswith("."):
        raise wrong
    if rules.ports is not None and port not in rules.ports:
        raise CannotFetch(N_("We do not go to this address."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return scheme, host, port, "".join(sign if sign.isascii() else "".join(f"%{byte:02X}" for byte in sign.encode()) for sign in path)


def _resolved(host: str, port: int, rules: Rules, ends: float) -> tuple[str, int]:
    """The one address that we connect to; none when any of its addresses leads inside."""
    found: list[Any] = []

    def look_up() -> None:
        try:
            found.append(rules.resolve(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError, ValueError) as error:
            found.append(error)

    looking = threading.Thread(target=look_up, daemon=True)  # the system's own resolver knows no deadline
    looking.start()
    looking.join(_left(ends))
    if not found:
        raise TimeoutError
    if isinstance(found[0], Exception):
        raise CannotFetch(N_("There is no answer at this address."))
    addresses = [str(each[4][0]) for each in found[0]]
    if not addresses or not all(rules.allowed(address) for address in addresses):
        raise CannotFetch(N_("We do not go to this address."))
    return addresses[0], port


def _unwrapped(given: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    """The address and the one inside it: mapped, 6to4, Teredo (server and client), NAT64, ISATAP, compatible."""
    if isinstance(given, IPv4Address):
        return [given]
    inside: list[IPv4Address | IPv6Address] = []
    if given.ipv4_mapped is not None:
        return [given.ipv4_mapped]
    if given.sixtofour is not None:
        inside.append(given.sixtofour)
    if given.teredo is not None:
        inside += given.teredo
    if given in NAT64:
        return [IPv4Address(int(given) & 0xFFFFFFFF)]
    if (int(given) >> 32) & 0xFFFFFFFF in ISATAP or int(given) >> 32 == 0:
        inside.append(IPv4Address(int(given) & 0xFFFFFFFF))
    return [given, *inside]


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Timed(io.RawIOBase):
    """A socket whose every read ends when the whole time is over: a drip does not start the clock anew."""

    def __init__(self, connection: socket.socket, ends: float) -> None:
        self._connection, self._ends = connection, ends

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._ends))
        return self._connection.recv_into(buffer)
