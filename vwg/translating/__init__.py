"""A desk: the words of the house in other languages, for speakers."""

from flask import Blueprint

from vwg.phrases import with_blanks

bp = Blueprint("translating", __name__)
bp.app_template_filter("with_blanks")(with_blanks)

from vwg.translating import clips as clips
from vwg.translating import texts as texts
from vwg.translating import views as views
