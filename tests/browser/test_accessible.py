"""WCAG 2.2 AA on every page there is: axe, room for a thumb, narrow screens, large letters, forced colours."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from tests import whole_town
from tests.browser.conftest import House, serving
from tests.browser.town import a_place_is_open, signed_in
from tests.conftest import Visitor, make_app, migrate

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("town")]  # it is made once, by one worker

PEOPLE = ("nobody", "fatma", "leen")
LOOKS = [(scheme, who, language) for scheme in ("light", "dark") for who, language in (("nobody", "nl"), ("nobody", "ar"), ("fatma", "nl"), ("leen", "en"))]  # no volunteers' room is in Arabic
FOREIGN = {"/picture/", "/share/", "/feeds/", "/embed/agenda.html"}  # not pages, or a part of another one's

# No sheet is fetched a second time: only a rule that is off (one on turning the screen) reads it.
AXE = """async (rules) => {
  const found = await axe.run(document, {resultTypes: ['violations'], preload: false, ...(rules ? {runOnly: {type: 'rule', values: rules}} : {})});
  return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ')}`);
}"""
# What can be pressed, with its box; a link in the midst of a sentence is as high as its line (WCAG 2.5.8, "inline").
SMALL = """() => {
  const shown = (one) => one.checkVisibility({opacityProperty: false, visibilityProperty: true}) && !one.closest('.sr, .skip');
  const box = (one) => {
    const label = one.matches('input') && (one.closest('label') || document.querySelector(`label[for="${CSS.escape(one.id)}"]`));
    const boxes = [one, ...(label ? [label] : [])].map((each) => each.getBoundingClientRect());
    return [Math.max(...boxes.map((each) => each.width)), Math.max(...boxes.map((each) => each.height))];
  };
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter((one) => shown(one) && !(one.matches('a') && getComputedStyle(one).display === 'inline'))
    .map((one) => [box(one), one])
    .filter(([[width, height]]) => width < 43.5 || height < 43.5)
    .map(([[width, height], one]) => `${Math.round(width)} × ${Math.round(height)} ${one.outerHTML.slice(0, 90)}`);
}"""
OPENED = "document.querySelectorAll('details:not([data-menu])').forEach((each) => { each.open = true })"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    app = make_app(tmp_path_factory.mktemp("whole"))
    migrate(app)
    whole_town.fill(app)
    return app


@pytest.fixture(scope="module")
def town(whole: Flask) -> Iterator[House]:
    with serving(whole) as house:
        yield house


@pytest.fixture(scope="module")
def pages_of(whole: Flask) -> dict[str, list[str]]:
    """Whose page it is, with every page's address in Dutch; a page stands with the first who gets it."""
    every = [path for rule, path in whole_town.pages(whole, "GET") if not any(path.startswith(part) for part in FOREIGN)]
    seen: dict[str, list[str]] = {}
    found: set[str] = set()
    for who in PEOPLE:
        visitor = whole_town.visitor_called(whole, who)
        seen[who] = [path for path in every if path not in found and is_a_page(visitor, path)]
        found.update(seen[who])
    assert {who: len(paths) > 4 for who, paths in seen.items()} == dict.fromkeys(PEOPLE, True)
    return seen


def is_a_page(visitor: Visitor, path: str) -> bool:
    answer = visitor.get(path)
    return answer.status_code == 200 and answer.mimetype == "text/html"


@pytest.fixture
def open_as(town: House, browser: Any) -> Iterator[Callable[..., Any]]:
    """`open_as("leen", width=360)`: a page of hers, with axe at hand."""
    contexts = []

    def opened(who: str = "nobody", width: int = 360, **given: Any) -> Any:
        context = browser.new_context(base_url=town.url, viewport={"width": width, "height": 800}, service_workers="block", bypass_csp=True, reduced_motion="reduce", **given)
        contexts.append(context)
        context.add_init_script(axe_source())
        if who != "nobody":
            signed_in(town, context, who)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def complaints(page: Any, rules: list[str] | None = None) -> list[str]:
    found: list[str] = page.evaluate(AXE, rules)
    return found


def axe_source() -> str:
    base = pytest.importorskip("axe_playwright_python.base")
    return str(base.AXE_FILE_PATH.read_text(encoding="utf-8"))


def visit(page: Any, path: str) -> None:
    assert page.goto(path, wait_until="domcontentloaded").status == 200, path
    page.evaluate(OPENED)


# ---- every page, once: in Dutch by day, its colours by night, room for thumbs, 320 pixels


