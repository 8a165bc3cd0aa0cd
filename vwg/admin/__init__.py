"""A desk: people and settings."""

from flask import Blueprint

bp = Blueprint("admin", __name__)

from vwg.admin import views as views  # noqa: E402  the views hang on bp
