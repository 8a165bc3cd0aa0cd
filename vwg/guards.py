"""Every page wears a guard, and the table of who may what is printed from them.

A guard is a decorator under the route: it loads, allows, or answers. Somebody else's object is a
404; who is not signed in is sent to sign in, with what was filled in kept (except on pages about
people).
"""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf, validate_csrf
from sqlalchemy import event
from sqlalchemy.orm import Session, joinedload
from werkzeug.local import LocalProxy
from wtforms.validators import ValidationError

from vwg import addresses, clock, i18n, links, permissions, phrases
from vwg.db import allow_writing, db
from vwg.domain import passkeys
from vwg.domain.errors import FormIsOld
from vwg.domain.settings import group
from vwg.models import User, UserSession

JUST_NOW = timedelta(minutes=15)
LOOKS = "only looks"  # marks the short session of `looks.record()`
KEPT = "_kept"  # the form's mark that it comes back after signing in: shown again, not yet done

View = TypeVar("View", bound=Callable[..., Any])


def register(app: Flask) -> None:
    app.before_request(_look_at_token)
    app.jinja_env.globals.update(viewer=LocalProxy(viewer), is_host=_is_host, csrf_token=generate_csrf)


# ---- who is here


def viewer() -> User | None:
    """Who is signed in on this device; read once a request. An ended session is nobody."""
    if "viewer" not in g:
        g.viewer = _user_of_device(session.get("device"))
    return cast("User | None", g.viewer)


def me() -> User:
    """The signed-in user, in a view whose guard made sure that there is one."""
    user = viewer()
    assert user is not None
    return user


def this_device() -> UserSession | None:
    """The row that this browser's cookie names, ended or not."""
    return db.session.get(UserSession, session.get("device", 0))


def is_sure() -> bool:
    """Whether this device showed within the last quarter of an hour who holds it: a telephone that was
    left unlocked takes no list along. By a passkey; who has none, by signing in; and who has one that
    does not work here, by signing in once more."""
    device = this_device()
    if device is None or viewer() is None:
        return False
    shown_at = device.sure_at or (None if passkeys.has_one(device.user) else device.created_at)
    return shown_at is not None and shown_at > clock.now() - JUST_NOW


def can_be_asked() -> bool:
    """Whether there is a way to show it: without mail and without a passkey there is none."""
    return bool(current_app.config["SMTP_URL"]) or group().is_demo or passkeys.has_one(me())


def _user_of_device(device: int | None) -> User | None:
    if device is None:
        return None
    whole = joinedload(UserSession.user).joinedload(User.roles)  # every page asks: one query
    signed_in = db.session.get(UserSession, device, options=[whole])
    if signed_in is None or signed_in.ended_at is not None or signed_in.ends_at <= clock.now():
        return None
    return None if signed_in.user.ended_at is not None else signed_in.user


def _is_host(event_or_date: Any) -> bool:
    user = viewer()
    owner = getattr(event_or_date, "event", event_or_date)
    return user is not None and user in owner.hosts


# ---- the guards


def public(view: View) -> View:
    """Anybody."""
    return _marked(view, "anybody")


def volunteer(allowed: Callable[[User], bool] | None = None, keeps: bool = True) -> Callable[[View], View]:
    """Signed-in volunteers for whom `allowed` holds. `keeps`: a form filled in while the sign-in
    ended is kept through signing in again; never on pages about people."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            user = viewer()
            g.is_private = True
            if user is None:
                return _ask_to_sign_in(keeps)
            if not user.is_volunteer or (allowed is not None and not allowed(user)):
                abort(404)
            return in_desk_words(view)(*args, **kwargs)

        return _marked(cast(View, guarded), "volunteer" + (f": {allowed.__name__}" if allowed else ""))

    return guard


administrator = volunteer(permissions.can_administer)


def in_desk_words(view: Callable[..., Any]) -> Callable[..., ResponseReturnValue]:
    """Under every volunteer's guard, and under others where the page has the volunteers' words: in a language
    that they do not have it leads to the same page in the visitor's own, and what is sent is answered in it."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        user = viewer()
        elsewhere = i18n.speak_desk(user.language if user else phrases.SOURCE)
        return redirect(elsewhere) if elsewhere and request.method in {"GET", "HEAD"} else cast(ResponseReturnValue, view(*args, **kwargs))

    return guarded


def sure(always: bool = False, keeps: bool = True) -> Callable[[View], View]:
    """Under another guard: whoever is signed in also shows that it is them, before exports, everybody's
    lists and settings. `always`: even where nothing can be asked. `keeps` as in `volunteer`."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if is_sure() or not (always or can_be_asked()):
                return cast(ResponseReturnValue, view(*args, **kwargs))
            return _ask_to_be_sure(keeps)

        marked = cast(View, guarded)
        marked.asks_to_be_sure = True  # type: ignore[attr-defined]  # read by _marked; a view is a function, as below
        return marked

    return guard


def signed_in(view: View) -> View:
    """Anybody with an account: a volunteer, or a partner's contact."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        g.is_private = True
        return _ask_to_sign_in(keeps=True) if viewer() is None else cast(ResponseReturnValue, view(*args, **kwargs))

    return _marked(cast(View, guarded), "signed in")


