"""A desk: signing in, by mail, by a passkey, by a handed link, or in the demo by one press; and one's devices."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from vwg.accounts import passkeys as passkeys
from vwg.accounts import views as views
