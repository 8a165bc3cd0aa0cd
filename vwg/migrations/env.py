"""Alembic runs this for every command; what it needs to know stands in vwg/schema.py."""

from vwg import schema

schema.run()
