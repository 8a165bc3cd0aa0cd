"""An address that somebody gave leads nowhere inside, however it is spelled, and never holds us up."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from vwg import fetch

INSIDE = [
    "127.0.0.1", "127.1", "127.0.1", "0", "0.0.0.0", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.255.255.254", "10.0.0.1",
    "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.1.1", "169.254.169.254", "169.254.0.1", "100.64.0.1", "192.0.0.1", "192.0.2.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:169.254.169.254]", "[::ffff:10.0.0.1]", "[::127.0.0.1]", "[fe80::1]",
    "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[ff0e::1]", "[2002:7f00:1::]", "[2002:a00:1::]", "[2002:a9fe:a9fe::]", "[64:ff9b::7f00:1]", "[64:ff9b::a00:1]",
    "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::7f00:1]", "[2001:0:7f00:1::]", "[2001::f5ff:fffe]", "[2001:db8::1]", "[100::1]", "[fec0::1]", "[2a00:1450::5efe:7f00:1]",
    "[2a00:1450::200:5efe:a00:1]", "localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "①②⑦.⓪.⓪.①", "１２７.０.０.１",
]  # fmt: skip
WRONG = [
    "file:///etc/passwd", "gopher://127.0.0.1/", "ftp://example.org/", "//127.0.0.1/", "http://", "http:///x", "http://a@127.0.0.1/", "http://example.org@127.0.0.1/",
    "http://127.0.0.1\\@example.org/", "http://exa mple.org/", "http://example.org\r\nHost: x/", "http://[::1", "http://example.org:99999/", "http://example.org:22/", "http://127.0.0.1:6379/",
    "data:text/calendar,x", "http://" + "a" * 3000,
]  # fmt: skip


def serve(answer: Callable[[socket.socket], None]) -> tuple[str, list[Any], socket.socket]:
    """A listener of our own; `answer` says what it does to each that comes."""
    listener = socket.create_server(("127.0.0.1", 0))
    came: list[Any] = []

    def run() -> None:
        while True:
            try:
                connection, peer = listener.accept()
            except OSError:
                return
            came.append(peer)
            threading.Thread(target=hold, args=(connection,), daemon=True).start()

    def hold(connection: socket.socket) -> None:
        try:
            connection.recv(65536)
            answer(connection)
        except OSError:
            pass
        finally:
            connection.close()

    threading.Thread(target=run, daemon=True).start()
    return f"127.0.0.1:{listener.getsockname()[1]}", came, listener


def with_body(body: bytes, head: str = "") -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(f"HTTP/1.1 200 OK\r\n{head}Connection: close\r\n\r\n".encode() + body)


@pytest.fixture
def canary() -> Iterator[tuple[str, list[Any]]]:
    where, came, listener = serve(with_body(b"secret"))
    yield where, came
    listener.close()


NO_PORTS = fetch.Rules(ports=None)


@pytest.mark.parametrize("host", INSIDE)
def test_no_spelling_leads_inside(host: str, canary: tuple[str, list[Any]]) -> None:
    port = canary[0].rpartition(":")[2]
    for address in (f"http://{host}:{port}/", f"https://{host}:{port}/", f"webcal://{host}:{port}/"):
        with pytest.raises(fetch.CannotFetch):
            fetch.calendar(address, rules=NO_PORTS)
    assert canary[1] == []


@pytest.mark.parametrize("host", INSIDE)
def test_no_redirect_and_no_second_look_leads_inside(host: str, canary: tuple[str, list[Any]]) -> None:
    port = canary[0].rpartition(":")[2]
    target = f"http://{host}:{port}/"
    where, _, listener = serve(lambda connection: connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\n\r\n".encode()))
    ours = where.rpartition(":")[2]

    def resolve(name: str, number: int, **given: Any) -> Any:
        """`outside.example` stands for a server out there: the test's own."""
        return socket.getaddrinfo("127.0.0.1" if name == "outside.example" else name, number, **given)

    outside = fetch.Rules(ports=None, resolve=resolve, allowed=lambda address: fetch.leads_outside(address) or hop.pop())
    hop = [False] * 50 + [True]  # the first hop is the test's own server; after it the true rule
    with pytest.raises(fetch.CannotFetch):
        fetch.calendar(f"http://outside.example:{ours}/", rules=outside)
    listener.close()
    assert canary[1] == []