def link(purpose: str) -> Callable[[View], View]:
    """Whoever holds the secret link: its token becomes the row it was made for, or a 404."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(token: str, *args: Any, **kwargs: Any) -> ResponseReturnValue:
            g.is_private = True
            return cast(ResponseReturnValue, view(links.opened(purpose, token), *args, **kwargs))

        return _marked(cast(View, guarded), f"link: {purpose}")

    return guard


def by_address(proof: str) -> Callable[[View], View]:
    """A POST whose address is the proof (one-click unsubscribe): no form token is asked."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            g.is_private = True
            return cast(ResponseReturnValue, view(*args, **kwargs))

        marked = _marked(cast(View, guarded), f"address: {proof}")
        marked.without_token = True  # type: ignore[attr-defined]  # a view is a function; on it stands what Flask finds again
        return marked

    return guard


def _marked(view: View, who: str) -> View:
    view.guard = who + (", sure" if getattr(view, "asks_to_be_sure", False) else "")  # type: ignore[attr-defined]  # likewise
    return view


def table(app: Flask) -> list[str]:
    """Who may what, one line a page, as the guards say it."""
    lines = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        view = app.view_functions[rule.endpoint]
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        lines.append(f"{rule.rule}  {methods}  {getattr(view, 'guard', 'NO GUARD')}")
    return sorted(lines)


# ---- form tokens


def _look_at_token() -> None:
    """A writing request without a fresh token may be shown its form again, but commits nothing."""
    g.form_is_old = False
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.endpoint is None:
        return
    if getattr(request.url_rule and _view(request.endpoint), "without_token", False):
        return
    if KEPT in request.form or not _from_our_own_page():
        g.form_is_old = True
        return
    try:
        validate_csrf(request.form.get("csrf_token") or request.headers.get("X-CSRFToken"))
        g.csrf_valid = True
    except ValidationError:
        g.form_is_old = True


def _from_our_own_page() -> bool:
    """A second wall: every browser says from which site a form is sent. Behind a proxy that does
    not pass our name on, the address that the group gave counts too."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc in {request.host, urlsplit(addresses.full("")).netloc}


def _view(endpoint: str) -> Callable[..., Any]:
    return current_app.view_functions[endpoint]


@event.listens_for(Session, "before_commit")
def _no_commit_from_an_old_form(session: Session) -> None:
    """The last wall: a page without a form of ours has no other. A line in the list of who looked
    at names is no answer to the form: the names are on the page that is shown again."""
    if g and g.get("form_is_old") and not session.info.get(LOOKS):
        raise FormIsOld


# ---- signing in, and back again


def _ask_to_sign_in(keeps: bool) -> ResponseReturnValue:
    """To the sign-in page and back. A filled form goes along as hidden fields where it may."""
    return _send_to("accounts.sign_in", "accounts/ended.html", keeps)


def _ask_to_be_sure(keeps: bool) -> ResponseReturnValue:
    """To the page that asks for a passkey or another sign-in, and back, likewise."""
    return _send_to("accounts.prove", "accounts/prove.html", keeps)


def _send_to(page_that_asks: str, template: str, keeps: bool) -> ResponseReturnValue:
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for(page_that_asks, next=request.full_path.rstrip("?")))
    allow_writing(False)
    fields = [] if not keeps else [(name, value) for name, value in request.form.items(multi=True) if name not in {"csrf_token", KEPT}]
    has_a_page = request.url_rule is not None and "GET" in (request.url_rule.methods or set())
    kept = json.dumps(fields) if fields and has_a_page else ""
    page = request.full_path.rstrip("?") if has_a_page else _path_of_referrer()
    return render_template(template, next=page, kept=kept, keeps=keeps), 401


def local_path(given: str | None) -> str:
    """`given` when it is a path of ours, else nothing: an address must not lead to another site.

    Browsers drop tabs and line ends and read a backslash as a slash, so `/\t/evil.example` and
    `/\\evil.example` are other sites too (WHATWG URL, section 4.4).
    """
    text = given or ""
    if not text.startswith("/") or any(sign <= " " or sign in "\\\x7f" for sign in text):
        return ""
    parts = urlsplit(text)
    return "" if parts.scheme or parts.netloc or text.startswith("//") else text


def _path_of_referrer() -> str:
    came_from = urlsplit(request.referrer or "")
    return local_path(came_from.path) if came_from.netloc == request.host else ""
