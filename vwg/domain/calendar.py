"""What calendar programs see moves with the change it tells of, in the same transaction.

Each thing with a UID (a series, a single date) has a row `Published` with a seal over all that is
shown of it. A verb only says that an activity may look different; the seal says whether it does.
What does gets SEQUENCE + 1, a later LAST-MODIFIED, its Dutch bytes written anew, and the versions
of exactly the feeds it stands in moved. Other languages are made when somebody reads them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, String, bindparam, case, delete, insert, or_, select, true, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from vwg import clock, phrases
from vwg.db import db, holds, update_together
from vwg.domain import trial
from vwg.domain.settings import Group, group
from vwg.formats import ical
from vwg.formats.things import Thing, contact_line, things_of
from vwg.models import CalendarBytes, Category, Event, EventDate, FeedState, Partner, Place, Published, PublishedIn, Series, Stage

KEPT_PAST = timedelta(days=365)
KEPT_CANCELLED = timedelta(days=30)
OLD = ""  # the renderer of bytes that somebody has to make anew
A_SECOND = timedelta(seconds=1)
AT_ONCE = 1000  # feeds in one statement

Values = Sequence[tuple[EventDate, dict[str, Any]]]


def changed(event: Event, dates: Iterable[EventDate] | None = None, values: Values = (), ended: Series | None = None) -> None:
    """Something that a calendar may show has changed: of these dates, or (None) of the whole activity.

    A published thing that looks as before stays as it was. One that is not public any more is taken
    away from the feeds, cancelled. Google needs SEQUENCE and ICSx5 LAST-MODIFIED to grow each time.
    `values` are what becomes of some of its dates, each in the same columns: they are written here,
    in one statement with the count of the change. `ended` is a series that has another end. Whatever the number of dates, it is a dozen queries.
    """
    edit = _Edit(event, values)
    if trial.is_on():
        return
    if any(isinstance(row, EventDate | Series) for row in db.session.new):
        db.session.flush()
    with db.session.no_autoflush:  # all is written at once, below
        rows = _rows_of(event)
        gone = edit.gather(rows, None if dates is None else {date.id for date in dates}, ended)
    edit.write()
    versions = _bump(edit.feeds | gone, _of(event) if rows else None)
    edit.stand_in_feeds(versions)


def removed(event: Event) -> None:
    """Call before an activity is deleted: who subscribed sees it cancelled until 30 days after its end."""
    db.session.flush()
    _bump(_take_away(event, _rows_of(event).values()), _of(event))


def moved_with(row: Place | Category | Partner) -> None:
    """A place, category or partner has another name or address: so have all its activities.

    Nothing is rendered here: the bytes are marked old, and made anew by the worker or, until then,
    in the memory of who reads them. A place whose address is not public any more loses its feed.
    """
    db.session.flush()
    things = _things_with(row)
    feeds = {_feed_of(row)} | _feeds_with([thing.id for thing in things])
    if isinstance(row, Place):
        _stand_in_place(row, [thing.id for thing in things])
    _move(things)
    _bump(feeds, PublishedIn.published_id.in_([thing.id for thing in things]))


def moved_with_group(before: Group) -> None:
    """Call after the settings were changed, with what they were: every feed names the group."""
    db.session.flush()
    if all(getattr(before, name) == getattr(group(), name) for name in ("name", "organisation", "municipality", "mailbox", "phone")):
        return
    _move(db.session.scalars(select(Published).where(Published.removed.is_(False)).order_by(Published.id).with_for_update()).all())
    _bump(db.session.scalars(select(FeedState.feed)).all(), true())


def reworded() -> None:
    """The house says something better in one of its languages: nothing has changed but words, and programs ask again."""
    db.session.flush()
    _bump(db.session.scalars(select(FeedState.feed)).all())


def sequence_of(event: Event) -> int:
    """A number that grows with each published change of the activity."""
    return sum(date.sequence for date in event.dates)


def contact() -> str:
    """The group's own line for CONTACT."""
    return contact_line(group().organisation, group().mailbox, group().phone)


def has_old() -> bool:
    """Whether bytes wait to be made (anew): one look into an index, and for other languages one version."""
    mark = ical.renderer(phrases.SOURCE)
    old = or_(CalendarBytes.renderer < mark, CalendarBytes.renderer > mark)
    waiting = select(CalendarBytes.published_id).where(CalendarBytes.language == phrases.SOURCE, old).limit(1)
    return db.session.scalars(waiting).first() is not None or _seen.get(str(db.engine.url)) != _all_told()