def test_the_canary_sings_when_nobody_looks_where_a_redirect_leads(canary: tuple[str, list[Any]]) -> None:
    where, _, listener = serve(lambda connection: connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: http://{canary[0]}/\r\n\r\n".encode()))
    assert fetch.calendar(f"http://{where}/", rules=fetch.Rules(ports=None, allowed=lambda _address: True)).body == b"secret"
    listener.close()
    assert len(canary[1]) == 1


def test_a_name_that_answers_otherwise_the_second_time_is_asked_once(canary: tuple[str, list[Any]]) -> None:
    port, asked = canary[0].rpartition(":")[2], []

    def rebinding(name: str, number: int, **_: Any) -> Any:
        asked.append(name)
        address = "192.0.2.1" if len(asked) == 1 else "127.0.0.1"  # TEST-NET first, our machine after it
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, number))]

    looked: list[str] = []
    rules = fetch.Rules(ports=None, resolve=rebinding, allowed=lambda address: not looked.append(address) and address == "192.0.2.1")
    with pytest.raises(fetch.CannotFetch):
        fetch.calendar(f"http://rebind.example:{port}/", rules=rules)
    assert (asked, looked, canary[1]) == (["rebind.example"], ["192.0.2.1"], [])


@pytest.mark.parametrize("host", INSIDE)
def test_a_name_that_leads_inside_the_second_time_is_not_asked_a_second_time(host: str, canary: tuple[str, list[Any]]) -> None:
    """Rebinding: first an address out there (here one where nobody listens), then each of these."""
    port, asked = canary[0].rpartition(":")[2], []

    def rebinding(name: str, number: int, **given: Any) -> Any:
        asked.append(name)
        return socket.getaddrinfo("127.0.0.2" if len(asked) == 1 else host.strip("[]"), number, **given)

    with pytest.raises(fetch.CannotFetch):
        fetch.calendar(f"http://rebind.example:{port}/", rules=fetch.Rules(ports=None, resolve=rebinding, allowed=lambda address: address == "127.0.0.2"))
    assert (asked, canary[1]) == (["rebind.example"], [])


def test_ten_seconds_and_five_mebibytes_are_what_we_give_anybody() -> None:
    assert (fetch.SECONDS, fetch.MOST_BYTES, len(set(INSIDE)) >= 60) == (10, 5 * 2**20, True)


def test_one_address_inside_among_others_is_enough_to_stay_away(canary: tuple[str, list[Any]]) -> None:
    def both(_name: str, number: int, **_: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, number)) for address in ("93.184.215.14", "127.0.0.1")]

    with pytest.raises(fetch.CannotFetch, match="We do not go"):
        fetch.calendar("http://both.example/", rules=fetch.Rules(resolve=both))


@pytest.mark.parametrize("address", WRONG)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(fetch.CannotFetch):
        fetch.calendar(address)


OURS = fetch.Rules(allowed=lambda _address: True, ports=None)


def fetched(answer: Callable[[socket.socket], None], path: str = "/") -> tuple[Any, float]:
    where, _, listener = serve(answer)
    began = time.monotonic()
    try:
        return fetch.calendar(f"http://{where}{path}", rules=OURS), time.monotonic() - began
    except fetch.CannotFetch as refusal:
        return refusal.phrase, time.monotonic() - began
    finally:
        listener.close()


def test_a_calendar_comes_as_it_is_or_packed() -> None:
    assert fetched(with_body(b"BEGIN"))[0].body == b"BEGIN"
    assert fetched(with_body(gzip.compress(b"BEGIN"), "Content-Encoding: gzip\r\n"))[0].body == b"BEGIN"
    assert fetched(with_body(b"5\r\nBEGIN\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\nETag: \"a\"\r\n"))[0].etag == '"a"'


def test_bombs_and_endless_bodies_stop_at_five_mebibytes() -> None:
    too_large = "This calendar is too large for us."
    assert fetched(with_body(gzip.compress(b"\0" * (60 * 2**20)), "Content-Encoding: gzip\r\n"))[0] == too_large
    assert fetched(with_body(b"x" * (5 * 2**20 + 1)))[0] == too_large

    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    assert fetched(endless)[0] == too_large
    assert fetched(with_body(b"half", "Content-Length: 100\r\n"))[0] in {"There is no answer at this address.", "The calendar stops in the middle."}


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-A: "])
def test_a_drip_does_not_hold_us_up(head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "SECONDS", 1.5)  # ten in life

    def drip(connection: socket.socket) -> None:
        connection.sendall(head)
        for _ in range(600):  # a minute
            connection.sendall(b"H")
            threading.Event().wait(0.1)

    said, took = fetched(drip)
    assert said == "It takes too long to answer." and took < 30


def test_going_round_in_circles_ends() -> None:
    where, came, listener = serve(lambda connection: connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n"))
    with pytest.raises(fetch.CannotFetch, match="without end"):
        fetch.calendar(f"http://{where}/", rules=OURS)
    listener.close()
    assert len(came) == fetch.MOST_REDIRECTS + 1


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "2002:0101:0101::", "64:ff9b::101:101"])
def test_the_public_internet_is_outside(address: str) -> None:
    assert fetch.leads_outside(address)
