"""Reading somebody's .ics (RFC 5545) where it can do no harm: in a child process with little time and memory.

`read` starts this very file as a program of its own. There each event is read by itself: one that
is wrong, or whose rule never ends, loses only itself and is named with its line. A calendar that
is empty, half or none at all is refused as a whole.
"""

import json
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

SECONDS = 10  # of the wall's clock
CPU_SECONDS = 6
MEMORY = 512 * 2**20
SECONDS_AN_EVENT = 0.4  # of the processor: that the machine is busy is no fault of the calendar
SECONDS_OF_EVENTS = 4.0  # the same, all together; what comes after is said to be too much
MOST_EVENTS = 5000
MOST_TIMES = 3000  # of all together
MOST_OF_ONE = 200
MOST_PROBLEMS = 100
LONGEST = {"title": 90, "text": 2000, "place": 120, "url": 500}

N_ = str  # marks a phrase; this file imports nothing of the house, for it runs alone


@dataclass
class Time:
    """One time of one event. `uid` and `occurrence` (its original start in UTC, in a series) say which."""

    uid: str
    occurrence: str
    starts_at: datetime
    ends_at: datetime
    all_day: bool
    title: str
    text: str
    place: str
    url: str
    is_cancelled: bool
    line: int


@dataclass
class Reading:
    """`refusal`: why nothing at all was read. `problems`: line and phrase of what lost only itself."""

    times: list[Time] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    refusal: str = ""


STOPPED = N_("This calendar is too heavy for us to read.")


def read(data: bytes, zone: str, first: datetime, last: datetime) -> Reading:
    """All that happens between two aware moments, as the calendar says it. `zone` is for hours without one."""
    asked = json.dumps({"zone": zone, "first": first.isoformat(), "last": last.isoformat()}).encode() + b"\n"
    try:
        done = subprocess.run([sys.executable, "-I", __file__], input=asked + data, capture_output=True, timeout=SECONDS, env={"TZ": "UTC"}, check=False)
        said: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"refusal": STOPPED}
    except (subprocess.TimeoutExpired, ValueError):
        said = {"refusal": STOPPED}
    times = [Time(**{**each, "starts_at": datetime.fromisoformat(each["starts_at"]), "ends_at": datetime.fromisoformat(each["ends_at"])}) for each in said.get("times", [])]
    return Reading(times, [(line, phrase) for line, phrase in said.get("problems", [])], said.get("refusal", ""))


# ---- the child


class Wrong(Exception):
    """This event cannot be used; the phrase says why."""


class TooSlow(Wrong):
    pass


@dataclass
class Line:
    number: int
    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class Block:
    """The lines of one VEVENT, without those of what stands inside it."""

    number: int
    lines: list[Line] = field(default_factory=list)
    is_nested: bool = False

    def one(self, name: str) -> Line | None:
        found = [line for line in self.lines if line.name == name]
        if len(found) > 1 and name in {"DTSTART", "UID", "RRULE", "DTEND", "DURATION", "RECURRENCE-ID"}:
            raise Wrong(N_("Something stands twice that may stand once."))
        return found[0] if found else None

    def text(self, name: str) -> str:
        found = next((line for line in self.lines if line.name == name), None)
        return _unescaped(found.value) if found else ""


def main() -> None:
    """Read a question and a calendar from the standard input, write what was understood."""
    for what, most in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    signal.signal(signal.SIGPROF, _too_slow)
    question, _, data = sys.stdin.buffer.read().partition(b"\n")
    asked = json.loads(question)
    reading = understood(data, asked["zone"], datetime.fromisoformat(asked["first"]), datetime.fromisoformat(asked["last"]))
    said = {"refusal": reading.refusal, "problems": reading.problems, "times": [{**vars(each), "starts_at": each.starts_at.isoformat(), "ends_at": each.ends_at.isoformat()} for each in reading.times]}
    sys.stdout.write(json.dumps(said))


