"""Leen at her desk."""

import pytest
from flask import Flask

from tests.conftest import Visitor, inside, world_kitchen
from vwg import demo
from vwg.db import db


@pytest.fixture
def leen(app: Flask) -> Visitor:
    """She hosts the world kitchen."""
    with inside(app):
        world_kitchen(demo.cast())
        db.session.commit()
    return Visitor(app).signed_in_as("leen")