def refresh(most: int = 200) -> int:
    """Write old bytes anew, so that no reader has to, and then those of the other languages; how many.
    The worker's: after renames and deploys, and after each change."""
    return _refresh(phrases.SOURCE, most) or _tell_in_other_languages(most)


_seen: dict[str, object] = {}  # what this process knows to be told in every language, by database


def _all_told() -> object:
    """Another one when anything moved, or when there is another language or renderer."""
    agenda = db.session.execute(select(FeedState.version, FeedState.changed_at).where(FeedState.feed == "agenda")).one_or_none()
    return (tuple(agenda or ()), tuple(ical.renderer(code) for code in _others()))


def _others() -> list[str]:
    return [code for code in group().languages if code in phrases.KNOWN and code != phrases.SOURCE]


def _tell_in_other_languages(most: int) -> int:
    """Store what a first reader would have to wait for, made from the same state as the Dutch bytes."""
    told = _all_told()
    for code in _others():
        made = _refresh(code, most)
        if made:
            return made
    _seen[str(db.engine.url)] = told
    return 0


def _refresh(language: str, most: int) -> int:
    mark = ical.renderer(language)
    here = (CalendarBytes.published_id == Published.id) & (CalendarBytes.language == language)
    old = db.session.scalars(
        select(Published)
        .outerjoin(CalendarBytes, here)
        .where(or_(CalendarBytes.renderer.is_(None), CalendarBytes.renderer != mark))
        .where(Published.id.in_(select(PublishedIn.published_id).where(PublishedIn.feed == "agenda")))
        .order_by(Published.id)
        .limit(most)
        .with_for_update(of=Published)
    ).all()
    things = things_behind([row.event_id for row in old])
    for row in old:
        found = things.get(row.component)
        if found is None or row.removed:  # a tombstone says the same in every renderer
            _mark_tombstone(row, language, mark)
            continue
        event, thing = found
        if language == phrases.SOURCE:
            row.title, row.seal = thing.title, _seal(event, thing)
            _write([(row, thing)])
        else:
            _store(row, language, ical.vevents(thing, language, ical.Stamp(row.sequence, row.changed_at)))
    db.session.flush()
    return len(old)


def _mark_tombstone(row: Published, language: str, mark: str) -> None:
    said = next((each.bytes for each in row.bytes if each.language == language), None)
    dutch = next(each.bytes for each in row.bytes if each.language == phrases.SOURCE)
    _store(row, language, said or ical.tombstone(dutch, row.title, language, ical.Stamp(row.sequence, row.changed_at)))


def _store(row: Published, language: str, body: bytes) -> None:
    """In one language, instead of what stood there."""
    db.session.execute(delete(CalendarBytes).where(CalendarBytes.published_id == row.id, CalendarBytes.language == language))
    values = {"published_id": row.id, "language": language, "renderer": ical.renderer(language), "bytes": body}
    db.session.execute(insert(CalendarBytes), values)
    db.session.expire(row, ["bytes"])


def tidy() -> int:
    """Every night: what has left the window goes, and only the feeds it stood in move; how many went."""
    gone = db.session.scalars(select(Published.id).where(Published.leaves_at <= clock.now())).all()
    feeds = _feeds_with(gone)
    _delete(gone)
    _bump(feeds)
    return len(gone)


def things_behind(event_ids: Iterable[int], session: Session | None = None) -> dict[str, tuple[Event, Thing]]:
    """What stands behind published rows, by component, in a handful of queries; as `session` sees it."""
    wanted = sorted(set(event_ids))
    events = (session or db.session()).scalars(
        select(Event)
        .where(Event.id.in_(wanted))
        .options(
            selectinload(Event.series), selectinload(Event.category), selectinload(Event.organisation),
            selectinload(Event.dates).selectinload(EventDate.reasons),
        )
    ).all()  # fmt: skip
    line = contact()
    return {thing.component: (event, thing) for event in events for thing in things_of(event, line)}


# ---- one published thing


