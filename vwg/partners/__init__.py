"""A desk: the directory, and a partner's answers."""

from flask import Blueprint

bp = Blueprint("partners", __name__)

from vwg.partners import own as own
from vwg.partners import photos as photos
from vwg.partners import relation as relation
from vwg.partners import submit as submit
from vwg.partners import views as views
from vwg.partners import welcome as welcome
