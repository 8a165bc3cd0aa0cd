"""The database's shape comes from migrations alone, and a migration loses nobody."""

from contextlib import nullcontext

import flask_migrate
import pytest
from sqlalchemy import inspect, text

from tests.conftest import fresh_database, make_app
from vwg import schema
from vwg.db import db

REMAKES_USER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "remade", "{head}"


def upgrade() -> None:
    with op.batch_alter_table("user", recreate="always") as batch_op:
        batch_op.add_column(sa.Column("shoe_size", sa.Integer(), nullable=True))
"""
LOSES_A_PARENT = """
from alembic import op

revision, down_revision = "lossy", "{head}"


def upgrade() -> None:
    op.execute("DELETE FROM user WHERE name = 'Leen'")
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request, tmp_path):
    """An empty house whose database has no table yet."""
    url = fresh_database(request.getfixturevalue("postgres_url"), "vwg_migrations") if request.param == "postgresql" else ""
    app = make_app(tmp_path, url)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def old_town(own_house, tmp_path):
    """The cast in an SQLite database as the newest migration left it, and a way to add one more."""
    return lambda source: _upgrade_by(tmp_path, source)


def test_models_and_migrations_agree(house):
    flask_migrate.upgrade()

    flask_migrate.check()  # ends the program when they do not


def test_a_house_can_be_taken_down_and_built_again(house):
    flask_migrate.upgrade()
    flask_migrate.downgrade(revision="base")
    assert inspect(db.engine).get_table_names() == ["alembic_version"]

    flask_migrate.upgrade()
    assert set(inspect(db.engine).get_table_names()) == {*db.metadata.tables, "alembic_version"}


def test_a_table_made_anew_keeps_the_rows_that_hang_from_it(old_town):
    before = _roles()
    old_town(REMAKES_USER)

    assert before > 0
    assert _roles() == before
    assert db.session.scalar(text("PRAGMA foreign_keys")) == 1  # and the house goes on with them


def test_without_the_switch_those_rows_would_be_gone(old_town, monkeypatch):
    monkeypatch.setattr(schema, "constraints_off", lambda connection: nullcontext())
    old_town(REMAKES_USER)

    assert _roles() == 0


def test_a_migration_that_leaves_orphans_is_refused_and_undone(old_town):
    before = _roles()
    with pytest.raises(SystemExit):
        old_town(LOSES_A_PARENT)

    assert _roles() == before
    assert db.session.scalar(text("SELECT count(*) FROM user WHERE name = 'Leen'")) == 1


def _upgrade_by(folder, source):
    """Run one more migration, from a folder of its own."""
    own = folder / "versions"
    own.mkdir()
    head = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    db.session.remove()
    (own / "one_more.py").write_text(source.format(head=head))

    def both(config):
        config.set_main_option("version_locations", f"{config.get_main_option('script_location')}/versions:{own}")
        return config

    schema.migrate.configure(both)
    try:
        flask_migrate.upgrade()
    finally:
        schema.migrate.configure_callbacks.remove(both)
        db.engine.dispose()


def _roles():
    count = db.session.scalar(text("SELECT count(*) FROM user_role"))
    db.session.remove()
    return count
