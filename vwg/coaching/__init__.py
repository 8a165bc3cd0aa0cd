"""A desk: my people, and whom to tell."""

from flask import Blueprint

bp = Blueprint("coaching", __name__)

from vwg.coaching import calling as calling
from vwg.coaching import carrying as carrying
from vwg.coaching import lifts as lifts
from vwg.coaching import offers as offers
from vwg.coaching import quick as quick
from vwg.coaching import returned as returned
from vwg.coaching import views as views
from vwg.coaching import welcome as welcome
