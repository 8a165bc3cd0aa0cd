"""Partners from a table: looked at first, then brought in; and all of them as a table."""

import base64
import logging
import zlib

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, FileField, HiddenField, SelectChoice, SelectField

from vwg import guards, keys, permissions
from vwg.db import db
from vwg.domain import errors, partner_import
from vwg.forms import Form, asking
from vwg.guards import me
from vwg.phrases import N_, gettext, ngettext
from vwg.planning import bp

log = logging.getLogger("vwg")

MOST_SHOWN = 50
PURPOSE = "partner list"


class ImportForm(Form):
    """The file; then, carried along in `kept`, which column is which."""

    file = FileField(N_("The table with partners"), description=N_("A CSV file, as spreadsheet programs save it. The first line has the names of the columns."))
    kept = HiddenField()
    without_numbers = BooleanField(N_("Save without these numbers"), description=N_("Numbers that do not fit stay out; all else of these lines comes in."))


for _ours, _words in partner_import.COLUMNS.items():
    setattr(ImportForm, f"column_{_ours}", SelectField(_words, default="", validate_choice=False))


@bp.route("/partners/import", methods=["GET", "POST"])
@guards.volunteer(permissions.can_organise, keeps=False)
def import_partners() -> ResponseReturnValue:
    """Looking changes nothing; only the button below the list does."""
    form = ImportForm()
    sheet, judged = None, []
    with asking(form) as answered:
        if answered:
            data = _file_of(form)
            sheet = partner_import.sheet(data)
            columns = _columns(form, sheet)
            form.kept.data = _kept(data)
            if "do" not in request.form:
                judged = partner_import.judge(sheet, columns, form.without_numbers.data)
            else:
                added = [one for one in partner_import.bring_in(sheet, columns, form.without_numbers.data) if one.is_new]
                db.session.commit()
                flash(ngettext("One partner added.", "%(num)s partners added.", len(added)) % {"num": len(added)})
                return redirect(url_for("partners.directory"))
    ask_without = form.without_numbers.data or any(one.wrong_numbers for one in judged)
    wrong, new = [one for one in judged if one.problems], [one for one in judged if one.is_new]
    there = [one for one in judged if one.known is not None or one.twice_of is not None]
    return render_template(
        "planning/import.html", form=form, sheet=sheet, judged=judged, wrong=wrong, new=new, there=there, most=MOST_SHOWN, ask_without=ask_without,
        columns=[form[f"column_{ours}"] for ours in partner_import.COLUMNS],
    )  # fmt: skip


@bp.get("/partners.csv")
@guards.administrator
@guards.sure(always=True)
def export_partners() -> ResponseReturnValue:
    """Everybody with whom we ask there: for administrators."""
    log.info("volunteer %s took the partners along", me().id)
    headers = {"Content-Disposition": 'attachment; filename="partners.csv"'}
    return Response(partner_import.exported(), headers=headers, content_type="text/csv; charset=utf-8")


# ---- inside


def _file_of(form: ImportForm) -> bytes:
    """What was sent now, else what was looked at before. Raises NotAList."""
    sent = form.file.data
    data = sent.read(partner_import.MOST_BYTES + 1) if sent else b""
    if data:
        return bytes(data)
    proof, _, packed = (form.kept.data or "").partition(".")
    if not packed or proof != keys.sealed(PURPOSE, packed):
        raise errors.NotAList
    return zlib.decompress(base64.b64decode(packed), bufsize=65536)


def _kept(data: bytes) -> str:
    """The file for the next step, small and with our mark: no session keeps anybody's list."""
    packed = base64.b64encode(zlib.compress(data, 9)).decode()
    return f"{keys.sealed(PURPOSE, packed)}.{packed}"


def _columns(form: ImportForm, sheet: partner_import.Sheet) -> dict[str, int]:
    """As people chose; on the first look as they are called."""
    first_look = bool(form.file.data)
    found = partner_import.matched(sheet.head) if first_look else {}
    choices = [SelectChoice("", gettext(N_("not in this file"))), *(SelectChoice(str(number), name[:60] or str(number + 1)) for number, name in enumerate(sheet.head))]
    for ours in partner_import.COLUMNS:
        field = form[f"column_{ours}"]
        field.choices = choices
        if first_look:
            field.data = str(found[ours]) if ours in found else ""
        elif (field.data or "").isascii() and (field.data or "").isdigit() and len(field.data) < 4 and int(field.data) < len(sheet.head):
            found[ours] = int(field.data)
        elif field.data:
            abort(400)
    return found