@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_has_a_mistake(open_as: Callable[..., Any], pages_of: dict[str, list[str]], who: str) -> None:
    page = open_as(who)
    wrong = []
    for path in pages_of[who]:
        visit(page, path)
        found = complaints(page)
        found += [f"small: {each}" for each in page.evaluate(SMALL)]
        page.emulate_media(color_scheme="dark")
        found += [f"dark: {each}" for each in complaints(page, ["color-contrast"])]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 320, "height": 640})
        if (wide := page.evaluate(TOO_WIDE)) > 0:
            found.append(f"{wide} px too wide at 320")
        page.set_viewport_size({"width": 360, "height": 800})
        wrong += [f"{path.partition('?')[0][:60]}: {each}" for each in found]

    assert "\n".join(wrong) == ""


def test_no_page_of_strangers_has_a_mistake_from_right_to_left(open_as: Callable[..., Any], pages_of: dict[str, list[str]]) -> None:
    page = open_as()
    wrong = []
    for path in pages_of["nobody"]:
        path = path.replace("/nl/", "/ar/", 1)
        visit(page, path)
        found = complaints(page)
        page.set_viewport_size({"width": 320, "height": 640})
        if (wide := page.evaluate(TOO_WIDE)) > 0:
            found.append(f"{wide} px too wide at 320")
        page.set_viewport_size({"width": 360, "height": 800})
        wrong += [f"{path[:60]}: {each}" for each in found]

    assert "\n".join(wrong) == ""


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "who", "language"), LOOKS)
def test_no_page_in_any_look_has_a_mistake(open_as: Callable[..., Any], pages_of: dict[str, list[str]], scheme: str, who: str, language: str) -> None:
    page = open_as(who, width=1280, color_scheme=scheme)
    wrong = []
    for path in pages_of[who]:
        path = path.replace("/nl/", f"/{language}/", 1)
        visit(page, path)
        wrong += [f"{path[:60]}: {each}" for each in complaints(page)]

    assert "\n".join(wrong) == ""


def test_axe_finds_a_mistake_where_there_is_one(open_as: Callable[..., Any]) -> None:
    """The control of the tests above."""
    page = open_as()
    visit(page, "/nl/welcome")
    page.evaluate("document.querySelector('h1').style.color = '#eee8dd'; document.documentElement.removeAttribute('lang')")

    assert {each.partition(":")[0] for each in complaints(page)} == {"color-contrast", "html-has-lang"}


# ---- what axe does not see


@pytest.mark.parametrize("language", ["nl", "ar", "uk"])
def test_letters_twice_as_large_push_nothing_off_the_page(open_as: Callable[..., Any], town: House, language: str) -> None:
    activity, date = a_place_is_open(town.app)
    page = open_as(width=1280)
    for path in ("agenda/", f"agenda/{activity}", f"signup/{date}", "signup/code", "partners/", "privacy"):
        visit(page, f"/{language}/{path}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate(TOO_WIDE) <= 0, path
        page.set_viewport_size({"width": 360, "height": 800})  # a telephone with large letters
        assert page.evaluate(TOO_WIDE) <= 0, f"{path} at 360"
        page.set_viewport_size({"width": 1280, "height": 800})


def test_a_mistake_is_announced_and_led_to(open_as: Callable[..., Any], town: House) -> None:
    _activity, date = a_place_is_open(town.app)
    page = open_as()
    page.goto(f"/nl/signup/{date}")
    page.locator("form.f button.btn").last.click()  # without a number

    summary = page.locator(".errors[role=alert]")
    summary.wait_for()
    assert page.evaluate("document.activeElement.matches('.errors')")
    target = page.locator("#" + str(summary.locator("a").first.get_attribute("href")).removeprefix("#"))
    described = str(target.get_attribute("aria-describedby")).split()
    assert page.locator(f"#{described[-1]}").inner_text().strip() != ""
    assert complaints(page) == []


def test_what_is_chosen_can_be_seen_in_forced_colours(open_as: Callable[..., Any], town: House) -> None:
    _activity, date = a_place_is_open(town.app)
    page = open_as(forced_colors="active")
    page.goto(f"/nl/signup/{date}")
    page.locator("label.tile").nth(1).click()
    outlines = page.evaluate("[...document.querySelectorAll('.tile span')].map((one) => getComputedStyle(one).outlineStyle)")

    assert outlines[:3] == ["none", "solid", "none"]
    assert page.evaluate("getComputedStyle(document.querySelector('form.f button.btn')).borderTopStyle") == "solid"


def test_the_open_menu_of_languages_has_no_mistake(open_as: Callable[..., Any]) -> None:
    page = open_as()
    page.goto("/nl/welcome")
    page.locator("details.languages > summary").click()

    assert complaints(page) == []
    assert page.evaluate(SMALL) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(TOO_WIDE) <= 0
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('details.languages:not([open]) > summary')")
