"""`python3 app.py`, once inside .venv: database, first people, web server and worker.

This process makes the house ready and then only watches its two children. When it ends, they
end; when one of them ends by itself, everything does.
"""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from types import FrameType
from typing import NoReturn

from vwg import opening

USAGE = """\
python3 app.py                        open the house (HOST, else 127.0.0.1; PORT, else 8000)
python3 app.py test [for pytest …]    run the tests"""
ASKED_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SECONDS_TO_ANSWER = 30
SECONDS_TO_CLOSE = 8

Children = dict[str, subprocess.Popen[bytes]]


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
    children: Children = {}
    with take_port(host, port) as door:
        welcome = opening.make_ready()
        try:
            children["web server"] = start(*gunicorn_on(door), keep=door)
            children["worker"] = start("flask", "--app", "app", "worker")
            address = door.getsockname()[:2]
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


def gunicorn_on(door: socket.socket) -> list[str]:
    """One process: the threads share what it remembers. The control socket would stand in the home folder."""
    shape = ["--workers", "1", "--worker-class", "gthread", "--threads", "8", "--no-control-socket"]
    return ["gunicorn", "--bind", f"fd://{door.fileno()}", *shape, "--graceful-timeout", "5", "--log-level", "warning", "app:app"]


def start(module: str, *arguments: str, keep: socket.socket | None = None) -> subprocess.Popen[bytes]:
    """A child of its own session, so that Ctrl-C reaches only us and we end it in order."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        pass_fds=[keep.fileno()] if keep else [],
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end_with_parent() -> None:
    """Even when we are killed without a word the kernel ends the child: PR_SET_PDEATHSIG of prctl(2)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def answers(host: str, port: int) -> bool:
    """Waits for the first answer; whatever it says, somebody is in. A dead web server refuses at once."""
    connection = HTTPConnection(host, port, timeout=SECONDS_TO_ANSWER)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        return True
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def watch(children: Children) -> int:
    """Until one of them ends, which none should."""
    names = {child.pid: name for name, child in children.items()}
    while (ended := os.wait()[0]) not in names:
        pass
    print(f"The {names[ended]} ended by itself, so the house closes.", file=sys.stderr)
    return 1


def close(children: Children) -> None:
    """Both end, within seconds; who does not is ended."""
    for number in ASKED_TO_END:
        signal.signal(number, signal.SIG_IGN)
    for child in children.values():
        child.terminate()
    last_moment = time.monotonic() + SECONDS_TO_CLOSE
    for child in children.values():
        try:
            child.wait(max(0.0, last_moment - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