def _rows_of(event: Event) -> dict[str, Published]:
    """Its rows, locked, after which nobody else writes its bytes; its dates are read afresh then.

    Two dates of one series may be changed at once, each by somebody who holds only that date: the
    second must see what the first did, or its bytes would take it back.
    """
    theirs = select(Published).where(Published.event_id == event.id).options(joinedload(Published.feeds))
    rows = db.session.scalars(theirs.order_by(Published.id).with_for_update(of=Published)).unique().all()
    if not holds(Event, event.id) and event.series:
        ours = select(EventDate).where(EventDate.event_id == event.id).options(selectinload(EventDate.reasons))
        db.session.scalars(ours.execution_options(populate_existing=bool(rows))).all()
    return {row.component: row for row in rows}


class _Edit:
    """What one change of an activity writes: gathered first, then each table in one go."""

    def __init__(self, event: Event, values: Values) -> None:
        self.event = event
        self.feeds: set[str] = set()
        self.fresh: list[tuple[Published, Thing]] = []  # nothing was rendered of them before
        self.anew: list[tuple[Published, Thing]] = []
        self.new: list[Published] = []
        self.new_feeds: list[tuple[Published, str]] = []
        self.left_feeds: list[tuple[Published, str]] = []
        self.hidden: dict[str, str] = {}  # public until now: by component, the seal of what it is from now on
        self.given = {date.id: (date, dict(said)) for date, said in values}
        self.counted: dict[int, tuple[EventDate, dict[str, Any]]] = {}
        if values and not holds(Event, event.id):  # they are read afresh before calendars are
            update_together(list(values))
            self.given = {}
        for date, said in self.given.values():
            for name, value in said.items():
                set_committed_value(date, name, value)

    def gather(self, rows: dict[str, Published], concerned: set[int] | None, ended: Series | None) -> set[str]:
        """What is shown of it now, held against what was published. Returns the feeds that something left."""
        if self.event.stage != Stage.PUBLISHED:
            return _take_away(self.event, rows.values())
        things = things_of(self.event, contact())
        for thing in things:
            ends = ended is not None and thing.component == f"s{ended.id}"
            if concerned is None or ends or any(when.id in concerned for when in thing.dates):
                self.keep(thing, rows.get(thing.component), concerned)
        there = {thing.component for thing in things}
        return _take_away(self.event, [row for component, row in rows.items() if component in self.hidden or component not in there], self.hidden)

    def keep(self, thing: Thing, row: Published | None, concerned: set[int] | None) -> None:
        """Publish it, or publish its change."""
        event, now = self.event, clock.now()
        leaves_at = thing.ends_at + (KEPT_CANCELLED if thing.is_cancelled else KEPT_PAST)
        seal = _seal(event, thing)
        if leaves_at <= now or (row is not None and row.seal == seal):
            return
        if row is not None and row.feeds and not row.removed and not event.is_public:
            self.hidden[row.component] = seal
            return
        kept = _kept_by(event, thing)
        if row is None:
            row = Published(component=thing.component, event_id=event.id, sequence=kept.sequence, changed_at=_later_than(None, now), removed=False)
            row.feeds = []
            self.new.append(row)
        else:
            row.sequence += 1
            row.changed_at = _later_than(row.changed_at, now)
            self._count_dates_of(thing, concerned)
        if isinstance(kept, Series):
            kept.sequence, kept.changed_at = row.sequence, row.changed_at
        else:
            self._count(kept, row.sequence, row.changed_at)
        row.seal = seal
        if row.removed and not event.is_public:  # its tombstone stands as it is
            return
        row.starts_at, row.ends_at, row.leaves_at, row.removed = thing.starts_at, thing.ends_at, leaves_at, False
        row.title = thing.title if event.is_public else ""
        if not event.is_public:  # kept for its SEQUENCE alone: no feed, no bytes
            return
        before = {standing.feed for standing in row.feeds}
        after = set(_feeds_of(event, thing))
        self.new_feeds += [(row, feed) for feed in sorted(after - before)]
        self.left_feeds += [(row, feed) for feed in sorted(before - after)]
        (self.anew if before else self.fresh).append((row, thing))
        self.feeds |= before | after

    def write(self) -> None:
        """Dates first, then what is published of them, then the Dutch bytes; those of other languages are old now and go."""
        both = {**self.counted, **self.given}
        names = {"sequence", "changed_at", *(name for _, said in self.given.values() for name in said)} if both else set()
        counted = {identity: said for identity, (_, said) in self.counted.items()}
        given = {identity: said for identity, (_, said) in self.given.items()}
        update_together([
            (date, {name: getattr(date, name) for name in sorted(names)} | given.get(identity, {}) | counted.get(identity, {}))
            for identity, (date, _) in both.items()
        ])  # fmt: skip
        db.session.flush()
        self._insert_new()
        _write(self.fresh, {row.id for row in self.new})
        _write_anew(self.anew)

    def _insert_new(self) -> None:
        """All in one statement: the session would write them one by one to learn their numbers."""
        if not self.new:
            return
        names = ("component", "event_id", "seal", "sequence", "changed_at", "title", "starts_at", "ends_at", "leaves_at", "removed")
        rows = [{name: getattr(row, name) for name in names} for row in self.new]
        made = {row.component: row for row in db.session.scalars(insert(Published).returning(Published), rows)}
        self.fresh = [(made.get(row.component, row), thing) for row, thing in self.fresh]
        self.new_feeds = [(made.get(row.component, row), feed) for row, feed in self.new_feeds]
        self.new = list(made.values())

    def stand_in_feeds(self, versions: dict[str, int]) -> None:
        """In which feeds it stands from now on, as of these versions of theirs."""
        if self.left_feeds:
            gone = tuple_(PublishedIn.published_id, PublishedIn.feed).in_([(row.id, feed) for row, feed in self.left_feeds])
            db.session.execute(delete(PublishedIn).where(gone).execution_options(synchronize_session=False))
        if self.new_feeds:
            rows = [{"published_id": row.id, "feed": feed, "version": versions[feed]} for row, feed in self.new_feeds]
            db.session.execute(_upsert(PublishedIn).on_conflict_do_nothing(), rows)
        for row, _ in [*self.new_feeds, *self.left_feeds]:
            db.session.expire(row, ["feeds"])

    def _count_dates_of(self, thing: Thing, concerned: set[int] | None) -> None:
        """The dates of a series count their own changes too: notices go by that number."""
        if thing.component[0] == "s":
            ours = {when.id for when in thing.dates}
            for date in self.event.dates:
                if date.id in ours and (concerned is None or date.id in concerned):
                    self._count(date, date.sequence + 1, clock.now())

    def _count(self, date: EventDate, sequence: int, changed_at: datetime) -> None:
        """Unless whoever changes it counts it."""
        if "sequence" not in self.given.get(date.id, (date, {}))[1]:
            self.counted[date.id] = (date, {"sequence": sequence, "changed_at": changed_at})


