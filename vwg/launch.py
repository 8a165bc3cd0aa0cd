"""`python3 app.py`, once inside .venv: database, first people, web server and worker.

This process makes the house ready, forks the two (what is imported is imported once, and a second
start is quick) and then only watches them. When it ends, they end; when one of them ends
by itself, everything does.
"""

import ctypes
import errno
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPException
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from types import FrameType
from typing import Any, NoReturn

from flask import Flask
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.log import LogLevels
from granian.server.mp import MPServer

from vwg import create_app, opening, worker
from vwg.config import Misconfigured

USAGE = """\
python3 app.py                        open the house (HOST, else 127.0.0.1; PORT, else 8000)
python3 app.py test [for pytest …]    run the tests"""
ASKED_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_ANSWER = 30
SECONDS_TO_CLOSE = 8
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # prctl(2)


def main(arguments: list[str]) -> int:
    """The exit status: 0 after an end that was asked for, 1 when something is in the way."""
    match arguments:
        case []:
            try:
                return open_house(os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000")
            except (Misconfigured, opening.NoDatabase) as in_the_way:
                sys.exit(str(in_the_way))
        case ["test", *rest]:
            os.execv(sys.executable, [sys.executable, "-m", "pytest", *rest])
        case _:
            print(USAGE)
            return 0 if arguments[0] in {"-h", "--help", "help"} else 2


def open_house(host: str, port: str) -> int:
    for number in ASKED_TO_END:
        signal.signal(number, _leave)
    children: list[ForkProcess] = []
    with take_port(host, port) as door:
        address = door.getsockname()[:2]
        app = create_app()
        welcome = opening.make_ready(app)
        try:
            children.append(start("web server", serve, app, door))
            children.append(start("worker", go_round, app, door))
            door.close()  # ours; the web server has its own, and when it is gone nobody answers
            if answers(*address):
                print(welcome, "Ctrl-C closes the house.", sep="\n", flush=True)
            return watch(children)
        finally:
            close(children)


def take_port(host: str, port: str) -> socket.socket:
    """The port, bound and kept, so that nobody takes it while we prepare. Ends with a sentence when it cannot."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        sys.exit(f"PORT is a number from 1 to 65535, not {port!r}.")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        door = socket.socket(family, kind)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
        door.listen()
    except OSError as error:
        sys.exit(_why_not(error, host, int(port)))
    return door


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken: perhaps the house is open already, at http://{host}:{port}/.\n"
            f"To open it at another port: PORT={port + 1 if port < 65535 else 8001} python3 app.py"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than you have. Try one above 1023: PORT=8000 python3 app.py"
    return f"HOST={host} is not an address of this machine."


def serve(app: Flask, door: socket.socket) -> None:
    """One process with eight threads: they share what it remembers."""
    multiprocessing.set_start_method("fork", force=True)  # so that the server's child has the house as it stands
    WebServer(door).serve(target_loader=partial(_in_the_child, app), wrap_loader=False)


class FirstLine(logging.Formatter):
    """What follows it, of a mistake outside the application, may hold somebody's secret link."""

    def format(self, record: logging.LogRecord) -> str:
        return record.getMessage().partition("\n")[0]


LOGGED = {
    "formatters": {"first line": {"()": FirstLine}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "first line"}},
    "loggers": {"_granian": {"handlers": ["stderr"], "propagate": False}},
}


class WebServer(MPServer):
    """Who asks slowly, or takes the answer slowly, holds none of the threads; only one who sends a form slowly does."""

    def __init__(self, door: socket.socket) -> None:
        super().__init__(
            "vwg", interface=Interfaces.WSGI, http=HTTPModes.http1, websockets=False, runtime_mode=RuntimeModes.st,
            blocking_threads=8, blocking_threads_idle_timeout=600, workers_kill_timeout=5,
            log_level=LogLevels.error, log_dictconfig=LOGGED,
        )  # fmt: skip
        self.door = door

    def _init_shared_socket(self) -> None:
        """Ours, where it would take a port of its own: from the first moment nobody else could have it."""
        os.set_blocking(self.door.fileno(), False)
        self._ssp, self._sso = None, self.door
        self._shd = SocketHolder(self.door.fileno(), False, self.backlog)  # type: ignore[call-arg,assignment]  # granian does so where it cannot share a port; its stubs do not say so


def _in_the_child(app: Flask) -> Flask:
    _end_with_the_parent("web server")
    return app


def go_round(app: Flask, door: socket.socket) -> None:
    door.close()
    with app.app_context():
        worker.run()


def start(name: str, work: Callable[..., None], *what: Any) -> ForkProcess:
    child = multiprocessing.get_context("fork").Process(target=_live, args=(name, work, *what), name=name)
    child.start()
    return child


def _live(name: str, work: Callable[..., None], *what: Any) -> None:
    """A child, in a session of its own: Ctrl-C reaches only the parent, which ends us in order."""
    for number in ASKED_TO_END:
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    _end_with_the_parent(name)
    work(*what)


def _end_with_the_parent(name: str) -> None:
    """Even when it is killed without a word."""
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None)
        kernel.prctl(PR_SET_NAME, name.encode())  # what `ps` calls us
        kernel.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def answers(host: str, port: int) -> bool:
    """Waits for the first answer; whatever it says, somebody is in. A dead web server refuses at once."""
    connection = HTTPConnection(host, port, timeout=SECONDS_TO_ANSWER)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        connection.getresponse().read()
        return True
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def watch(children: list[ForkProcess]) -> int:
    """Until one of them ends, which none should."""
    ended = wait([child.sentinel for child in children])
    for child in children:
        if child.sentinel in ended:
            print(f"The {child.name} ended by itself, so the house closes.", file=sys.stderr)
    return 1


def close(children: list[ForkProcess]) -> None:
    """Both end, within seconds; who does not is ended."""
    for number in ASKED_TO_END:
        signal.signal(number, signal.SIG_IGN)
    for child in children:
        child.terminate()
    last_moment = time.monotonic() + SECONDS_TO_CLOSE
    for child in children:
        child.join(max(0.0, last_moment - time.monotonic()))
        if child.is_alive():
            child.kill()
            child.join()


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
