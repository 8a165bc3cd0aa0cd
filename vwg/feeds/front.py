"""Before Flask: a public calendar that this process still knows goes out after one look-up.

Calendar programs ask every hour for years, nearly always for what has not changed. Everything that
is not that plain question (keys, other names, a first reading, a mistake) goes on to the views.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask
from werkzeug.http import HTTP_STATUS_CODES

from vwg.feeds import reading, serving
from vwg.feeds.memory import Feed, agenda_asked

log = logging.getLogger("vwg")

# What stands after an id is for people (`p2345678x-de-brug`); a category is its whole name.
PATH = re.compile(r"/feeds/(?:(agenda|categories/[a-z0-9-]+)|((?:partners|places|events)/[a-z0-9]+)(?:-[a-z0-9-]*)?)\.ics")
LONGEST = 300  # signs of a question that is worth remembering

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Front:
    """A WSGI application around another."""

    def __init__(self, app: Flask, behind: Application) -> None:
        self.app, self.behind = app, behind

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/feeds/"):
            began = time.perf_counter()
            feed = self._asked(environ)
            answer = (reading.at_once(self.app, feed) or reading.known(self.app, feed)) if feed else None
            if feed and answer:
                status, headers, body = serving.reply(
                    feed, answer, known=environ.get("HTTP_IF_NONE_MATCH"), since=environ.get("HTTP_IF_MODIFIED_SINCE"),
                    accepts=environ.get("HTTP_ACCEPT_ENCODING", ""),
                )  # fmt: skip
                log.info("%s /feeds/%s %s %.1f ms", environ["REQUEST_METHOD"], feed.name.partition("/")[0], status, (time.perf_counter() - began) * 1000)
                start_response(f"{status} {HTTP_STATUS_CODES[status]}", headers)
                return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
            return self.behind(environ, _short_304(start_response))
        return self.behind(environ, start_response)

    def _asked(self, environ: dict[str, Any]) -> Feed | None:
        """The public calendar that is asked for, in the plainest way there is."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or not self._is_our_name(environ):
            return None
        return _feed_at(environ["PATH_INFO"], environ.get("QUERY_STRING", ""))

    def _is_our_name(self, environ: dict[str, Any]) -> bool:
        """Another name than ours is for Flask to refuse."""
        return environ.get("HTTP_HOST", "").partition(":")[0] in self.app.config["TRUSTED_HOSTS"]


@lru_cache(2_000)
def _feed_at(path: str, query: str) -> Feed | None:
    """As the views read it: of what is said twice the first counts, and only the agenda has filters."""
    found = PATH.fullmatch(path)
    if found is None or len(query) > LONGEST or not query.isascii():
        return None
    said: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        said.setdefault(name, value)
    name, asked = found[1] or found[2], agenda_asked(said)
    return asked if name == "agenda" else Feed(name, asked.language)


def _short_304(start_response: Any) -> Any:
    """"You know it already" is said a million times: without what only a page needs."""

    def start(status: str, headers: serving.Headers, *more: Any) -> Any:
        if status.startswith("304"):
            headers = [(name, value) for name, value in headers if name.lower() in serving.OF_A_304]
        return start_response(status, headers, *more)

    return start
