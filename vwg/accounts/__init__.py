"""A desk: signing in."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from vwg.accounts import views as views  # noqa: E402  the views hang on bp
