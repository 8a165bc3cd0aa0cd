"""Pictures of the main pages, for people to look at: they are taken again in every run, and never compared.

They stand in tests/output/screenshots/, which git does not keep.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import House
from tests.browser.town import a_place_is_open, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FOLDER = Path(__file__).parents[1] / "output" / "screenshots"
PUBLIC = {"agenda": "agenda/", "welcome": "welcome", "partners": "partners/", "subscribe": "agenda/subscribe", "code": "signup/code", "privacy": "privacy"}
LEENS = {"today": "planning/", "activities": "planning/activities", "new": "planning/new", "people": "coaching/", "settings": "admin/settings"}


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["nl", "ar", "ti"])
def test_the_main_pages_are_there_to_be_looked_at(house: House, browser: Any, language: str, width: int) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    activity, date = a_place_is_open(house.app)
    pages = {**PUBLIC, "activity": f"agenda/{activity}", "sign-up": f"signup/{date}"}
    context = browser.new_context(viewport={"width": width, "height": 800}, service_workers="block")
    page = context.new_page()
    for name, path in pages.items():
        take(page, f"{house.url}/{language}/{path}", FOLDER / f"{name}-{language}-{width}.png")
    if language == "nl":
        signed_in(house, context, "leen")
        for name, path in LEENS.items():
            take(page, f"{house.url}/{language}/{path}", FOLDER / f"{name}-{language}-{width}.png")
    context.close()


def take(page: Any, address: str, file: Path) -> None:
    file.unlink(missing_ok=True)
    assert page.goto(address).status == 200, address
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(path=file, full_page=True)
    assert file.stat().st_size > 5_000
