"""The agenda as Atom (RFC 4287): one entry for each activity."""

from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from vwg.formats.items import About, Item, stamp
from vwg.phrases import KNOWN

SPACE = "http://www.w3.org/2005/Atom"
_NOT_IN_XML = {number: None for number in (*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000))}


def feed(about: About, items: Sequence[Item], author: str) -> bytes:
    """Texts are plain: nothing of what people wrote is markup."""
    root = Xml.Element("feed", {"xmlns": SPACE, "xml:lang": KNOWN[about.language].tag})
    _say(root, "id", about.source)
    _say(root, "title", about.name)
    _say(root, "subtitle", about.description)
    _say(root, "updated", stamp(about.changed))
    Xml.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": about.source})
    Xml.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": about.page})
    _say(Xml.SubElement(root, "author"), "name", author)
    for item in items:
        entry = Xml.SubElement(root, "entry")
        _say(entry, "id", item.identity)
        _say(entry, "title", item.title)
        Xml.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": item.address})
        _say(entry, "published", stamp(item.published))
        _say(entry, "updated", stamp(max(item.changed, item.published)))
        if item.kind:
            Xml.SubElement(entry, "category", {"term": _plain(item.kind)})
        _say(entry, "content", item.text).set("type", "text")
    written: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _say(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    element = Xml.SubElement(parent, name)
    element.text = _plain(text)
    return element


def _plain(text: str) -> str:
    return text.translate(_NOT_IN_XML)
