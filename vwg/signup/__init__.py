"""A desk: seats, for newcomers."""

from flask import Blueprint

bp = Blueprint("signup", __name__)

from vwg.signup import helping as helping  # noqa: E402  a helper's pages, under an address of their own
from vwg.signup import offer_help as offer_help  # noqa: E402
from vwg.signup import own as own  # noqa: E402  the views hang on bp
from vwg.signup import views as views  # noqa: E402