def _take_away(event: Event, rows: Iterable[Published], seals: Mapping[str, str] | None = None) -> set[str]:
    """Leave a tombstone where something stood: the same UID, cancelled, of its words the title alone.
    `seals` are those of what is still there and hidden, by component. Returns the feeds that they leave."""
    feeds: set[str] = set()
    now = clock.now()
    stones, nothing_left = [], []
    for row in [row for row in rows if not row.removed]:
        standing = {each.feed for each in row.feeds}
        feeds |= standing
        row.leaves_at = row.ends_at + KEPT_CANCELLED
        if not standing or row.leaves_at <= now:
            nothing_left.append(row.id)
            continue
        row.removed, row.seal = True, (seals or {}).get(row.component, "")
        row.sequence += 1
        row.changed_at = _later_than(row.changed_at, now)
        stones.append(row)
    if stones:
        _count_on(event, stones)
        _write_tombstones(stones)
    db.session.flush()
    _delete(nothing_left)
    return feeds


def _count_on(event: Event, rows: Sequence[Published]) -> None:
    """The dates and series that are still there go on from the same SEQUENCE."""
    by_component = {row.component: row for row in rows}
    dates = [(date, row) for date in event.dates if (row := by_component.get(f"d{date.id}")) is not None]
    update_together([(date, {"sequence": row.sequence, "changed_at": row.changed_at}) for date, row in dates])
    for series in event.series:
        if (row := by_component.get(f"s{series.id}")) is not None:
            series.sequence, series.changed_at = row.sequence, row.changed_at


