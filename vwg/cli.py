"""`flask --app app …`: what is done from the machine's own keyboard. Each calls one verb and commits."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import click
import flask_migrate
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from vwg import backup, clock, mail, opening, phrases, schema, worker
from vwg.config import Config
from vwg.db import db, writing
from vwg.domain import erasure, partner_import, phrasebook, returned, signing_in
from vwg.domain.errors import RuleBroken
from vwg.domain.settings import group
from vwg.formats import returned_mail
from vwg.models import Beat, Role, User, UserRole

MOST_OF_A_MAIL = 2**20  # bytes; a report stands at its beginning
FREE_SPACE = 200 * 2**20  # bytes; below this the house says that its disk is nearly full


def register(app: Flask) -> None:
    for command in (load_demo, sign_in_link, work, deliver, erase, save_backup, restore_backup, check, save_phrases, import_partners, mail_came_back):
        app.cli.add_command(command)


@click.command("demo")
def load_demo() -> None:
    """Fill an empty house with the invented town."""
    if not opening.load_demo():
        raise click.ClickException("Somebody lives here already: the invented town is only for an empty house.")
    click.echo("The town is there.")


@click.command("sign-in-link")
@click.argument("email")
@click.option("--new", "name", help="Let somebody new in, by this name, as administrator.")
def sign_in_link(email: str, name: str | None) -> None:
    """Print a link that signs in the volunteer with this address, once."""
    with writing():
        person = User.by_email(email)
        if person is None and name:
            person = User(name=name, email=email.strip().lower())
            person.roles = [UserRole(role=role) for role in (Role.ADMINISTRATOR, Role.ORGANISER, Role.COACH)]
            db.session.add(person)
            db.session.flush()
        if person is None:
            raise click.ClickException("Nobody here has that address. To let somebody new in, add --new NAME.")
        link = signing_in.link_for(person)
        db.session.commit()
    click.echo(link)


@click.command("mail-came-back")
@click.argument("mail_file", type=click.File("rb"), default="-")
def mail_came_back(mail_file: BinaryIO) -> None:
    """What a mail server could not deliver (on standard input, for an alias's pipe) becomes a call."""
    told = 0
    for address in returned_mail.failed_addresses(mail_file.read(MOST_OF_A_MAIL)):
        with writing():
            try:
                told += returned.came_back(address)
            except returned.NothingWasMailed:
                continue
            db.session.commit()
    click.echo(f"{told} to be told in another way.")


@click.command("worker")
def work() -> None:
    """Mail what is due and do the night's chores, until told to stop."""
    worker.run()


@click.command()
def deliver() -> None:
    """Mail what is due, once."""
    click.echo(f"{mail.deliver(limit=1000)} mailed.")


@click.command()
def erase() -> None:
    """Erase everything whose day has come, once, and say how many of each kind."""
    gone, wiped = worker.erase()
    for kind, number in gone.items():
        click.echo(f"{number:6} {kind}")
    click.echo("What was due is gone." if wiped else "What was due is gone. Its traces are wiped as soon as nobody reads: start this again.")


@click.command("phrases")
@click.argument("language", type=click.Choice([code for code in phrases.KNOWN if code not in phrasebook.BORN_HERE]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def save_phrases(language: str, file: Path) -> None:
    """Write a language's public.po with what speakers signed off in this house."""
    file.write_bytes(phrases.as_po(phrasebook.signed_catalogue(language)))
    left = phrasebook.progress(language)
    click.echo(f"{file} holds all phrases; {left.open} of {left.all} still wait for a speaker.")


@click.command("import-partners")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--without-numbers", is_flag=True, help="Leave out enterprise numbers and V-codes that do not fit, instead of their lines.")
def import_partners(file: Path, dry_run: bool, without_numbers: bool) -> None:
    """Add the partners of a CSV file that do not stand here yet. Its first line has the names of the columns."""
    with writing():
        try:
            sheet = partner_import.sheet(file.read_bytes())
            bring_in = partner_import.judge if dry_run else partner_import.bring_in
            judged = bring_in(sheet, partner_import.matched(sheet.head), without_numbers)
        except RuleBroken as refusal:
            raise click.ClickException(str(refusal)) from None
        if not dry_run:
            db.session.commit()
    for one in judged:
        for problem in one.problems + one.left_out:
            click.echo(f"line {one.line}: {problem}")
    there = sum(1 for one in judged if one.known is not None or one.twice_of is not None)
    added = sum(1 for one in judged if one.is_new)
    click.echo(f"{added} {'would be added' if dry_run else 'added'}, {there} stand here already, {sum(1 for one in judged if one.problems)} could not be used.")


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def save_backup(file: Path) -> None:
    """Copy the database to a new file, while the house is open."""
    _copy(backup.save, file)
    click.echo(f"{file} holds everything but the key. It names people: keep it at most 14 days.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore_backup(file: Path, yes: bool) -> None:
    """Put a backup in the place of all there is; what was due since is erased again."""
    if not yes:
        click.confirm("Everything that is here now is replaced. Go on?", abort=True)
    _keep_tombstones()
    _copy(backup.load, file)
    flask_migrate.upgrade()
    again = worker.replay_erasures()
    worker.erase()
    click.echo("Restored, brought up to date, and what was due since is erased.")
    click.echo(f"Erased again, because they had asked for it: {again['sign-ups']} sign-ups, {again['households']} households.")


def _keep_tombstones() -> None:
    """Who was erased here must stay erased; a database that is broken cannot say so, its file can."""
    config: Config = current_app.extensions["vwg"]
    try:
        erasure.write_tombstones(config.instance)
    except SQLAlchemyError:
        click.echo("This database cannot be read: who was erased is taken from the file beside it.")
    db.session.remove()


def _copy(how: Callable[[Path], None], file: Path) -> None:
    try:
        how(file)
    except backup.CannotCopy as error:
        raise click.ClickException(str(error)) from None


@click.command()
def check() -> None:
    """Say in plain words how the house stands. Exit status 1 when something needs a hand."""
    config: Config = current_app.extensions["vwg"]
    found = [*_of_the_database(), *_of_the_machine(config)]
    for good, sentence in found:
        click.echo(f"{'ok   ' if good else 'LOOK '} {sentence}")
    if not all(good for good, _ in found):
        raise SystemExit(1)


Finding = tuple[bool, str]


def _of_the_database() -> list[Finding]:
    engine = db.engine.dialect.name
    try:
        beat = db.session.get(Beat, worker.NAME)
        here = db.session.scalars(text("SELECT version_num FROM alembic_version")).all()
    except SQLAlchemyError as error:
        return [(False, f"The database ({engine}) does not answer as it should: {type(error).__name__}.")]
    newest = ScriptDirectory.from_config(schema.migrate.get_config()).get_heads()
    return [
        (True, f"The database is {engine}."),
        (True, "Mail goes out." if mail.is_on() else "Mail is off: what would be mailed stands on a page."),
        (here == newest, "Its shape is today's." if here == newest else "Its shape is old: flask --app app db upgrade"),
        _of_the_worker(beat),
        _of_the_responsible(),
    ]


def _of_the_worker(beat: Beat | None) -> Finding:
    if beat is None:
        return False, "The worker never ran: nothing is mailed and nothing is erased."
    seconds = round((clock.now() - beat.at).total_seconds())
    return seconds < worker.SECONDS_IT_MAY_BE_SILENT, f"The worker last went round {seconds} seconds ago."


def _of_the_responsible() -> Finding:
    if group().responsible:
        return True, "Somebody answers for people's data, so strangers may sign up."
    return False, "The settings name nobody who answers for people's data: strangers cannot sign up."


def _of_the_machine(config: Config) -> list[Finding]:
    free = shutil.disk_usage(config.instance if config.instance.exists() else Path.cwd()).free
    return [
        (True, f"People come in at {config.base_url}/."),
        (free > FREE_SPACE, f"{free // 2**20} MB are free on the disk."),
    ]
