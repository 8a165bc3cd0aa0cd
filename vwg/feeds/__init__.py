"""A desk: calendar programs and other sites."""

from flask import Blueprint, Flask

bp = Blueprint("feeds", __name__)

from vwg.feeds import front, reading
from vwg.feeds import lists as lists
from vwg.feeds import own as own
from vwg.feeds import views as views


def register(app: Flask) -> None:
    """The connections that only read, and the front that answers from memory, before the rest of the house."""
    reading.register(app)
    app.wsgi_app = front.Front(app, app.wsgi_app)  # type: ignore[method-assign]  # as Flask's manual wraps it
