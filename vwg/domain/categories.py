"""Kinds of activity: what people filter by."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from vwg.db import db
from vwg.domain import calendar, errors
from vwg.models import Category, CategoryText
from vwg.phrases import folded

COLOURS = ("green", "clay", "violet", "blue", "ochre", "rose", "teal", "slate")
ICONS = (
    "calendar", "messages", "bowl", "walk", "bike", "ball-football", "palette", "music", "movie", "book", "school", "coffee", "cake",
    "plant", "needle-thread", "tools", "women", "baby-carriage", "friends", "news", "bus", "heart-handshake",
)  # fmt: skip


def known() -> Sequence[Category]:
    """All of them, in the order of the agenda."""
    return db.session.scalars(select(Category).order_by(Category.position, Category.id)).all()


def add(names: Mapping[str, str], colour: str, icon: str) -> Category:
    """`names` by language. Its address is made once, of the Dutch name. Raises CategoryWithoutName, CategoryIsThere."""
    name = names.get("nl", "").strip()
    slug = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")
    if not slug:
        raise errors.CategoryWithoutName
    _check_name(name, None)
    if db.session.scalars(select(Category).where(Category.slug == slug)).first() is not None:
        raise errors.CategoryIsThere
    last = db.session.scalar(select(func.max(Category.position))) or 0
    category = Category(slug=slug, position=last + 1)
    _describe(category, names, colour, icon)
    db.session.add(category)
    db.session.flush()
    return category


def change(category: Category, names: Mapping[str, str], colour: str, icon: str) -> None:
    """Calendars follow; its address stays. Raises CategoryWithoutName, CategoryIsThere."""
    if not names.get("nl", "").strip():
        raise errors.CategoryWithoutName
    _check_name(names["nl"].strip(), category)
    before = {text.language: text.name for text in category.texts}
    _describe(category, names, colour, icon)
    db.session.flush()
    if before != {text.language: text.name for text in category.texts}:
        calendar.moved_with(category)


def _describe(category: Category, names: Mapping[str, str], colour: str, icon: str) -> None:
    category.colour = colour if colour in COLOURS else COLOURS[0]
    category.icon = icon if icon in ICONS or icon == category.icon else ICONS[0]
    there = {text.language: text for text in category.texts}
    for language, name in names.items():
        name = " ".join(name.split())
        if language in there and name:
            there[language].name = name
        elif language in there:
            category.texts.remove(there[language])
        elif name:
            category.texts.append(CategoryText(language=language, name=name))


def _check_name(name: str, own: Category | None) -> None:
    named = db.session.scalars(select(CategoryText.category_id).where(CategoryText.language == "nl", func.lower(CategoryText.name) == name.lower()))
    if any(category_id != (own.id if own else None) for category_id in named):
        raise errors.CategoryIsThere
