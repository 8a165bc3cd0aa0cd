"""A desk: the volunteers' own: post, invite, follow up."""

from flask import Blueprint

bp = Blueprint("planning", __name__)

from vwg.planning import checklist as checklist  # noqa: E402
from vwg.planning import dates as dates  # noqa: E402  the views hang on bp
from vwg.planning import door as door  # noqa: E402
from vwg.planning import export as export  # noqa: E402
from vwg.planning import imports as imports  # noqa: E402
from vwg.planning import invitations as invitations  # noqa: E402
from vwg.planning import needs as needs  # noqa: E402
from vwg.planning import pictures as pictures  # noqa: E402
from vwg.planning import places as places  # noqa: E402
from vwg.planning import queue as queue  # noqa: E402
from vwg.planning import search as search  # noqa: E402
from vwg.planning import series as series  # noqa: E402
from vwg.planning import signup_rules as signup_rules  # noqa: E402
from vwg.planning import thanks as thanks  # noqa: E402
from vwg.planning import views as views  # noqa: E402
