"""What signing in asks."""

import json
from typing import Any

from flask import request
from wtforms import HiddenField, StringField

from vwg.domain import passkeys
from vwg.forms import EmailField, Form, at_most, needed, plain_digits
from vwg.guards import local_path
from vwg.phrases import N_


class ComingBack(Form):
    """A form on the way through signing in: where one was going, and what was filled in there."""

    next = HiddenField()
    kept = HiddenField()

    @property
    def goes_to(self) -> str:
        """A path of ours, or nothing."""
        return local_path(self.next.data)

    @property
    def fields_kept(self) -> list[tuple[str, str]]:
        """The other form's names and values; nothing when somebody wrote nonsense there."""
        try:
            given: Any = json.loads(self.kept.data or "[]")
            return [(str(name), str(value)) for name, value in given]
        except (ValueError, TypeError):
            return []


class SignInForm(ComingBack):
    email = EmailField(N_("Your e-mail address"), [needed(N_("Write your e-mail address."))])


class _DigitsField(StringField):
    """Six digits, in whatever digits and with whatever spaces."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = "".join(plain_digits(valuelist[0] if valuelist else "").split())


class DigitsForm(ComingBack):
    digits = _DigitsField(N_("The six digits from the mail"), [needed(N_("Type the six digits from the mail."))])


class PasskeyForm(Form):
    """A new passkey; its answer comes from the browser by static/passkey.js."""

    answer = HiddenField()
    name = StringField(N_("What do you call it?"), [at_most(passkeys.LONGEST_NAME)], description=N_("So that you know later which one it is: my phone."))


class PasskeyNameForm(Form):
    name = StringField(N_("What do you call it?"), [at_most(passkeys.LONGEST_NAME)])


def empty_sign_in_form(next: str = "", kept: str = "") -> SignInForm:
    """The form as it stands on a page that somebody else's press led to."""
    return SignInForm(formdata=None, data={"next": next, "kept": kept})


def arriving() -> SignInForm:
    """The sign-in page's own form; `next` comes with the address at first."""
    form = SignInForm()
    if not form.is_submitted():
        form.next.data = local_path(request.args.get("next"))
    return form
