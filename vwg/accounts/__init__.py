"""A desk: signing in, by mail, by a handed link, or in the demo by one press; and one's devices."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from vwg.accounts import views as views  # noqa: E402  the views hang on bp
