"""A desk: calendar programs and other sites."""

from flask import Blueprint

bp = Blueprint("feeds", __name__)

from vwg.feeds import views as views  # noqa: E402  the views hang on bp
