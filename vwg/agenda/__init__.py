"""A desk: what is on, for everyone."""

from flask import Blueprint

bp = Blueprint("agenda", __name__)

from vwg.agenda import views as views  # noqa: E402  the views hang on bp
