"""The agenda as JSON Feed 1.1 (jsonfeed.org): one item for each activity, its dates as data under `_event`."""

import json
from collections.abc import Sequence
from typing import Any

from vwg.formats.items import About, Item, stamp
from vwg.models import EventDate
from vwg.phrases import KNOWN


def feed(about: About, items: Sequence[Item], author: str) -> bytes:
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": about.name,
        "description": about.description,
        "home_page_url": about.page,
        "feed_url": about.source,
        "language": KNOWN[about.language].tag,
        "authors": [{"name": author}],
        "items": [_item(item) for item in items],
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _item(item: Item) -> dict[str, Any]:
    return {
        "id": item.identity,
        "url": item.address,
        "title": item.title,
        "content_text": item.text or item.title,
        "date_published": stamp(item.published),
        "date_modified": stamp(max(item.changed, item.published)),
        "tags": [item.kind] if item.kind else [],
        "_event": {"dates": [_date(date) for date in item.dates]},
    }


def _date(date: EventDate) -> dict[str, Any]:
    return {
        "starts": stamp(date.starts_at),
        "ends": stamp(date.ends_at),
        "all_day": date.all_day,
        "state": str(getattr(date.state, "value", date.state)),
        "place": date.shown_place,
    }
