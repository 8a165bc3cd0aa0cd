"""Opening the house as somebody does who just got it: `python3 app.py` and Ctrl-C."""

import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.conftest import port_of_ours

HERE = Path(__file__).resolve().parent.parent
PATIENCE = 120  # seconds, for what takes one or two: a busy machine is slow
PYTHON = f"{sys.base_prefix}/bin/python3"  # the machine's own, as before anything was installed


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy as it stands now, in a folder with a space, that shares what is installed here."""
    copy = tmp_path_factory.mktemp("launch") / "our house"
    for name in _git("ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if (HERE / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HERE / name, copy / name)
    (copy / ".venv").symlink_to(HERE / ".venv")
    return copy


def test_the_house_opens_in_a_folder_with_a_space_and_ctrl_c_closes_it(house):
    with opened(house) as (process, port):
        assert read(process, until="Ctrl-C")[0].startswith(f"The house is open: http://127.0.0.1:{port}/")
        assert status_of(port, "/healthz") == 200
        assert status_of(port, "/nl/agenda/?q=" + "x" * 10_000) == 200
        inside = people_in(house)
        assert len(inside) == 4  # the launcher, the web server and its one child, the worker
        left = [os.pidfd_open(pid) for pid in inside]

        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE) == 0
        assert are_gone(left)

    assert people_in(house) == []


def test_a_request_by_a_foreign_name_is_refused_and_leaves_no_path_in_the_log(house):
    with opened(house) as (process, port):
        read(process, until="Ctrl-C")
        assert status_of(port, "/nl/signup/mine/secret", Host="evil.example.org") == 400
        process.send_signal(signal.SIGINT)

        assert "secret" not in process.stderr.read()


def test_thirty_who_ask_very_slowly_keep_nobody_else_waiting(house):
    with opened(house) as (process, port), ExitStack() as slow:
        read(process, until="Ctrl-C")
        for _ in range(30):
            slow.enter_context(socket.create_connection(("127.0.0.1", port))).sendall(b"GET / HTTP/1.1\r\nHo")

        assert status_of(port, "/healthz") == 200


def test_a_mistake_outside_the_application_leaves_no_path_in_the_log(house):
    """A callable that breaks stands where the application would, on the same server."""
    told = """
import sys
from http.client import HTTPConnection
from vwg import launch

def broken(environ, start_response):
    raise ValueError(environ["PATH_INFO"])