def understood(data: bytes, zone: str, first: datetime, last: datetime) -> Reading:
    """`read` without a process of its own."""
    reading = Reading()
    text = _decoded(data)
    if "BEGIN:VCALENDAR" not in text[: 2**20].upper():
        return Reading(refusal=N_("This is not a calendar."))
    blocks, zones, is_whole = _blocks(text, reading)
    if not is_whole:
        return Reading(refusal=N_("The calendar stops in the middle."))
    if len(blocks) > MOST_EVENTS:
        return Reading(refusal=N_("This calendar is too large for us."))
    reader = _Reader(zone, zones, first, last)
    left = SECONDS_OF_EVENTS
    by_key: dict[tuple[str, str], Time] = {}
    overridden: set[tuple[str, str]] = set()
    for block in blocks:
        started = _cpu()
        try:
            if left <= 0 or len(by_key) > MOST_TIMES:
                raise Wrong(N_("This calendar is too heavy for us to read."))
            signal.setitimer(signal.ITIMER_PROF, SECONDS_AN_EVENT)
            for each, is_override in reader.times(block):
                key = (each.uid, each.occurrence)
                if is_override:
                    overridden.add(key)
                if is_override or key not in overridden:
                    by_key[key] = each
        except Wrong as wrong:
            _note(reading, block.number, str(wrong))
        except (ValueError, OverflowError, TypeError, AttributeError, KeyError, IndexError, ZeroDivisionError, RecursionError, MemoryError):
            _note(reading, block.number, N_("This event cannot be read."))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            left -= _cpu() - started
    inside = (each for each in by_key.values() if each.ends_at > first and each.starts_at < last)
    reading.times = sorted(inside, key=lambda each: (each.starts_at, each.uid, each.occurrence))[:MOST_TIMES]
    return reading


