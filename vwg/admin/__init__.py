"""A desk: the group itself. Who belongs to it, and what it decided; only for administrators."""

from flask import Blueprint

bp = Blueprint("admin", __name__)

from vwg.admin import style as style
from vwg.admin import views as views
