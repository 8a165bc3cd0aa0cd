"""Where phrases come from and where their translations stand: for makers, not for visitors.

`public` is what newcomers and partners meet; `desk` the volunteers' own rooms. A phrase that
both say is public. Each language's file keeps `unchecked` beside a phrase (a flag of the .po
entry) until a speaker signed it off.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po, write_po

from vwg import phrases
from vwg.config import ROOT

DESK_ROOMS = {"planning", "coaching", "accounts", "admin", "press", "reports", "translating"}
DESK_FILES = {  # volunteers' own pages and verbs in rooms that others visit too
    *(f"templates/partners/{name}.html" for name in ("changes", "contact", "doubles", "edit", "merge", "photo")),
    *(f"vwg/domain/{name}.py" for name in ("today", "households", "carrying", "lifts", "translations", "holidays", "clashes", "doubles", "volunteers", "weekly", "relations")),
    "vwg/domain/errors/desk.py", "vwg/domain/returned.py", "vwg/partners/relation.py", "vwg/domain/partner_import.py", "vwg/picture_form.py", "templates/notices/week.html", "templates/notices/week.txt",
    "templates/notices/text_wanted.html", "templates/notices/text_wanted.txt",
}  # fmt: skip
PUBLIC_FILES = {  # in the volunteers' rooms, and partners come through them too
    *(f"templates/accounts/{name}.html" for name in ("sign_in", "ways", "digits", "link", "ended")), "vwg/accounts/forms.py", "vwg/accounts/coming_in.py", "vwg/accounts/views.py",
}  # fmt: skip
NEWCOMER_ROOMS = {"agenda", "signup", "facts", "base", "phrases", "forms", "support"}
LANGUAGES_OF = {"public": list(phrases.KNOWN), "desk": list(phrases.OF_DESK)}


def collected(domain: str) -> Catalog:
    """Every phrase that the code and the templates say in this domain, English as the key."""
    catalogue = Catalog(domain=domain, charset="utf-8")
    public = {message for message in _found("public")}
    for key, number in _found(domain).items():
        if domain == "public" or key not in public:
            context, words = key
            met = {Path(where).parts[1].removesuffix(".py").removesuffix(".html") for where, _ in number}
            flags = [phrases.NEWCOMER] if domain == "public" and met & NEWCOMER_ROOMS else []
            catalogue.add(words if len(words) > 1 else words[0], locations=number, context=context, flags=flags)
    return catalogue


Key = tuple[str | None, tuple[str, ...]]


@cache  # the code stays as it is while we run
def _found(domain: str) -> dict[Key, list[tuple[str, int]]]:
    messages: dict[Key, list[tuple[str, int]]] = {}
    keywords = {**DEFAULT_KEYWORDS, "N_": None}
    for path in _files(domain):
        method = "python" if path.suffix == ".py" else "jinja2"
        options = {"trimmed": "true", "silent": "false"} if method == "jinja2" else {}
        where = str(path.relative_to(ROOT))
        for _line, words, _comments, context in extract_from_file(
            method, str(path), keywords=keywords, options=options
        ):
            said = words if isinstance(words, tuple) else (words,)
            messages.setdefault((context, tuple(word for word in said if word)), []).append((where, 0))
    return {key: sorted(set(places)) for key, places in sorted(messages.items(), key=lambda item: item[0][1])}


def _files(domain: str) -> Iterator[Path]:
    for top, suffixes in (("vwg", {".py"}), ("templates", {".html", ".txt"})):
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in suffixes and ".venv" not in path.parts and "versions" not in path.parts:
                where, room = str(path.relative_to(ROOT)), path.relative_to(ROOT / top).parts[0].removesuffix(".py")
                of_desk = where in DESK_FILES or room in DESK_ROOMS and where not in PUBLIC_FILES
                if of_desk == (domain == "desk"):
                    yield path


def file_of(domain: str, language: str) -> Path:
    return phrases.FOLDER / language.replace("-", "_") / "LC_MESSAGES" / f"{domain}.po"


def translated(domain: str, language: str) -> Catalog:
    """The language's file; an empty catalogue where there is none yet."""
    path = file_of(domain, language)
    if not path.exists():
        return Catalog(locale=phrases.KNOWN[language].locale, domain=domain, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=phrases.KNOWN[language].locale, domain=domain)


def update() -> None:
    """Bring every language's files to today's phrases: new ones empty, unused ones gone."""
    for domain, languages in LANGUAGES_OF.items():
        template = collected(domain)
        for language in languages:
            if language == "en":
                continue  # English is in the code
            write(domain, language, brought_up(domain, language, template))


def brought_up(domain: str, language: str, template: Catalog | None = None) -> Catalog:
    """A language's catalogue with today's phrases; what was translated keeps its text and its mark."""
    template = template or collected(domain)
    known = translated(domain, language)
    unchecked = {(message.id, message.context) for message in known if phrases.UNCHECKED in message.flags}
    known.update(template, no_fuzzy_matching=True)
    known.obsolete.clear()
    for message in known:
        message.flags -= {phrases.NEWCOMER, phrases.UNCHECKED}
        asked = template.get(message.id, message.context) if message.id else None
        message.flags |= {phrases.NEWCOMER} & set(asked.flags if asked else ())
        if (message.id, message.context) in unchecked:
            message.flags.add(phrases.UNCHECKED)
    return known


def write(domain: str, language: str, catalogue: Catalog) -> None:
    path = file_of(domain, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    # The head says nothing that changes by itself, so that a change of one phrase is one line.
    catalogue.project, catalogue.version = "vwg", "1"
    catalogue.header_comment = f"# {phrases.KNOWN[language].own_name}"
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = "the group"
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    catalogue.fuzzy = False
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, omit_header=False, sort_output=True, no_location=True)


def missing(domain: str, language: str) -> list[str]:
    """Phrases that this language cannot say yet, plural forms counted one by one."""
    if language == "en":
        return []
    known = translated(domain, language)
    lacking = []
    for message in collected(domain):
        if not message.id:
            continue
        there = known.get(message.id, message.context)
        said = there.string if there is not None else ""
        parts = said if isinstance(said, tuple | list) else (said,)
        if there is None or there.fuzzy or not all(parts):
            lacking.append(message.id if isinstance(message.id, str) else message.id[0])
    return lacking
