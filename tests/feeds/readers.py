"""Readers that others wrote, and a lint for what no reader notices."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import icalendar
from ical.calendar_stream import IcsCalendarStream

from tests.conftest import missing

FROM, UNTIL = datetime(2025, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)

Store = set[tuple[str, str, str, str]]  # uid, start in UTC, status, summary


def with_ical(text: str) -> Store:
    """Home Assistant's reader."""
    calendar = IcsCalendarStream.calendar_from_ics(text)
    return {
        (event.uid, _utc(event.start), str(event.status.value) if event.status else "", event.summary or "")
        for event in calendar.timeline.overlapping(FROM, UNTIL)
    }


def with_icaljs(text: str, folder: Path) -> Store:
    """Thunderbird's and Nextcloud's reader; `folder` holds what npm installed."""
    script = Path(__file__).with_name("icaljs.mjs")
    library = folder / "node_modules" / "ical.js" / "dist" / "ical.js"
    done = subprocess.run(
        ["node", str(script), str(library), FROM.isoformat(), UNTIL.isoformat()],
        input=text.encode(), capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    return {(uid, start, status, summary) for uid, start, status, summary in json.loads(done.stdout)}


def installed_icaljs(folder: Path) -> Path:
    """`folder` with ical.js in it, else a reason to leave the test out."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        missing("ical.js needs node and npm")
    if not (folder / "node_modules" / "ical.js").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "ical.js@2.2.1", "--no-save", "--no-fund", "--no-audit", "--ignore-scripts", "--prefix", str(folder)]
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120)
        if done.returncode:
            missing("npm could not install ical.js")
    return folder


def with_icalendar(data: bytes) -> list[icalendar.Event]:
    """The VEVENTs one by one, nothing expanded."""
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


def _utc(moment: object) -> str:
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---- the byte lint

_LINE = re.compile(r"[A-Z-]+(;[A-Z-]+=[^;:,\"]+)*:")
_TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "CONTACT", "CATEGORIES", "NAME", "X-WR-CALNAME", "X-WR-CALDESC"}


def faults(data: bytes) -> list[str]:
    """What is wrong with these bytes by RFC 5545 section 3.1 and 3.3.11, in words."""
    found = []
    if not data.endswith(b"\r\n"):
        found.append("the last line has no end")
    if re.search(rb"(?<!\r)\n|\r(?!\n)", data):
        found.append("a bare CR or LF")
    for line in data.split(b"\r\n"):
        if len(line) > 75:
            found.append(f"{len(line)} octets in a line")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            found.append("a character cut by a fold")
            continue
        if re.search(r"[\x00-\x1f\x7f-\x9f]", text):
            found.append("a control character")
    for line in data.replace(b"\r\n ", b"").decode("utf-8", "replace").split("\r\n")[:-1]:
        if not _LINE.match(line):
            found.append(f"no property: {line[:30]}")
        name, _, value = line.partition(":")
        if name in _TEXTS and re.search(r"[;,]", re.sub(r"\\[\\;,n]", "", value)):
            found.append(f"unescaped in {name}")
        if name in _TEXTS and "\\" in re.sub(r"\\[\\;,n]", "", value):
            found.append(f"a lone backslash in {name}")
    return found


def unescaped(data: bytes, name: str) -> list[str]:
    """The values of a text property, by RFC 5545 section 3.3.11, in order."""
    lines = data.replace(b"\r\n ", b"").decode().split("\r\n")
    values = [line.partition(":")[2] for line in lines if line.startswith(f"{name}:")]
    return [re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value) for value in values]
