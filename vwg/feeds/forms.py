"""What this desk asks."""

from wtforms import RadioField, StringField

from vwg.domain.own_calendars import LONGEST_LABEL
from vwg.forms import Form, at_most
from vwg.models import FeedKind
from vwg.phrases import N_

KEY_KINDS = {
    FeedKind.VOLUNTEER: N_("What we still have to do: drafts, and what is still missing"),
    FeedKind.COACH: N_("Where my people go, without their names"),
    FeedKind.PARTNER: N_("What you were asked and what you promised"),
    FeedKind.NEWCOMER: N_("My own appointments"),
}


class KeyForm(Form):
    """A new calendar of one's own."""

    kind = RadioField(N_("What must stand in it?"))
    label = StringField(N_("For which telephone or computer?"), [at_most(LONGEST_LABEL)], description=N_("For example: Leen's phone. So that you know later which one to take back."))
