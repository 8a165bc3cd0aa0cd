"""vwg: activities of a village, who is asked to help, and who comes along."""

from flask import Flask

from vwg import (
    accounts,
    addresses,
    admin,
    agenda,
    cli,
    coaching,
    feeds,
    guards,
    i18n,
    keys,
    pages,
    partners,
    planning,
    schema,
    signup,
    translating,
    web,
)
from vwg.config import ROOT, Config
from vwg.db import db, listen


def create_app(config: Config | None = None) -> Flask:
    """The table of contents: one line a part."""
    config = config or Config.from_environment()
    app = Flask("vwg", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.from_mapping(web.flask_settings(config))
    app.extensions["vwg"] = config

    keys.use(*config.secrets)
    addresses.use(config.base_url)
    db.init_app(app)
    with app.app_context():
        listen(db.engine)
    schema.migrate.init_app(app)
    feeds.register(app)
    web.register(app)
    i18n.register(app)
    pages.register(app)
    guards.register(app)

    app.register_blueprint(web.bp)
    app.register_blueprint(agenda.bp, url_prefix="/<lang>")
    app.register_blueprint(agenda.share.bp)
    app.register_blueprint(signup.bp, url_prefix="/<lang>/signup")
    app.register_blueprint(signup.helping.bp, url_prefix="/<lang>/help")
    app.register_blueprint(signup.offer_help.bp, url_prefix="/<lang>/offer-help")
    app.register_blueprint(partners.bp, url_prefix="/<lang>/partners")
    app.register_blueprint(planning.bp, url_prefix="/<lang>/planning")
    app.register_blueprint(coaching.bp, url_prefix="/<lang>/coaching")
    app.register_blueprint(translating.bp, url_prefix="/<lang>/translate")
    app.register_blueprint(translating.clips.heard)
    app.register_blueprint(accounts.bp, url_prefix="/<lang>/account")
    app.register_blueprint(admin.bp, url_prefix="/<lang>/admin")
    app.register_blueprint(feeds.bp)

    cli.register(app)
    return app
