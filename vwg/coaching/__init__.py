"""A desk: my people, and whom to tell."""

from flask import Blueprint

bp = Blueprint("coaching", __name__)

from vwg.coaching import calling as calling  # noqa: E402  the views hang on bp
from vwg.coaching import carrying as carrying  # noqa: E402
from vwg.coaching import lifts as lifts  # noqa: E402
from vwg.coaching import offers as offers  # noqa: E402
from vwg.coaching import quick as quick  # noqa: E402
from vwg.coaching import views as views  # noqa: E402
from vwg.coaching import welcome as welcome  # noqa: E402
