"""Whether the directory stays as quick when it is full: 20 partners beside 2,000.

    .venv/bin/python bench/partners.py [--rounds 60] [--most 1.5]

Makes two houses in a temporary folder (SQLite), asks both for the same pages by turns in one process,
and prints for each page the median of both, in processor time, and their ratio. Ends with 1 when a ratio is above
`--most`. Leaves nothing behind.
"""

import argparse
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

FEW, MANY = 20, 2000


def house(folder: Path, number: int) -> tuple[Any, str, int]:
    """A house with so many partners and one activity that needs chairs; the activity's address and Jo's device."""
    from tests.conftest import make_app, migrate
    from vwg import clock, demo
    from vwg.db import db, writing
    from vwg.domain import dates, events, invitations, needs, partners
    from vwg.models import PartnerKind, UserSession
    from vwg.pages import address_of

    folder.mkdir()
    app = make_app(folder)
    migrate(app)
    kinds = list(PartnerKind)
    with app.app_context():
        with writing():
            town = demo.cast()
            day = clock.today() + timedelta(days=20)
            kitchen, market = (
                events.create(events.Details(title), [dates.Times(clock.at(day, 14), clock.at(day, 18))], town.jo) for title in ("Wereldkeuken", "Markt")
            )
            needs.add(kitchen, "stoelen", 20)
            for each in range(number - 2):
                partner = partners.add(partners.Details(
                    f"Vereniging {each:04}", kinds[each % 7], "Samen sterk voor het dorp. " * 4, contact_name=f"Mia {each}", contact_email=f"mia{each}@example.org",
                    lends=["chairs", "hall"] if each % 3 == 0 else [], tags=["sport"] if each % 5 == 0 else [], website=f"https://v{each}.example",
                    listed=True, street="Kerkstraat 1", place_name=f"Zaal {each % 10}",
                ))  # fmt: skip
                if each % 2:
                    invitations.invite(market, partner, partner.contacts[0], "", town.jo, way="visit")
            device = UserSession(user_id=town.jo.id, ends_at=clock.now() + timedelta(days=1))
            db.session.add(device)
            db.session.commit()
            return app, address_of(kitchen), device.id


def run(rounds: int, most: float) -> int:
    with tempfile.TemporaryDirectory() as folder:
        houses = [house(Path(folder) / str(number), number) for number in (FEW, MANY)]
        pages = {
            "directory, a stranger": "/en/partners/", "directory, a volunteer": "/en/partners/", "directory, words": "/en/partners/?q=sterk",
            "invite, with suggestions": "/en/planning/{}/invite", "invite, words": "/en/planning/{}/invite?q=vereniging", "invite, who lends": "/en/planning/{}/invite?lends=chairs",
        }  # fmt: skip
        worst = 0.0
        print(f"{'page':28} {FEW:>6} ms {MANY:>6} ms   ratio")
        for name, path in pages.items():
            few, many = times(houses, path, "stranger" not in name, rounds)
            worst = max(worst, many / few)
            print(f"{name:28} {few:9.2f} {many:9.2f} {many / few:7.2f}")
    return int(worst > most)


def times(houses: list[tuple[Any, str, int]], path: str, signed_in: bool, rounds: int) -> tuple[float, float]:
    """The median of both, in milliseconds of the processor: SQLite works in this process, and what else the machine does is left out."""
    clients = []
    for app, _, device in houses:
        client = app.test_client()
        if signed_in:
            with client.session_transaction() as session:
                session["device"] = device
        clients.append(client)
    taken: list[list[float]] = [[], []]
    for turn in range(rounds + 3):
        for which, (client, (_, event, _)) in enumerate(zip(clients, houses, strict=True)):
            began = time.process_time()
            answer = client.get(path.format(event))
            took = (time.process_time() - began) * 1000
            if answer.status_code != 200:
                raise SystemExit(f"{path} answers {answer.status_code}")
            if turn >= 3:
                taken[which].append(took)
    return statistics.median(taken[0]), statistics.median(taken[1])


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--rounds", type=int, default=60)
    given.add_argument("--most", type=float, default=1.5)
    chosen = given.parse_args()
    sys.exit(run(chosen.rounds, chosen.most))
