"""Before anything is installed: make .venv, fill it from the locked lists, go on inside it.

Run by app.py by its path, so it needs nothing but the standard library. Debian's Python refuses
`pip install` (PEP 668) and may lack python3-venv; `venv --without-pip` and `pip --python` work
without either.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
LINK = HOUSE / ".venv"
VENV = LINK.resolve()  # it may be a link to one that is ready
PYTHON = VENV / "bin" / "python"
PRODUCT, MAKERS = "requirements.txt", "requirements-dev.txt"


def main(arguments: list[str]) -> None:
    """Install what these arguments need, unless it is there, and become `python -m vwg.launch`."""
    os.chdir(HOUSE)
    make_venv()
    install([PRODUCT, MAKERS] if arguments[:1] == ["test"] else [PRODUCT])
    os.execv(PYTHON, [str(PYTHON), "-m", "vwg.launch", *arguments])


def make_venv() -> None:
    """One that was moved, or made by another Python, is made anew: nothing in it would be found."""
    maker = f"{VENV} {sys.version_info.major}.{sys.version_info.minor}\n"
    if PYTHON.exists() and stamp("made") == maker:
        return
    if LINK.is_symlink():
        sys.exit(f"{LINK} is a link to something that another Python made. Remove the link and start again.")
    run("Making .venv", own_python(), "-m", "venv", "--clear", "--without-pip", VENV)
    set_stamp("made", maker)


def install(lists: list[str]) -> None:
    """A changed list is installed again; all in one call, so that pip sees whether they agree."""
    wanted = {name: fingerprint(name) for name in lists}
    if all(stamp(name) == wanted[name] for name in lists):
        return
    print("Installing into .venv. This takes about half a minute, only this once.", flush=True)
    files = [part for name in lists for part in ("-r", name)]
    options = ["--require-hashes", "--only-binary", ":all:", "--no-input", "--disable-pip-version-check", "-qq"]
    run("Installing", python_with_pip(), "-m", "pip", "--python", PYTHON, "install", *options, *files)
    for name in lists:
        set_stamp(name, wanted[name])


def python_with_pip() -> str:
    """The Python that makes .venv brings the pip: .venv has none."""
    python = own_python()
    if subprocess.run([python, "-c", "import pip"], stderr=subprocess.DEVNULL).returncode != 0:
        sys.exit("pip is missing. On Debian or Ubuntu: sudo apt install python3-pip")
    return python


def own_python() -> str:
    """This Python, or, when it is the one in .venv, the one that it was made from."""
    if Path(sys.prefix) == VENV:
        return f"{sys.base_prefix}/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    return sys.executable


def run(what: str, *command: str | Path) -> None:
    if subprocess.run(command).returncode != 0:
        sys.exit(f"{what} did not work; the reason stands above. Start again when it is mended: nothing is lost.")


def fingerprint(name: str) -> str:
    return hashlib.sha256((HOUSE / name).read_bytes()).hexdigest() + "\n"


def stamp(name: str) -> str | None:
    path = VENV / f"stamp-{name}"
    return path.read_text() if path.exists() else None


def set_stamp(name: str, text: str) -> None:
    (VENV / f"stamp-{name}").write_text(text)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("Stopped. Start again when you like: it goes on where it was.")
