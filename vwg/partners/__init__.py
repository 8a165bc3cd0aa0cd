"""A desk: the directory, and a partner's answers."""

from flask import Blueprint

bp = Blueprint("partners", __name__)

from vwg.partners import own as own  # noqa: E402  the views hang on bp
from vwg.partners import relation as relation  # noqa: E402
from vwg.partners import submit as submit  # noqa: E402
from vwg.partners import views as views  # noqa: E402
from vwg.partners import welcome as welcome  # noqa: E402