door = launch.take_port("127.0.0.1", sys.argv[1])
child = launch.start("web server", launch.serve, broken, door)
line = HTTPConnection(*door.getsockname(), timeout=120)
line.request("GET", "/nl/signup/mine/secret")
print(line.getresponse().status)
launch.close([child])
"""
    with port_of_ours() as port:
        result = run(house, "-c", told, str(port), python=HERE / ".venv/bin/python")

    assert (result.stdout, result.stderr, result.returncode) == ("500\n", "Application callable raised an exception\n", 0)


def test_the_demo_says_who_can_sign_in(house):
    with opened(house) as (process, _):
        said = " ".join(read(process, until="Ctrl-C"))

    assert [name for name in ("Leen", "Jo", "Fatma", "Bert", "Chen") if name not in said] == []


def test_the_second_start_does_not_make_the_town_again(house):
    with opened(house) as (process, port):
        read(process, until="Ctrl-C")
        before = agenda(port)
        assert before != []
    with opened(house) as (process, port):
        read(process, until="Ctrl-C")

        assert agenda(port) == before


def test_a_taken_port_is_said_in_a_sentence_before_anything_starts(house):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run(house, "app.py", HOST="127.0.0.1", PORT=str(port))

    assert result.returncode == 1
    assert result.stderr == (
        f"Port {port} is taken: perhaps the house is open already, at http://127.0.0.1:{port}/.\n"
        f"To open it at another port: PORT={port + 1} python3 app.py\n"
    )
    assert result.stdout == ""
    assert people_in(house) == []


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PORT": "eight"}, "PORT is a number from 1 to 65535, not 'eight'.\n"),
        ({"PORT": "0"}, "PORT is a number from 1 to 65535, not '0'.\n"),
        ({"PORT": "70000"}, "PORT is a number from 1 to 65535, not '70000'.\n"),
        ({"HOST": "192.0.2.1"}, "HOST=192.0.2.1 is not an address of this machine.\n"),
        ({"VWG_PROXIES": "one"}, "VWG_PROXIES is how many proxies stand before the house, 0 to 9, not 'one'.\n"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(house, environment, sentence):
    with port_of_ours() as port:
        result = run(house, "app.py", **{"PORT": str(port), **environment})

    assert (result.returncode, result.stderr) == (1, sentence)


def test_a_database_that_does_not_open_is_said_without_its_password(house):
    with port_of_ours() as port:
        result = run(house, "app.py", PORT=str(port), VWG_DATABASE_URL="postgresql://leen:geheim@127.0.0.1:1/vwg")

    assert result.returncode == 1
    assert result.stderr.startswith("The database postgresql://leen:***@127.0.0.1:1/vwg does not open: ")
    assert "VWG_DATABASE_URL names another." in result.stderr and "geheim" not in result.stderr and "Traceback" not in result.stderr


def test_when_the_worker_is_gone_the_web_server_goes_too(house):
    with opened(house) as (process, _):
        read(process, until="Ctrl-C")
        parents = {pid: parent_of(pid) for pid in people_in(house)}
        worker = next(pid for pid, parent in parents.items() if parent == process.pid and pid not in parents.values())
        left = [os.pidfd_open(pid) for pid in parents]
        os.kill(worker, signal.SIGKILL)

        assert process.wait(timeout=PATIENCE) == 1
        assert are_gone(left)
        assert process.stderr.read() == "The worker ended by itself, so the house closes.\n"

    assert people_in(house) == []


def test_a_launcher_that_is_killed_leaves_nobody_behind(house):
    with opened(house) as (process, _):
        read(process, until="Ctrl-C")
        left = [os.pidfd_open(pid) for pid in people_in(house)]
        process.kill()

        assert are_gone(left)


def test_importing_the_application_opens_nothing_and_makes_no_database(house, tmp_path):
    told = "import app; print(callable(app.app), [n for n in ('vwg.launch', 'vwg.bootstrap') if n in __import__('sys').modules])"
    result = run(house, "-c", told, python=HERE / ".venv/bin/python", VWG_INSTANCE=str(tmp_path))

    assert (result.stdout, result.stderr, result.returncode) == ("True []\n", "", 0)
    assert [path.name for path in tmp_path.iterdir() if "db" in path.name] == []


def test_an_unknown_word_shows_what_can_be_asked(house):
    result = run(house, "app.py", "opne")

    assert result.returncode == 2
    assert "python3 app.py test" in result.stdout


def test_without_pip_the_line_that_installs_it_is_said(house, tmp_path):
    shutil.copytree(house / "vwg", tmp_path / "vwg")
    shutil.copy(house / "app.py", tmp_path)
    shutil.copy(house / "requirements.txt", tmp_path)
    (tmp_path / "pip.py").write_text("raise ImportError")
    result = run(tmp_path, "app.py", PYTHONPATH=str(tmp_path))

    assert (result.returncode, result.stderr) == (1, "pip is missing. On Debian or Ubuntu: sudo apt install python3-pip\n")


def test_an_old_python_is_told_so(house):
    told = "import runpy, sys; sys.version_info = (3, 9, 2); runpy.run_path('app.py', run_name='__main__')"
    result = run(house, "-c", told)

    assert (result.returncode, result.stderr) == (1, "This needs Python 3.11 or newer. This one is 3.9.\n")


@pytest.mark.slow
def test_a_fresh_clone_installs_itself_and_answers(tmp_path):
    clone = tmp_path / "a fresh clone"
    subprocess.run(["git", "clone", "--quiet", HERE, clone], check=True)

    with opened(clone) as (process, port):
        read(process, until="Ctrl-C", seconds=600)
        assert status_of(port, "/healthz") == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0

    assert people_in(clone) == []


@contextmanager
def opened(house: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """`python3 app.py` at a free port, in a group of its own; what is left of it afterwards is ended."""
    with port_of_ours() as port:
        process = subprocess.Popen(
            [PYTHON, "app.py"],
            cwd=house,
            env=environment(HOST="127.0.0.1", PORT=str(port)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            yield process, port
        finally:
            process.terminate()
            try:
                process.communicate(timeout=PATIENCE)
            finally:
                for pid in people_in(house):
                    os.kill(pid, signal.SIGKILL)


def read(process: "subprocess.Popen[str]", until: str, seconds: float = PATIENCE) -> list[str]:
    """The lines that it says, up to the one with these words; fails with what it complained of instead."""
    signal.signal(signal.SIGALRM, lambda *_: process.kill())
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if until in line:
                return lines
        pytest.fail("\n".join([*lines, process.stderr.read()]))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def run(house: Path, *arguments: str, python: str | Path = PYTHON, **given: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([python, *arguments], cwd=house, env=environment(**given), capture_output=True, text=True, timeout=PATIENCE)


def environment(**given: str) -> dict[str, str]:
    """This one, without what it says about some other house."""
    return {name: value for name, value in os.environ.items() if not re.match("VWG_|HOST$|PORT$", name)} | given


def status_of(port: int, path: str, **headers: str) -> int:
    return _get(port, path, **headers)[0]


def agenda(port: int) -> list[str]:
    """The activities that strangers see, by their public ids."""
    return sorted(set(re.findall(r"/nl/agenda/(e[0-9a-z]{8})", _get(port, "/nl/agenda/")[1])))


def _get(port: int, path: str, **headers: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def people_in(house: Path) -> list[int]:
    """The processes that work in this folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").resolve(strict=True) == house and (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return sorted(found)


def parent_of(pid: int) -> int:
    return int(re.search(r"^PPid:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)[1])


def are_gone(people: list[int]) -> bool:
    """Whether each of these processes (by pidfd_open) has ended; waits for it."""
    try:
        return all(select.select([person], [], [], PATIENCE)[0] for person in people)
    finally:
        for person in people:
            os.close(person)


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=HERE, check=True, capture_output=True, text=True).stdout
