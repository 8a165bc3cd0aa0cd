"""A desk: calendar programs and other sites."""

from flask import Blueprint, Flask

bp = Blueprint("feeds", __name__)

from vwg.feeds import front, reading  # noqa: E402
from vwg.feeds import lists as lists  # noqa: E402  the views hang on bp
from vwg.feeds import own as own  # noqa: E402
from vwg.feeds import views as views  # noqa: E402


def register(app: Flask) -> None:
    """The connections that only read, and the front that answers from memory, before the rest of the house."""
    reading.register(app)
    app.wsgi_app = front.Front(app, app.wsgi_app)  # type: ignore[method-assign]
