"""A desk: what is on, for everyone."""

from flask import Blueprint

bp = Blueprint("agenda", __name__)

from vwg.agenda import one_date as one_date
from vwg.agenda import pages as pages
from vwg.agenda import share as share
from vwg.agenda import views as views
