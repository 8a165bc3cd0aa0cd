"""Readers that others wrote, and a lint for what no reader notices."""

import json
import re
import shutil
import subprocess
import sys
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
        input=text.encode(), capture_output=True, check=True, timeout=600,
    )  # fmt: skip
    return {(uid, start, status, summary) for uid, start, status, summary in json.loads(done.stdout)}


def installed_icaljs(folder: Path) -> Path:
    """`folder` with ical.js in it, else a reason to leave the test out."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        missing("ical.js needs node and npm")
    if not (folder / "node_modules" / "ical.js").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "ical.js@2.2.1", "--no-save", "--no-fund", "--no-audit", "--ignore-scripts", "--prefix", str(folder)]
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=600)
        if done.returncode:
            missing("npm could not install ical.js")
    return folder


def built_libical(folder: Path) -> Path:
    """`libical.c`, compiled in `folder`, else a reason to leave the test out."""
    if shutil.which("gcc") is None:
        missing("libical needs gcc")
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "reader"
    source = Path(__file__).with_name("libical.c")
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        done = subprocess.run(["gcc", "-O1", "-o", str(program), str(source), "-lical"], capture_output=True, timeout=600)
        if done.returncode:
            missing("libical needs libical-dev")
    return program


class Refused(AssertionError):
    """A reader takes this for no calendar at all."""


def with_libical(data: bytes, program: Path) -> tuple[Store, dict[str, str]]:
    """GNOME's and many others' reader: the store, and each thing's description by its UID."""
    span = [str(int(FROM.timestamp())), str(int(UNTIL.timestamp()))]
    done = subprocess.run([str(program), *span], input=data, capture_output=True, timeout=600)
    if done.returncode:
        raise Refused(f"libical says {done.returncode}")
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
    replaced = {(uid, replaces) for kind, uid, _, replaces, *_ in rows if kind == "O"}
    shown, said = set(), {}
    for kind, uid, start, _, status, summary, description in rows:
        if kind == "M" and (uid, start) in replaced:
            continue
        moment = datetime.fromtimestamp(int(start), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        shown.add((uid, moment, status, bytes.fromhex(summary).decode()))
        said[uid] = bytes.fromhex(description).decode()
    return shown, said


def installed_khal(folder: Path) -> Path:
    """A folder with khal and vdirsyncer in a virtualenv of their own, else a reason."""
    programs = folder / "bin"
    if not (programs / "khal").exists():
        python = shutil.which("python3", path="/usr/bin:/usr/local/bin") or sys.executable
        subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], capture_output=True, timeout=600)
        install = [python, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet", "vdirsyncer==0.21.0", "khal==0.14.1"]
        done = subprocess.run(install, capture_output=True, timeout=600)
        if done.returncode:
            missing("pip could not install khal and vdirsyncer")
    return programs


class Laptop:
    """A person's laptop: vdirsyncer fetches over HTTP, khal shows. `home` is its folder."""

    def __init__(self, programs: Path, home: Path, url: str) -> None:
        self.programs, self.home = programs, home
        (home / "calendar").mkdir(parents=True)
        self.settings = home / "vdirsyncer"
        self.settings.write_text(
            f'[general]\nstatus_path = "{home}/status"\n[pair feed]\na = "there"\nb = "here"\ncollections = null\npartial_sync = "revert"\n'
            f'[storage there]\ntype = "http"\nurl = "{url}"\n[storage here]\ntype = "filesystem"\npath = "{home}/calendar"\nfileext = ".ics"\n'
        )
        (home / "khal").write_text(
            f"[calendars]\n[[feed]]\npath = {home}/calendar\n[locale]\nlocal_timezone = UTC\ndefault_timezone = UTC\n"
            f"timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
            f"[sqlite]\npath = {home}/khal.db\n"
        )

    def sync(self) -> None:
        status = self.home / "status"
        command = [str(self.programs / "vdirsyncer"), "-c", str(self.settings)]
        if not status.exists():
            subprocess.run([*command, "discover"], input=b"y\n" * 4, check=True, capture_output=True, timeout=600)
        subprocess.run([*command, "sync", "--force-delete"], check=True, capture_output=True, timeout=600)

    def shown(self, first: str, last: str) -> list[tuple[str, str]]:
        """(start in UTC, summary) of what khal lists between two days; its uid is one of its own."""
        rows = (row.split("\t") for row in re.sub(r"\x1b\[[0-9;]*m", "", self._listed("--format", "{start-long-full}\t{title}", "--day-format", "", first, last)).splitlines() if row.strip())
        return sorted((start.replace(" ", "T") + ":00Z", title) for start, title in rows)

    def told(self, first: str, last: str) -> set[tuple[str, str, str]]:
        """(start in UTC, summary, description), with every sign in them."""
        wanted = [part for name in ("start-long-full", "title", "description") for part in ("--json", name)]
        days = (json.loads(line) for line in self._listed(*wanted, first, last).splitlines())
        return {(each["start-long-full"].replace(" ", "T") + ":00Z", each["title"], each["description"]) for day in days for each in day}

    def _listed(self, *arguments: str) -> str:
        command = [str(self.programs / "khal"), "-c", str(self.home / "khal"), "list", *arguments]
        done = subprocess.run(command, check=True, capture_output=True, timeout=600, env={"LC_ALL": "C.UTF-8", "HOME": str(self.home), "PATH": "/usr/bin:/bin"})
        return done.stdout.decode()


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


# ---- the rules of a feed that no reader minds (RFC 5545 and what programs need)


def components(data: bytes) -> list[dict[str, list[str]]]:
    """Each VEVENT's properties by name, with their parameters before the value."""
    found: list[dict[str, list[str]]] = []
    inside = False
    for line in data.replace(b"\r\n ", b"").decode("utf-8", "replace").split("\r\n"):
        if line == "BEGIN:VEVENT":
            found.append({})
            inside = True
        elif line == "END:VEVENT":
            inside = False
        elif inside:
            name = re.split("[;:]", line, maxsplit=1)[0]
            found[-1].setdefault(name, []).append(line[len(name) :])
    return found


def broken_rules(data: bytes, needs_page: bool = True) -> list[str]:
    """What breaks a rule of a good feed, in words."""
    found = []
    head = data.partition(b"BEGIN:VEVENT")[0].decode("utf-8", "replace").replace("\r\n ", "")
    for wanted in ("VERSION:2.0", "PRODID:", "CALSCALE:GREGORIAN", "NAME:", "X-WR-CALNAME:", "X-WR-TIMEZONE:", "REFRESH-INTERVAL;VALUE=DURATION:", "X-PUBLISHED-TTL:", "SOURCE;VALUE=URI:"):
        if f"\r\n{wanted}" not in head:
            found.append(f"no {wanted}")
    if b"\nMETHOD" in data:
        found.append("METHOD")
    if "BEGIN:VTIMEZONE" not in head or head.count("RRULE:FREQ=YEARLY") != 2 or "T020000" not in head or "T030000" not in head:
        found.append("the time zone is not two rules in the old offset")
    if len(data) >= 1_000_000:
        found.append("too long for Google")
    everything = components(data)
    masters = {one["UID"][0]: one for one in everything if "UID" in one and "RECURRENCE-ID" not in one}
    once = [(one.get("UID", [""])[0], one.get("RECURRENCE-ID", [""])[0]) for one in everything]
    if len(once) != len(set(once)):
        found.append("a thing stands twice")
    for one in everything:
        found += [fault for fault in _broken_in(one, masters) if needs_page or fault != "no URL"]
    return found


def _broken_in(one: dict[str, list[str]], masters: dict[str, dict[str, list[str]]]) -> list[str]:
    found = [f"no {name}" for name in ("UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "STATUS", "URL") if name not in one]
    found += [name for name in ("ATTENDEE", "ORGANIZER") if name in one]
    if [fault for fault in found if fault != "no URL"]:
        return found
    start, end = one["DTSTART"][0], one["DTEND"][0]
    kind = start.partition(":")[0]
    if not (kind in {";TZID=Europe/Brussels", ";VALUE=DATE"} or start.endswith("Z")):
        found.append("a floating start")
    if end.partition(":")[2] <= start.partition(":")[2] or end.partition(":")[0] != kind:
        found.append("the end is not after the start")
    if one["DTSTAMP"] != one["LAST-MODIFIED"]:
        found.append("DTSTAMP is not the last change")
    if any(value.partition(":")[0] != kind for name in ("EXDATE", "RDATE") for value in one.get(name, [])):
        found.append("EXDATE of another type than DTSTART")
    for rule in one.get("RRULE", []):
        until = re.search(r"UNTIL=([0-9TZ]+)", rule)
        if until and (kind == ";VALUE=DATE") == until[1].endswith("Z"):
            found.append("UNTIL not in UTC")
        if not until and "COUNT=" not in rule:
            found.append("a rule without end")
    if one["STATUS"] == [":CANCELLED"] and "TRANSP" not in one:
        found.append("cancelled, and still busy")
    if "RECURRENCE-ID" in one:
        master = masters.get(one["UID"][0])
        if master is None:
            found.append("an override of nothing")
        elif one["LAST-MODIFIED"] > master.get("LAST-MODIFIED", [""]) or "RRULE" in one:
            found.append("an override that is newer than its master")
        elif one["RECURRENCE-ID"][0].partition(":")[0] != master["DTSTART"][0].partition(":")[0]:
            found.append("RECURRENCE-ID of another type than DTSTART")
    description = one.get("DESCRIPTION", [""])[0]
    if len(description) > 2_600 or re.search("<(br|p|a|b)[ >/]", description):
        found.append("a description that is too long, or HTML")
    return found