def _write_tombstones(rows: Sequence[Published]) -> None:
    """In every language of the group, instead of the bytes that stood there."""
    theirs = CalendarBytes.published_id.in_([row.id for row in rows])
    dutch = select(CalendarBytes.published_id, CalendarBytes.bytes).where(theirs, CalendarBytes.language == phrases.SOURCE)
    stood = {identity: body for identity, body in db.session.execute(dutch)}
    db.session.execute(delete(CalendarBytes).where(theirs).execution_options(synchronize_session=False))
    stones = [
        {"published_id": row.id, "language": code, "renderer": ical.renderer(code), "bytes": ical.tombstone(stood[row.id], row.title, code, ical.Stamp(row.sequence, row.changed_at))}
        for row in rows
        for code in dict.fromkeys((phrases.SOURCE, *group().languages))
    ]  # fmt: skip
    db.session.execute(insert(CalendarBytes), stones)
    for row in rows:
        db.session.expire(row, ["bytes"])


def _write(rendered: Sequence[tuple[Published, Thing]], new: Collection[int] = ()) -> None:
    """The Dutch bytes of these, instead of whatever stood there; of `new` rows nothing did."""
    if not rendered:
        return
    stood = [row.id for row, _ in rendered if row.id not in new]
    if stood:
        db.session.execute(delete(CalendarBytes).where(CalendarBytes.published_id.in_(stood)))
    db.session.execute(insert(CalendarBytes), [{"published_id": row.id, "language": phrases.SOURCE} | _dutch(row, thing) for row, thing in rendered])
    _forget_bytes(rendered)


def _write_anew(rendered: Sequence[tuple[Published, Thing]]) -> None:
    """The same where Dutch bytes are: those of other languages are old now."""
    if not rendered:
        return
    is_dutch = CalendarBytes.language == phrases.SOURCE
    table = CalendarBytes.__table__
    anew = update(table).where(table.c.published_id == bindparam("row")).values(  # type: ignore[arg-type]  # the mapper types a table as any selectable
        bytes=case((is_dutch, bindparam("bytes", type_=LargeBinary)), else_=table.c.bytes),
        renderer=case((is_dutch, bindparam("renderer", type_=String)), else_=OLD),
    )  # fmt: skip
    db.session.connection().execute(anew, [{"row": row.id} | _dutch(row, thing) for row, thing in rendered])
    _forget_bytes(rendered)


def _dutch(row: Published, thing: Thing) -> dict[str, Any]:
    stamp = ical.Stamp(row.sequence, row.changed_at)
    return {"renderer": ical.renderer(phrases.SOURCE), "bytes": ical.vevents(thing, phrases.SOURCE, stamp)}


def _forget_bytes(rendered: Sequence[tuple[Published, Thing]]) -> None:
    for row, _ in rendered:
        db.session.expire(row, ["bytes"])


def _kept_by(event: Event, thing: Thing) -> Series | EventDate:
    identity = int(thing.component[1:])
    rows: Sequence[Series | EventDate] = event.series if thing.component[0] == "s" else event.dates
    return next(row for row in rows if row.id == identity)


def _seal(event: Event, thing: Thing) -> str:
    return thing.seal(_feeds_of(event, thing) if event.is_public else ())


def _later_than(before: datetime | None, now: datetime) -> datetime:
    """Calendars know whole seconds: two changes in one second must still be told apart."""
    now = now.replace(microsecond=0)
    return now if before is None or before < now else before.replace(microsecond=0) + A_SECOND


# ---- feeds


def _feeds_of(event: Event, thing: Thing) -> list[str]:
    feeds = ["agenda", f"events/{event.public_id}"]
    if event.category is not None:
        feeds.append(_feed_of(event.category))
    if event.organisation is not None:
        feeds.append(_feed_of(event.organisation))
    ours = {when.id for when in thing.dates}
    places = {date.place for date in event.dates if date.id in ours and date.place is not None}
    # A feed of a place that keeps its address would tell the address.
    return feeds + sorted(_feed_of(place) for place in places if place.address_public and not event.address_after_signup)


def _feed_of(row: Place | Category | Partner) -> str:
    if isinstance(row, Category):
        return f"categories/{row.slug}"
    return f"places/{row.public_id}" if isinstance(row, Place) else f"partners/{row.public_id}"


def _feeds_with(published_ids: Sequence[int]) -> set[str]:
    return set(db.session.scalars(select(PublishedIn.feed).where(PublishedIn.published_id.in_(published_ids)).distinct()))


def _of(event: Event) -> ColumnElement[bool]:
    return PublishedIn.published_id.in_(select(Published.id).where(Published.event_id == event.id))


