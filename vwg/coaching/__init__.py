"""A desk: my people, and whom to tell."""

from flask import Blueprint

bp = Blueprint("coaching", __name__)

from vwg.coaching import views as views  # noqa: E402  the views hang on bp