class _Reader:
    """What all events of one calendar share: its zones, and which days are asked."""

    def __init__(self, zone: str, zones: dict[str, str], first: datetime, last: datetime) -> None:
        self.home, self.zones, self.first, self.last = ZoneInfo(zone), zones, first, last
        self.known: dict[str, tzinfo] = {}

    def times(self, block: Block) -> Iterator[tuple[Time, bool]]:
        """Each with whether it takes the place of one of a series (RECURRENCE-ID)."""
        if block.is_nested:
            raise Wrong(N_("An event stands inside another one."))
        if block.text("CLASS").upper() in {"PRIVATE", "CONFIDENTIAL"}:
            return
        uid = block.text("UID").strip()
        if not uid:
            raise Wrong(N_("It has no UID."))
        start = block.one("DTSTART")
        if start is None:
            raise Wrong(N_("It has no beginning."))
        title = " ".join(block.text("SUMMARY").split())
        if not title:
            raise Wrong(N_("It has no title."))
        begins, zone, all_day = self.moment(start)
        lasts = self.duration(block, begins, zone, all_day)
        instead = block.one("RECURRENCE-ID")
        base: dict[str, Any] = {
            "uid": uid[:500], "all_day": all_day, "title": title[: LONGEST["title"]], "text": block.text("DESCRIPTION").strip()[: LONGEST["text"]],
            "place": " ".join(block.text("LOCATION").split())[: LONGEST["place"]], "url": _web(block.text("URL")), "line": block.number,
            "is_cancelled": block.text("STATUS").strip().upper() == "CANCELLED",
        }  # fmt: skip

        def at(local: datetime, occurrence: str) -> Time:
            return Time(occurrence=occurrence, starts_at=_utc(local, zone), ends_at=_utc(local + lasts, zone), **base)

        if instead is not None:
            original, its_zone, _ = self.moment(instead)
            yield at(begins, _stamp(_utc(original, its_zone))), True
            return
        rule, more = block.one("RRULE"), [line for line in block.lines if line.name == "RDATE"]
        if rule is None and not more:
            yield at(begins, ""), False
            return
        without = {moment for line in block.lines if line.name == "EXDATE" for moment in self.several(line, zone)}
        found = 0
        last = self.last.astimezone(zone).replace(tzinfo=None)
        extra = [moment for line in more for moment in self.several(line, zone)]
        for local in sorted({begins, *extra}) if rule is None else [*self.repeated(rule, begins, zone), *extra]:
            if local in without or local > last or _utc(local + lasts, zone) <= self.first:
                continue
            found += 1
            if found > MOST_OF_ONE:
                raise Wrong(N_("It repeats too often."))
            yield at(local, _stamp(_utc(local, zone))), False

    def repeated(self, rule: Line, begins: datetime, zone: tzinfo) -> Iterator[datetime]:
        """The rule's moments on the wall of its zone, up to the last day asked; the hour stays over clock changes."""
        from dateutil.rrule import rrulestr

        parts = dict(part.upper().split("=", 1) for part in rule.value.strip().strip(";").split(";") if "=" in part)
        if parts.get("FREQ") not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"} or {"BYHOUR", "BYMINUTE", "BYSECOND"} & set(parts):
            raise Wrong(N_("It repeats too often."))
        if not 1 <= int(parts.get("INTERVAL", "1")) <= 1000 or int(parts.get("COUNT", "1")) < 1:
            raise Wrong(N_("Its rule cannot be read."))
        if until := parts.pop("UNTIL", ""):
            moment, its_zone, whole_day = self.moment(Line(rule.number, "UNTIL", {}, until))
            local = moment if not until.endswith("Z") else _utc(moment, its_zone).astimezone(zone).replace(tzinfo=None)
            parts["UNTIL"] = (datetime.combine(local.date(), time(23, 59, 59)) if whole_day else local).strftime("%Y%m%dT%H%M%S")
        try:
            repeats = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=begins)
        except (ValueError, TypeError, KeyError):
            raise Wrong(N_("Its rule cannot be read.")) from None
        last = self.last.astimezone(zone).replace(tzinfo=None)
        for local in repeats:
            if local > last:
                return
            yield local

    def duration(self, block: Block, begins: datetime, zone: tzinfo, all_day: bool) -> timedelta:
        end, lasts = block.one("DTEND"), block.one("DURATION")
        if end is not None:
            ends, its_zone, day = self.moment(end)
            if day != all_day:
                raise Wrong(N_("Its beginning is a day and its end an hour, or the other way round."))
            between = _utc(ends, its_zone) - _utc(begins, zone) if not all_day else ends - begins
            if between < timedelta(0):
                raise Wrong(N_("It ends before it begins."))
        else:
            between = _duration(lasts.value) if lasts is not None else timedelta(0)
        if between > timedelta(days=366):
            raise Wrong(N_("It lasts more than a year."))
        return between or (timedelta(days=1) if all_day else timedelta(hours=1))

    def several(self, line: Line, zone: tzinfo) -> Iterator[datetime]:
        """The moments of an EXDATE or RDATE on the wall of the event's zone."""
        for value in line.value.split(",")[:1000]:
            moment, its_zone, whole_day = self.moment(Line(line.number, line.name, line.parameters, value.partition("/")[0]))
            yield moment if whole_day else _utc(moment, its_zone).astimezone(zone).replace(tzinfo=None)

    def moment(self, line: Line) -> tuple[datetime, tzinfo, bool]:
        """What the wall shows, where, and whether it is a whole day."""
        read = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?", line.value.strip(), re.ASCII)
        if read is None:
            raise Wrong(N_("One of its dates cannot be read."))
        try:
            day = date(int(read[1]), int(read[2]), int(read[3]))
            clock = time(int(read[4] or 0), int(read[5] or 0), min(int(read[6] or 0), 59))
        except ValueError:
            raise Wrong(N_("One of its dates cannot be read.")) from None
        if line.name != "UNTIL" and not 1900 <= day.year <= 2200:
            raise Wrong(N_("One of its dates cannot be read."))
        zone = UTC if read[7] else self.zone(line.parameters.get("TZID", "")) if read[4] else self.home
        return datetime.combine(day, clock), zone, not read[4]

    def zone(self, name: str) -> tzinfo:
        """By its name, by Microsoft's name, by the calendar's own rules; else the village's."""
        if not name:
            return self.home
        if name not in self.known:
            self.known[name] = self._zone(name)
        return self.known[name]

    def _zone(self, name: str) -> tzinfo:
        bare = name.strip('"')
        for candidate in (bare, "/".join(bare.split("/")[-2:]), "/".join(bare.split("/")[-3:])):
            try:
                return ZoneInfo(candidate)
            except (ValueError, OSError, LookupError):
                continue
        from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

        if bare in WINDOWS_TO_OLSON:
            return ZoneInfo(WINDOWS_TO_OLSON[bare])
        if name in self.zones:
            from icalendar import Timezone

            try:
                rules: Any = Timezone.from_ical(self.zones[name])
                own: tzinfo = rules.to_tz()
                datetime(2026, 7, 1, tzinfo=own).utcoffset()
            except TooSlow:
                raise
            except Exception:  # whatever a library says of rules that make no sense
                return self.home
            return own
        return self.home