def _bump(feeds: Iterable[str], moved: ColumnElement[bool] | None = None) -> dict[str, int]:
    """The next version of these feeds, written on what moved in them and given back; in one order
    everywhere, so that two who do this never block each other. The row of a feed is ours from here
    to the commit: what commits later has a higher version."""
    now = clock.now()
    wanted = sorted(feeds)
    versions: dict[str, int] = {}
    for some in (wanted[first : first + AT_ONCE] for first in range(0, len(wanted), AT_ONCE)):
        statement = _upsert(FeedState).values([{"feed": feed, "version": 1, "changed_at": now} for feed in some])
        moving = statement.on_conflict_do_update(
            index_elements=[FeedState.feed], set_={"version": FeedState.version + 1, "changed_at": statement.excluded.changed_at}
        )
        versions |= {feed: version for feed, version in db.session.execute(moving.returning(FeedState.feed, FeedState.version))}
    if moved is not None and wanted:
        theirs = select(FeedState.version).where(FeedState.feed == PublishedIn.feed).scalar_subquery()
        marked = update(PublishedIn).where(moved, PublishedIn.feed.in_(select(FeedState.feed))).values(version=theirs)
        db.session.execute(marked.execution_options(synchronize_session=False))
    return versions


def _upsert(noun: type[FeedState] | type[PublishedIn]) -> Any:
    """An INSERT that knows ON CONFLICT: the same words in two dialects."""
    return postgresql.insert(noun) if db.engine.dialect.name == "postgresql" else sqlite.insert(noun)


def _things_with(row: Place | Category | Partner) -> Sequence[Published]:
    if isinstance(row, Place):
        there = db.session.execute(select(EventDate.id, EventDate.series_id).where(EventDate.place_id == row.id)).all()
        components = {f"s{series}" if series else f"d{date}" for date, series in there}
        which = Published.component.in_(components)
    else:
        column = Event.category_id if isinstance(row, Category) else Event.organisation_id
        which = Published.event_id.in_(select(Event.id).where(column == row.id))
    return db.session.scalars(select(Published).where(which, Published.removed.is_(False)).order_by(Published.id).with_for_update()).all()


def _stand_in_place(place: Place, published_ids: Sequence[int]) -> None:
    feed = _feed_of(place)
    db.session.execute(delete(PublishedIn).where(PublishedIn.feed == feed, PublishedIn.published_id.in_(published_ids)))
    if place.address_public:
        public = db.session.scalars(
            select(PublishedIn.published_id)
            .join(Published, Published.id == PublishedIn.published_id)
            .join(Event, Event.id == Published.event_id)
            .where(PublishedIn.feed == "agenda", PublishedIn.published_id.in_(published_ids), Event.address_after_signup.is_(False))
        )
        db.session.add_all([PublishedIn(feed=feed, published_id=identity) for identity in public])
    db.session.flush()


def _move(things: Sequence[Published]) -> None:
    """All at once and without rendering: SEQUENCE, LAST-MODIFIED, and bytes that are old now."""
    now = clock.now()
    for thing in things:
        thing.sequence += 1
        thing.changed_at = _later_than(thing.changed_at, now)
    _sequence_on(EventDate, [int(thing.component[1:]) for thing in things if thing.component[0] == "d"], now)
    _sequence_on(Series, [int(thing.component[1:]) for thing in things if thing.component[0] == "s"], now)
    _mark_old([thing.id for thing in things])


def _sequence_on(noun: type[EventDate] | type[Series], ids: Sequence[int], now: datetime) -> None:
    statement = update(noun).where(noun.id.in_(ids)).values(sequence=noun.sequence + 1, changed_at=now)
    db.session.execute(statement.execution_options(synchronize_session="fetch"))


def _mark_old(published_ids: Sequence[int]) -> None:
    dutch = (CalendarBytes.published_id.in_(published_ids), CalendarBytes.language == phrases.SOURCE)
    other = (CalendarBytes.published_id.in_(published_ids), CalendarBytes.language != phrases.SOURCE)
    db.session.execute(update(CalendarBytes).where(*dutch).values(renderer=OLD))
    db.session.execute(delete(CalendarBytes).where(*other))


def _delete(published_ids: Sequence[int]) -> None:
    """With their bytes and their places in feeds, by the database's own cascade."""
    if published_ids:
        db.session.execute(delete(Published).where(Published.id.in_(published_ids)))
