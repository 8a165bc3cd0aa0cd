"""What one process of the web server remembers of the feeds.

A change touches one thing of a thousand. So the bytes of each thing are kept by its own mark, the
zipped bytes of some thirty things together by theirs, and the whole feed by its version: after a
change only what changed is read and zipped anew, and all the rest is joined.
"""

import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import chain
from struct import pack
from typing import Any, NamedTuple

from vwg import clock, phrases

FILTERS = ("q", "category", "partner", "place", "for", "free", "when", "dutch", "spoken", "from", "to")

MOST_KEPT = 64_000_000  # bytes of whole feeds
MOST_ASKED = 16_000_000  # bytes of filtered ones, apart: who asks a thousand questions drives no whole feed out
MOST_PIECES = 60_000  # things of one language each, half a kilobyte or so
MOST_BLOCKS = 4_000  # zipped, some ten kilobytes each


class Feed(NamedTuple):
    """Which one: `name` is its row of `feed_state`, `asked` the agenda's filters, `form` how it is written."""

    name: str
    language: str
    asked: tuple[tuple[str, str], ...] = ()
    form: str = "ics"


def agenda_asked(query: Mapping[str, str], form: str = "ics") -> Feed:
    """The agenda as the query of an address asks for it; an unknown language is Dutch, other words are nobody's."""
    asked = tuple((name, query[name]) for name in FILTERS if query.get(name))
    return Feed("agenda", language_known(query.get("lang", "")), asked, form)


def language_known(code: str) -> str:
    """An unknown one is Dutch."""
    return code if code in phrases.KNOWN else phrases.SOURCE


Token = tuple[int, int, Any]  # a thing's id, SEQUENCE and last change: another token is other bytes
State = tuple[int, Any]  # a feed's version and the time of its last change, as the driver gives it


@dataclass(frozen=True)
class Piece:
    """The VEVENTs of one thing, as they go out."""

    token: Token
    bytes: bytes
    starts_at: Any = None  # these two as the driver gives them, which is good enough to sort by
    ends_at: Any = None


@dataclass(frozen=True)
class Standing:
    """All that stands in a feed, in the order of time, also what is too much to send.

    `places`: where each id stands in `pieces`. `listed_at`: when all of them were asked for, of the
    database that had this `house` mark: another one was put back from a copy.
    """

    pieces: Sequence[Piece]
    places: Mapping[int, int]
    listed_at: datetime
    house: Any

    @classmethod
    def listed(cls, pieces: Sequence[Piece], listed_at: datetime, house: Any) -> "Standing":
        return cls(pieces, {piece.token[0]: place for place, piece in enumerate(pieces)}, listed_at, house)

    def with_moved(self, moved: Sequence[Piece]) -> "Standing":
        """What changed its words is put where it stood; only what comes, or has another hour, sets all in order anew."""
        pieces = list(self.pieces)
        for piece in moved:
            place = self.places.get(piece.token[0])
            if place is None or pieces[place].starts_at != piece.starts_at:
                there = {each.token[0]: each for each in chain(self.pieces, moved)}
                return self.listed(sorted(there.values(), key=lambda each: (each.starts_at, each.token[0])), self.listed_at, self.house)
            pieces[place] = piece
        return replace(self, pieces=pieces)


