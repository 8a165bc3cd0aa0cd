"""One field for everything but people."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from vwg import guards
from vwg.domain import search as finding
from vwg.planning import bp


@bp.get("/search")
@guards.volunteer()
def search() -> ResponseReturnValue:
    asked = request.args.get("q", "")[: finding.LONGEST].strip()
    return render_template("planning/search.html", asked=asked, found=finding.of(asked))
