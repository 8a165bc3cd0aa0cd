"""A desk: the words of the house in other languages, for speakers."""

from flask import Blueprint

bp = Blueprint("translating", __name__)

from vwg.translating import clips as clips  # noqa: E402
from vwg.translating import texts as texts  # noqa: E402
from vwg.translating import views as views  # noqa: E402  the views hang on bp