@dataclass
class Answer:
    """What goes out. `mark` is the ETag without its encoding; `state` and `renderer` say how long it is good,
    and of a filtered feed `until`: what fits hangs on the day, or on more than moves a feed."""

    mark: str
    changed_at: datetime
    plain: bytes
    state: State = (0, None)
    renderer: str = ""
    content_type: str = "text/calendar; charset=utf-8"
    language: str = ""
    sent: Sequence[Piece] = field(default=(), repr=False)  # the things in `plain`, in order
    kept: "Zipped | None" = field(default=None, repr=False)
    standing: Standing | None = field(default=None, repr=False)
    until: datetime | None = None

    @cached_property
    def zipped(self) -> bytes:
        """Once per version, for the first who asks it so; of the blocks that are new alone."""
        deflated = [self.kept.block(key, body) if self.kept and key else _deflated(body) for key, body in self._blocks()]
        # RFC 1952: one member; each block ends at a whole octet (Z_FULL_FLUSH), so that they can be joined.
        return b"".join([_GZIP, *deflated, _LAST, pack("<II", zlib.crc32(self.plain), len(self.plain) & 0xFFFFFFFF)])

    def _blocks(self) -> Iterator[tuple[Any, bytes]]:
        """The same bytes in some pieces, each with a key for what it says."""
        if not self.sent:
            return iter([(None, self.plain)])
        first, last = self.plain.index(self.sent[0].bytes), self.plain.rindex(b"END:VCALENDAR")
        return chain([(None, self.plain[:first])], in_blocks(self.sent, self.language), [(None, self.plain[last:])])

    def is_good_for(self, state: State, renderer: str) -> bool:
        return self.state == state and self.renderer == renderer and (self.until is None or clock.now() < self.until)


_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LAST = b"\x03\x00"  # an empty last block


def _deflated(body: bytes) -> bytes:
    press = zlib.compressobj(6, zlib.DEFLATED, -15)
    return press.compress(body) + press.flush(zlib.Z_FULL_FLUSH)


def in_blocks(pieces: Sequence[Piece], language: str) -> Iterator[tuple[Any, bytes]]:
    """Some thirty pieces each. A block ends where a piece's own number says so, never by counting:
    a thing that comes or goes changes one block, not all that follow."""
    block: list[Piece] = []
    for piece in pieces:
        block.append(piece)
        if (piece.token[0] * 2_654_435_761 & 0xFFFFFFFF) < 0x8000000:
            yield _block(block, language)
            block = []
    if block:
        yield _block(block, language)


def _block(pieces: Sequence[Piece], language: str) -> tuple[Any, bytes]:
    return (language, *(piece.token for piece in pieces)), b"".join(piece.bytes for piece in pieces)


class Zipped:
    """Zipped blocks, the oldest forgotten first."""

    def __init__(self) -> None:
        self.known: OrderedDict[Any, bytes] = OrderedDict()
        self.lock = threading.Lock()

    def block(self, key: Any, body: bytes) -> bytes:
        with self.lock:
            if (found := self.known.get(key)) is not None:
                self.known.move_to_end(key)
                return found
        made = _deflated(body)
        with self.lock:
            self.known[key] = made
            while len(self.known) > MOST_BLOCKS:
                self.known.popitem(last=False)
        return made


class Kept:
    """The last answer of each feed, the oldest forgotten first when they are too many bytes."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self.answers: OrderedDict[Feed, Answer] = OrderedDict()
        self.lock = threading.Lock()

    def put(self, feed: Feed, answer: Answer) -> None:
        with self.lock:
            before = self.answers.pop(feed, None)
            self.size += len(answer.plain) - (len(before.plain) if before else 0)
            self.answers[feed] = answer
            while self.size > self.most and len(self.answers) > 1:
                _, oldest = self.answers.popitem(last=False)
                self.size -= len(oldest.plain)


class Shelf:
    """What one process keeps: the last answer of each feed, and the bytes of each thing."""

    def __init__(self) -> None:
        self.whole, self.asked = Kept(MOST_KEPT), Kept(MOST_ASKED)
        self.pieces: dict[tuple[int, str, str], Piece] = {}  # by id, language and renderer
        self.zipped = Zipped()
        self.lock = threading.Lock()

    def last(self, feed: Feed) -> Answer | None:
        return (self.asked if feed.asked else self.whole).answers.get(feed)

    def keep(self, feed: Feed, answer: Answer) -> Answer:
        answer.kept = self.zipped
        (self.asked if feed.asked else self.whole).put(feed, answer)
        return answer

    def put(self, language: str, renderer: str, piece: Piece) -> Piece:
        with self.lock:
            if len(self.pieces) >= MOST_PIECES:
                self.pieces.clear()
            self.pieces[piece.token[0], language, renderer] = piece
        return piece
