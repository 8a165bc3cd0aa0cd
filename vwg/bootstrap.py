"""Before anything is installed: make .venv, fill it from the locked lists, go on inside it.

Run by app.py by its path, never imported: only the standard library, and nothing newer than an
old Python can read, so that it can say which one is needed. Debian's own Python refuses
``pip install`` (PEP 668) and may lack python3-venv; ``venv --without-pip`` and ``pip --python``
need neither.
"""

import hashlib
import os
import subprocess
import sys

HOUSE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(HOUSE, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
PRODUCT, MAKERS = "requirements.txt", "requirements-dev.txt"


def main(arguments):
    """Install what these arguments need, unless it is there, and become ``python -m vwg.launch``."""
    if sys.version_info < (3, 11):
        sys.exit("This needs Python 3.11 or newer. This one is %d.%d." % sys.version_info[:2])
    os.chdir(HOUSE)
    make_venv()
    install([PRODUCT, MAKERS] if arguments[:1] == ["test"] else [PRODUCT])
    os.execv(PYTHON, [PYTHON, "-m", "vwg.launch"] + arguments)


def make_venv():
    """An environment moved or made by another Python is made anew: its scripts and packages are of no use."""
    maker = "%s\n%d.%d\n" % ((VENV,) + sys.version_info[:2])
    if os.path.exists(PYTHON) and stamp("made") == maker:
        return
    run("Making .venv", own_python(), "-m", "venv", "--clear", "--without-pip", VENV)
    set_stamp("made", maker)


def install(lists):
    """A list is installed again when it changed. Both go into one call, so that pip sees that they agree."""
    wanted = {name: fingerprint(name) for name in lists}
    if all(stamp(name) == wanted[name] for name in lists):
        return
    print("Installing into .venv. This takes about half a minute, only now.", flush=True)
    files = [part for name in lists for part in ("-r", name)]
    options = ["--require-hashes", "--only-binary", ":all:", "--no-input", "--disable-pip-version-check", "-qq"]
    run("Installing", python_with_pip(), "-m", "pip", "--python", PYTHON, "install", *(options + files))
    for name in lists:
        set_stamp(name, wanted[name])


def python_with_pip():
    """The Python that makes .venv brings the pip; .venv has none."""
    python = own_python()
    if subprocess.run([python, "-c", "import pip"], stderr=subprocess.DEVNULL).returncode != 0:
        sys.exit("pip is missing. On Debian or Ubuntu: sudo apt install python3-pip")
    return python


def own_python():
    """This Python, or, when it is the one in .venv, the one that it was made from."""
    if os.path.realpath(sys.prefix) == os.path.realpath(VENV):
        return os.path.join(sys.base_prefix, "bin", "python%d.%d" % sys.version_info[:2])
    return sys.executable


def run(what, *command):
    if subprocess.run(command).returncode != 0:
        sys.exit("%s did not work; the reason stands above. Once it is mended, start again: nothing is lost." % what)


def fingerprint(name):
    with open(os.path.join(HOUSE, name), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest() + "\n"


def stamp(name):
    try:
        with open(os.path.join(VENV, "stamp-" + name)) as file:
            return file.read()
    except FileNotFoundError:
        return None


def set_stamp(name, text):
    with open(os.path.join(VENV, "stamp-" + name), "w") as file:
        file.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
