"""Addresses with a readable tail: `e7f3k2m9q-wereldkeuken` and back to the row."""

from typing import Any, TypeVar

from flask import Flask, abort
from sqlalchemy import Select

from vwg import addresses
from vwg.db import db
from vwg.models import Event, Partner, Place

Row = TypeVar("Row")


def register(app: Flask) -> None:
    app.jinja_env.globals.update(address_of=address_of)


def found(query: "Select[Row]", given: str) -> Row:
    """The row of this scope whose public id begins the address; else a 404.

    The scope is what this visitor may see (`Event.public()`), so a draft is not there at all.
    """
    noun: Any = query.column_descriptions[0]["entity"]
    row = db.session.scalars(query.where(noun.public_id == public_id_in(given))).unique().first()
    if row is None:
        abort(404)
    return row


def public_id_in(given: str) -> str:
    """The beginning of an address that names a row; what cannot be one is a 404."""
    public_id = given.partition("-")[0]
    if not (public_id.isascii() and public_id.isalnum()):  # PostgreSQL takes no NUL, and none is ours
        abort(404)
    return public_id


def address_of(thing: Event | Partner | Place) -> str:
    """The last part of its page's address; the tail is for people and may change."""
    return addresses.with_tail(thing.public_id, thing.title if isinstance(thing, Event) else thing.name)
