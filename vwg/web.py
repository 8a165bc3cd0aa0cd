"""The house's front: Flask's settings, headers, error pages, logs, and the addresses without a language."""

import gzip
import hashlib
import logging
import re
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, g, has_request_context, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_compress import Compress
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.local import LocalProxy
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from vwg import addresses, clock, guards, i18n, phrases
from vwg.config import ROOT, Config
from vwg.db import Gone, allow_writing, db
from vwg.domain import pictures, signing_in
from vwg.domain.errors import RuleBroken
from vwg.domain.settings import group
from vwg.formats import theme as formats_theme
from vwg.models import Beat

log = logging.getLogger("vwg")
bp = Blueprint("house", __name__)

SMALLER = frozenset({"text/css", "text/javascript", "image/svg+xml"})  # static files that compress well
VERSION = re.compile(r"-\d+\.\d+\.\d+\.\w+$")  # of a vendored part, as `icons-3.51.0.svg`
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

POLICY = "; ".join(
    [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
        "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'", "media-src 'self' blob:", "form-action 'self'",
        "base-uri 'none'", "frame-ancestors 'none'",
    ]
)  # fmt: skip


def flask_settings(config: Config) -> dict[str, Any]:
    """What Flask and its extensions want to know."""
    address = urlsplit(config.base_url)
    return {
        "SECRET_KEY": config.secrets[0],
        "SECRET_KEY_FALLBACKS": list(config.secrets[1:]),
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, "pool_pre_ping": True},
        "SESSION_COOKIE_NAME": "vwg",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": address.scheme == "https",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": signing_in.DEVICE_LASTS,
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "WTF_CSRF_SSL_STRICT": True,
        "TRUSTED_HOSTS": [address.hostname or "localhost", "localhost", "127.0.0.1"],
        "COMPRESS_MIMETYPES": ["text/html"],  # feeds and static files have their own small bytes
        "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SMTP_URL": config.smtp_url,
        "BASE_URL": config.base_url,
    }


def register(app: Flask) -> None:
    config: Config = app.extensions["vwg"]
    if config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's manual wraps it
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies
        )
    app.url_map.converters["int"] = _RowNumber
    Compress(app)
    app.view_functions["static"] = _static
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_error_handler(RuleBroken, _say_no)
    app.register_error_handler(Gone, _gone)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_error)
    app.log_exception = _log_without_data  # type: ignore[method-assign]  # theirs would write the whole exception, and what it holds of people
    app.jinja_env.globals.update(group=LocalProxy(group), asset=asset)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


class _RowNumber(IntegerConverter):
    """A number in an address; one that no row can have is not found, and never asked of the database."""

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int | None = 2**31 - 1, signed: bool = False) -> None:
        super().__init__(map, fixed_digits, min, max, signed)


def _begin() -> None:
    """The first line of every request: whether it writes, before anything is read."""
    g.began = time.perf_counter()
    allow_writing(request.method not in SAFE_METHODS)
    _refuse_nothing_signs()


@event.listens_for(Session, "after_commit")
def _saved(session: Session) -> None:
    """A request saves once (a savepoint is not it). What it reads after that, for its answer, keeps nobody else from writing."""
    if has_request_context() and not session.in_nested_transaction() and not session.info.get(guards.LOOKS):
        allow_writing(False)


def _refuse_nothing_signs() -> None:
    """No person types the sign with number 0, and PostgreSQL cannot hold it (a DataError, so a 500).

    In a question it is a space, so that every search has an answer; in an address nothing is there;
    a form with it was sent by no browser.
    """
    if "\0" in request.path:
        abort(404)
    if request.path.startswith("/feeds/"):  # feeds answer nonsense with nothing
        return
    if b"%00" in request.query_string:
        request.query_string = request.query_string.replace(b"%00", b"%20")
    if any("\0" in text for each in request.form.items(multi=True) for text in each):
        abort(400)


def _finish(response: Response) -> Response:
    if response.status_code == 200 and "form_status" in g:
        response.status_code = g.form_status  # a form that came back: 422 for its shape, 409 for a rule
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("Referrer-Policy", "same-origin")  # not no-referrer: Flask-WTF wants one on HTTPS
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if g.get("is_private"):
        headers["Cache-Control"] = "no-store"
        headers["X-Robots-Tag"] = "noindex"
    rule = request.url_rule.rule if request.url_rule else "(no page)"
    milliseconds = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
    log.info("%s %s %s %.0f ms", request.method, rule, response.status_code, milliseconds)
    return response


# ---- errors: each says what to do


def _say_no(refusal: RuleBroken) -> ResponseReturnValue:
    db.session.rollback()
    allow_writing(False)
    return render_template("errors/409.html", sentence=str(refusal)), 409


def _gone(_error: Gone) -> ResponseReturnValue:
    return render_template("errors/404.html"), 404


