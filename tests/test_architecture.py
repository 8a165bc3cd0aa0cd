"""The house checks itself: floors, desks, guards."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from vwg import guards
from vwg.db import NotWriting, db

HOUSE = Path(__file__).parent.parent / "vwg"
DESKS = {"agenda", "signup", "partners", "planning", "coaching", "translating", "press", "feeds", "reports", "accounts", "admin"}
FLOORS = [
    {"config", "clock", "keys", "addresses", "db", "phrases", "facts"},
    {"models"},
    {"formats", "domain", "permissions", "demo"},
    {"links", "fetch", "i18n", "guards", "forms", "picture_form", "looks", "messages", "mail", "pages", "schema", "backup", "catalogues", "support"},
    {"web"} | DESKS,
    {"cli", "worker", "opening", "launch", "bootstrap", ""},
]
FLOOR_OF = {name: number for number, floor in enumerate(FLOORS) for name in floor}


def room_of(path: Path) -> str:
    first = path.relative_to(HOUSE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def imports_of(path: Path) -> set[str]:
    """Rooms of the house that this file imports."""
    rooms: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            raise AssertionError(f"{path} imports by dots; the house says whole names")
        if isinstance(node, ast.ImportFrom) and node.module == "vwg":
            rooms |= {alias.name if alias.name in FLOOR_OF else "" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("vwg."):
            rooms.add(str(node.module).split(".")[1])
        elif isinstance(node, ast.Import):
            rooms |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("vwg.")}
    return rooms


FILES = sorted(path for path in HOUSE.rglob("*.py") if "versions" not in path.parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_everything_imports_downward_and_no_desk_another_desk(path: Path) -> None:
    room = room_of(path)
    if room == "migrations":
        return
    assert room in FLOOR_OF, f"{room} has no floor yet: say in FLOORS where it stands"
    for other in imports_of(path) - {room}:
        assert FLOOR_OF[other] <= FLOOR_OF[room], f"{room} imports {other}, which stands above it"
        assert not {room, other} <= DESKS, f"desk {room} imports desk {other}"
        assert not (room == "formats" and other == "domain"), "formats are told, they do not ask the verbs"


def test_the_verbs_know_no_flask_and_never_commit() -> None:
    for path in FILES:
        if room_of(path) not in {"models", "domain", "formats", "permissions", "demo", "addresses", "config", "facts", "phrases", "clock", "keys"}:
            continue
        text = path.read_text()
        assert "import flask" not in text and "from flask" not in text, path
        assert ".commit(" not in text, path


def test_every_view_wears_a_guard(app: Flask) -> None:
    assert [line for line in guards.table(app) if "NO GUARD" in line] == []


def test_who_may_what_is_as_it_was_written_down(app: Flask) -> None:
    written = Path(__file__).with_name("who_may_what.txt").read_text().splitlines()
    assert guards.table(app) == written


def test_a_get_never_commits(app: Flask) -> None:
    with app.test_request_context("/nl/agenda/"):
        app.preprocess_request()
        with pytest.raises(NotWriting):
            db.session.commit()


def test_no_page_has_inline_script_or_style() -> None:
    for path in sorted((HOUSE.parent / "templates").rglob("*.html")):
        text = path.read_text()
        assert "style=" not in text and "<style" not in text and "javascript:" not in text, path
        assert "<script>" not in text and re.search(r"\son[a-z]+=", text) is None, path
