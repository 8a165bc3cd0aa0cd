"""The rules of HTTP for a feed (RFC 9110), said once for Flask's views and for the front before them."""

import re
from datetime import datetime
from functools import lru_cache

from flask import Response
from werkzeug.http import parse_date, parse_etags

from vwg import phrases
from vwg.feeds import reading
from vwg.feeds.memory import Answer, Feed

Headers = list[tuple[str, str]]

PUBLIC = "public, max-age=300"
PRIVATE = "private, no-cache"
OF_A_304 = {"etag", "cache-control", "vary", "access-control-allow-origin", "x-robots-tag"}


def reply(
    feed: Feed, answer: Answer, *, known: str | None, since: str | None, accepts: str, cache: str = PUBLIC
) -> tuple[int, Headers, bytes]:
    """Status, headers and body for these three headers of the question (If-None-Match,
    If-Modified-Since, Accept-Encoding). A 304 carries what section 15.4.5 asks for and nothing else."""
    zipped = accepts_gzip(accepts)
    tag = f'"{answer.mark}-gz"' if zipped else f'"{answer.mark}"'
    headers = [("ETag", tag), ("Cache-Control", cache), ("Vary", "Accept-Encoding")]
    if cache == PUBLIC:
        headers.append(("Access-Control-Allow-Origin", "*"))  # any site may show what is public
    if _is_known(answer, tag, known, since):
        return 304, headers, b""
    body = answer.zipped if zipped else answer.plain
    headers += [
        ("Content-Type", answer.content_type),
        ("Content-Length", str(len(body))),
        ("Content-Disposition", f'inline; filename="{file_name(feed)}"'),
        ("Last-Modified", _in_words(reading.last_modified(answer))),
        ("Content-Security-Policy", "default-src 'none'"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if zipped:
        headers.append(("Content-Encoding", "gzip"))
    return 200, headers, body


@lru_cache(1_000)
def _in_words(moment: datetime) -> str:
    return f"{moment:%a, %d %b %Y %H:%M:%S} GMT"


@lru_cache(1_000)
def file_name(feed: Feed) -> str:
    return f"{re.sub(r'[^a-z0-9-]+', '-', feed.name)}.{feed.form}"


def accepts_gzip(header: str) -> bool:
    """`gzip, br;q=0.5`, `*`; `gzip;q=0` says no."""
    if not header:
        return False
    weights = {}
    for part in header.lower().split(","):
        name, _, rest = part.partition(";")
        weights[name.strip()] = not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", rest)
    return weights.get("gzip", weights.get("*", False))


def _is_known(answer: Answer, tag: str, known: str | None, since: str | None) -> bool:
    """Section 13.2.2: If-None-Match, and only without it If-Modified-Since."""
    if known is not None:
        return known == tag or parse_etags(known).contains_weak(tag.strip('"'))
    moment: datetime | None = parse_date(since) if since else None
    return moment is not None and answer.changed_at.replace(microsecond=0) <= moment


def not_now(language: str) -> Response:
    """The database does not answer and nothing is remembered: the one time that a feed is an error."""
    with phrases.speaking(language):
        sentence = phrases.gettext("The calendar is back in a moment.")
    return Response(f"{sentence}\n", 503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "60"})