def _http_error(error: HTTPException) -> ResponseReturnValue:
    """A page for people; what has no page of its own says it in one plain line."""
    if error.response is not None or (error.code or 500) < 400:
        return error
    if isinstance(error, SecurityError):  # a name that is not ours: no page can be addressed by it
        return Response("400 Bad Request\n", 400, mimetype="text/plain")
    if request.path.startswith("/feeds/"):
        return _no_feed(error)
    code = error.code or 500
    if code == 403:
        code = 404
    template = f"errors/{code}.html" if (ROOT / "templates" / "errors" / f"{code}.html").exists() else f"errors/{500 if code > 500 else 400}.html"
    if code >= 500:  # a failed transaction answers nothing more, and the bare page asks nothing
        db.session.rollback()
    elif "lang_code" not in g:
        i18n.use_language(i18n.language_asked_for())
    return render_template(template), code


def _no_feed(error: HTTPException) -> Response:
    """In plain text, to a program; who typed the address by hand reads what may be wrong with it."""
    if error.code != 404:
        return Response(f"{error.code} {error.name}\n", error.code, mimetype="text/plain")
    language = request.args.get("lang", "")
    with phrases.speaking(language):
        sentence = phrases.gettext("There is no calendar at this address. Perhaps a piece of it is missing. All calendars are here:")
        page = addresses.full(f"/{phrases.language().code}/agenda/subscribe")
    return Response(f"{sentence}\n{page}\n", 404, content_type="text/plain; charset=utf-8")


def _database_error(error: OperationalError) -> ResponseReturnValue:
    """Full or locked: a human sentence, and no retry that makes it worse."""
    _log_without_data((type(error), error, error.__traceback__))
    return render_template("errors/503.html"), 503, {"Retry-After": "30"}


def _log_without_data(exc_info: Any) -> None:
    """Type, place, SQLSTATE and constraint; never the message: PostgreSQL repeats the row in it."""
    kind, error, trace = exc_info
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if trace.tb_next is None or Path(code.co_filename).is_relative_to(ROOT / "vwg"):
            frames.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    details = ""
    if isinstance(error, DBAPIError):
        original = error.orig
        constraint = getattr(getattr(original, "diag", None), "constraint_name", None)
        details = f" {type(original).__name__} {getattr(original, 'sqlstate', '')} {constraint or ''}"
    log.error("%s%s at %s", kind.__name__ if kind else "error", details, " < ".join(reversed(frames[-8:])))


# ---- addresses without a language


@bp.get("/")
@guards.public
def root() -> ResponseReturnValue:
    response = redirect(url_for("agenda.index", lang=i18n.preferred_language()))
    response.headers["Vary"] = "Accept-Language"
    return response


@bp.get("/theme.css")
@guards.public
def theme() -> ResponseReturnValue:
    """The group's own colours, apart, for the page's policy forbids inline style."""
    return Response(formats_theme.theme(group().green, group().accent), mimetype="text/css", headers={"Cache-Control": "public, max-age=300"})


@bp.get("/picture/<string(length=9):picture>-<size>.webp")
@guards.public
def picture(picture: str, size: str) -> ResponseReturnValue:
    """The group's logo, and pictures of public activities; an id is never given out twice, so its picture is kept."""
    shown = pictures.shown(picture, size)
    kept = "public, max-age=31536000, immutable" if picture == group().logo else "public, max-age=86400"  # a photo may have to go
    return Response(shown or abort(404), mimetype="image/webp", headers={"Cache-Control": kept})


@bp.get("/robots.txt")
@guards.public
def robots() -> ResponseReturnValue:
    lines = ["User-agent: *", "Disallow: /*/signup/", "Disallow: /*/partners/reply/", "Disallow: /*/account/", "Allow: /"]
    lines += ["", f"Sitemap: {addresses.full(url_for('share.sitemap'))}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/healthz")
@guards.public
def healthz() -> ResponseReturnValue:
    return Response("alive\n", mimetype="text/plain")


@bp.get("/readyz")
@guards.public
def readyz() -> ResponseReturnValue:
    """Ready: the database answers and the worker went round in the last minute."""
    try:
        beat = db.session.scalars(select(Beat.at).order_by(Beat.at.desc())).first()
    except DBAPIError:
        return Response("no database\n", 503, mimetype="text/plain")
    if beat is None or (clock.now() - beat).total_seconds() > 60:
        return Response("no worker\n", 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


# ---- static files, immutable by their hash


def asset(name: str) -> str:
    """A static file's address with a mark of its contents, so that it may be kept forever."""
    return _address(request.script_root, name)


@cache
def _address(_root: str, name: str) -> str:
    """Made once for each place that the house is mounted at: a page asks it for every pictogram."""
    return f"{url_for('static', filename=name)}?v={_mark(name)}"


def _static(filename: str) -> Response:
    """Kept forever under its mark, a week by the version in its name; what is text goes out small."""
    response = current_app.send_static_file(filename)
    if VERSION.search(filename):
        response.headers["Cache-Control"] = "public, max-age=604800"
    if request.args.get("v") == _mark(filename):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if response.mimetype not in SMALLER:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code == 200 and request.method == "GET" and not request.range and request.accept_encodings["gzip"] > 0:
        response.direct_passthrough = False
        response.close()  # the file that it would have sent
        response.set_data(_gzipped(filename))
        response.headers["Content-Encoding"] = "gzip"
    return response


@cache
def _gzipped(name: str) -> bytes:
    return gzip.compress((ROOT / "static" / name).read_bytes(), 9, mtime=0)


@cache
def _mark(name: str) -> str:
    return hashlib.sha256((ROOT / "static" / name).read_bytes()).hexdigest()[:10]
