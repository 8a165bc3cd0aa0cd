"""A desk: the volunteers' own: post, invite, follow up."""

from flask import Blueprint

bp = Blueprint("planning", __name__)

from vwg.planning import checklist as checklist
from vwg.planning import dates as dates
from vwg.planning import door as door
from vwg.planning import export as export
from vwg.planning import imports as imports
from vwg.planning import invitations as invitations
from vwg.planning import needs as needs
from vwg.planning import pictures as pictures
from vwg.planning import places as places
from vwg.planning import posters as posters
from vwg.planning import queue as queue
from vwg.planning import search as search
from vwg.planning import series as series
from vwg.planning import signup_rules as signup_rules
from vwg.planning import thanks as thanks
from vwg.planning import views as views
