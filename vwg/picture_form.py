"""What is asked of a photo, wherever a volunteer sends one in."""

from flask import request
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField

from vwg.db import db
from vwg.domain import pictures
from vwg.domain.pictures import MOST_BYTES, PHOTO_SIZES, About
from vwg.forms import Form, at_most
from vwg.phrases import N_


class PictureForm(Form):
    picture = FileField(N_("Picture"), description=N_("A PNG, a JPEG or a WebP. Where and when it was taken is wiped from it."))
    alt = StringField(N_("What is on it?"), [at_most(200)], description=N_("For people who do not see it. For example: six people stir in a big pot."))
    credit = StringField(N_("Who made it?"), [at_most(80)])
    consent_taken = BooleanField(N_("The people on it agreed to be photographed."))
    consent_published = BooleanField(N_("The people on it agreed that everybody may see it here."))

    @property
    def about(self) -> About:
        return About(self.alt.data or "", self.credit.data or "", self.consent_taken.data, self.consent_published.data)


def encoded() -> dict[str, bytes] | None:
    """What was sent along, in the sizes of a photo; None where no file came. Nothing is held meanwhile:
    others go on writing. Raises PictureTooLarge, NotAPicture."""
    given = request.files.get("picture")
    if given is None or not given.filename:
        return None
    data = given.read(MOST_BYTES + 1)
    db.session.rollback()
    return pictures.encoded(data, PHOTO_SIZES)