def _blocks(text: str, reading: Reading) -> tuple[list[Block], dict[str, str], bool]:
    """The events of a calendar, its own time zones by name, and whether it ends as it began."""
    blocks: list[Block] = []
    zones: dict[str, str] = {}
    open_: list[str] = []
    zone: list[str] = []
    current: Block | None = None
    deep, is_whole = 0, False
    for number, raw in _unfolded(text):
        line = _line(number, raw)
        if line is None:
            if raw.strip() and open_:
                _note(reading, number, N_("This line cannot be read."))
            continue
        what = line.value.strip().upper()
        if line.name == "BEGIN":
            open_.append(what)
            if what == "VEVENT" and current is None and open_[0] == "VCALENDAR":
                current, deep = Block(number), len(open_)
            elif what == "VEVENT" and current is not None:
                current.is_nested = True
        if "VTIMEZONE" in open_[:3]:
            zone.append(raw)
        if line.name == "END":
            if what in open_[-3:]:  # what was not closed inside is closed with it
                while open_ and open_.pop() != what:
                    continue
            if current is not None and len(open_) < deep:
                blocks.append(current)
                current = None
            if what == "VTIMEZONE":
                named = next((part.partition(":")[2].strip() for part in zone if part.upper().startswith("TZID")), "")
                zones[named], zone = "\r\n".join(zone), []
            is_whole = is_whole or (what == "VCALENDAR" and not open_)
        elif current is not None and len(open_) == deep and line.name != "BEGIN":
            current.lines.append(line)
    return blocks, zones, is_whole and not open_


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Lines with the number of their first one; a line that begins with a space goes on (RFC 5545, 3.1)."""
    number, parts = 0, list[str]()
    for here, raw in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if raw[:1] in {" ", "\t"} and parts:
            parts.append(raw[1:])
            continue
        if parts:
            yield number, "".join(parts)
        number, parts = here, [raw]
    if parts:
        yield number, "".join(parts)


def _line(number: int, raw: str) -> Line | None:
    read = re.match(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)', raw, re.DOTALL)
    if read is None:
        return None
    pairs = re.findall(r';([A-Za-z0-9-]+)=("[^"]*"|[^";:]*)', read[2])
    return Line(number, read[1].upper(), {name.upper(): value.strip('"') for name, value in pairs}, read[3])


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").replace("\0", "")
    try:
        return data.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace").replace("\0", "")


def _unescaped(text: str) -> str:
    said = re.sub(r"\\([\\,;nN])", lambda found: "\n" if found[1] in "nN" else found[1], text)
    return "".join(sign for sign in said if sign == "\n" or sign == "\t" or (sign >= " " and not "\x7f" <= sign <= "\x9f" and not "\ud800" <= sign <= "\udfff"))


def _web(text: str) -> str:
    given = text.strip()
    return given if re.match(r"https?://[^\s<>\"\\@]+$", given) and len(given) <= LONGEST["url"] else ""


def _duration(text: str) -> timedelta:
    read = re.fullmatch(r"\+?P(?:(\d{1,4})W|(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?)", text.strip().upper(), re.ASCII)
    if read is None:
        raise Wrong(N_("It ends before it begins.") if text.strip().startswith("-") else N_("One of its dates cannot be read."))
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in read.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _utc(local: datetime, zone: tzinfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def _note(reading: Reading, line: int, phrase: str) -> None:
    if len(reading.problems) < MOST_PROBLEMS:
        reading.problems.append((line, phrase))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _too_slow(_number: int, _frame: Any) -> None:
    raise TooSlow(N_("Its rule takes too long."))


if __name__ == "__main__":
    main()
