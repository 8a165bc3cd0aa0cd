"""A desk: the words of the house in other languages, for speakers."""

from flask import Blueprint

bp = Blueprint("translating", __name__)

from vwg.translating import clips as clips
from vwg.translating import texts as texts
from vwg.translating import views as views
