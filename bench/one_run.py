"""The four things that a house is asked most, beside a plain view of the same activities, in one run.

    .venv/bin/python bench/one_run.py [--activities 1000] [--seconds 3]

The whole calendar, the poll of a calendar program that has it already, the agenda's page and a
sign-up; beside a Flask view that builds the same calendar with icalendar at each request. Makes its
house in a temporary folder (SQLite) and opens it as in production; prints one table with ratios.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import feeds

NOT_NEEDED = ["django", "radicale", "xandikos"]
SIGN_UP = "a sign-up"


def app():
    """As in production, but for the three seconds that a form may not be faster than."""
    from vwg import create_app
    from vwg.domain import pace

    pace.QUICKEST = timedelta(0)
    return create_app()


def run(activities: int, seconds: float) -> list[feeds.Line]:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        for name in ("VWG_DATABASE_URL", "VWG_SMTP_URL", "VWG_BASE_URL"):
            os.environ.pop(name, None)
        os.environ["VWG_INSTANCE"] = folder
        told = feeds.furnish(activities)
        house, _constant, _bare, plain = feeds.everybody(stack, folder, told, NOT_NEEDED)
        beside, page = (plain, plain.full, {200}), feeds.request("/nl/agenda/")
        lines = feeds.turn_by_turn("the whole calendar", [(house, house.full, {200}), beside], seconds)
        lines += feeds.turn_by_turn("the conditional poll", [(house, feeds.conditional(house), {304}), beside], seconds)
        lines += feeds.turn_by_turn("the agenda's page", [(house, page, {200}), beside], seconds)
        lines.append(sign_ups(unhurried(stack, folder), [each["page"].rpartition("/")[2] for each in told], seconds))
        return lines + feeds.turn_by_turn(SIGN_UP, [beside], seconds)


def unhurried(stack: ExitStack, folder: str) -> feeds.Subject:
    """The same house, opened once more for who presses at once."""
    port = feeds.free_port()
    process = stack.enter_context(feeds.served(feeds.granian(sys.executable, "bench.one_run:app", port), port, VWG_INSTANCE=folder))
    return feeds.Subject("vwg", port, process, b"", None)


def sign_ups(house: feeds.Subject, events: list[str], seconds: float) -> feeds.Line:
    """Somebody alone for one activity after the other: the press, without the page that was opened before it."""
    from vwg.domain import rsvps

    paths = cycle([_form_of(house, event) for event in events[:20]])
    _, head, form = house.client.ask(feeds.request(next(paths)))
    cookie = next(line.partition(b": ")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"set-cookie:")).partition(b";")[0].decode()
    token = form.partition(b'name="csrf_token"')[2].partition(b'value="')[2].partition(b'"')[0].decode()
    headers = (f"Cookie: {cookie}", "Content-Type: application/x-www-form-urlencoded")
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        body = urlencode({"csrf_token": token, "people": "1", "form_key": rsvps.new_form_key()}).encode()
        began = time.perf_counter()
        answer = house.client.ask(feeds.request(next(paths), *headers, method="POST", body=body))
        times.append((time.perf_counter() - began) * 1000)
        feeds._wanted(answer, {302})
    return feeds.Line(SIGN_UP, house.name, times, len(answer[1]) + 4 + len(answer[2]), house.memory)


def _form_of(house: feeds.Subject, event: str) -> str:
    """The address of its form, as its page says it."""
    page = house.client.ask(feeds.request(f"/nl/agenda/{event}"))[2].decode()
    return page[page.index("/nl/signup/d") :].partition('"')[0]


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--activities", type=int, default=1000)
    asked.add_argument("--seconds", type=float, default=3, help="for each line")
    chosen = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what it started ends with it
    feeds.show(run(chosen.activities, chosen.seconds), chosen.activities)
