"""A desk: seats, for newcomers."""

from flask import Blueprint

bp = Blueprint("signup", __name__)

from vwg.signup import driving as driving
from vwg.signup import helping as helping
from vwg.signup import offer_help as offer_help
from vwg.signup import own as own
from vwg.signup import views as views
