"""`python3 app.py`, once inside .venv: database, first people, web server and worker.

This process makes the house ready, forks the two (what is imported is imported once, so a second
start takes a second) and then only watches them. When it ends, they end; when one of them ends
by itself, everything does.
"""

import ctypes
import errno
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from types import FrameType
from typing import Any, NoReturn

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http import message

from vwg import create_app, opening, worker

USAGE = """\
python3 app.py                        open the house (HOST, else 127.0.0.1; PORT, else 8000)
python3 app.py test [for pytest …]    run the tests"""
ASKED_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_ANSWER = 30
SECONDS_TO_CLOSE = 8
LONGEST_REQUEST_LINE = 64 * 1024  # ten thousand letters looked for are answered by us; gunicorn stops at 8190
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # prctl(2)


def main(arguments: list[str]) -> int:
    """The exit status: 0 after an end that was asked for, 1 when something is in the way."""
    match arguments:
        case []:
            return open_house(os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000")
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
    WebServer(app, door).run()


def go_round(app: Flask, door: socket.socket) -> None:
    door.close()
    with app.app_context():
        worker.run()


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn says nothing about its types
    def __init__(self, app: Flask, door: socket.socket) -> None:
        self.app, self.door = app, door
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": f"fd://{self.door.detach()}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": 8,
            "graceful_timeout": 5,
            "loglevel": "warning",
            "logger_class": ServerLog,
            "limit_request_line": LONGEST_REQUEST_LINE,
            "control_socket_disable": True,  # it would stand in the home folder
        }
        message.MAX_REQUEST_LINE = LONGEST_REQUEST_LINE
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app


class ServerLog(Logger):  # type: ignore[misc]  # nor here
    """gunicorn would write the path, which may hold somebody's secret link, and the whole exception."""

    def exception(self, _message: str, *_arguments: object, **_given: object) -> None:
        self.error("A request failed outside the application: %s", type(sys.exception()).__name__)


def start(name: str, work: Callable[..., None], *what: Any) -> ForkProcess:
    child = multiprocessing.get_context("fork").Process(target=_live, args=(name, work, *what), name=name)
    child.start()
    return child


def _live(name: str, work: Callable[..., None], *what: Any) -> None:
    """A child, in a session of its own: Ctrl-C reaches only the parent, which ends us in order."""
    for number in ASKED_TO_END:
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None)
        kernel.prctl(PR_SET_NAME, name.encode())  # what `ps` calls it
        kernel.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # even when the parent is killed without a word
    work(*what)


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
