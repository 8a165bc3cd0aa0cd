"""A desk: what is on, for everyone."""

from flask import Blueprint

bp = Blueprint("agenda", __name__)

from vwg.agenda import one_date as one_date  # noqa: E402
from vwg.agenda import pages as pages  # noqa: E402  the views hang on bp
from vwg.agenda import share as share  # noqa: E402
from vwg.agenda import views as views  # noqa: E402
