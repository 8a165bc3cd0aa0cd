"""A step that is only tried: every rule is asked, nobody is told and no calendar moves; then all is undone.

So a page can say who would hear it, having passed the same rules as the press that does it. The
press itself uses the same words, to know whether somebody must be called.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from vwg.models import NoticeChannel


@dataclass
class Reach:
    """Who is told how: three groups, never a fourth. `only_tried`: they would be."""

    only_tried: bool = False
    mail: list[str] = field(default_factory=list)
    call: list[str] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)

    def add(self, channel: NoticeChannel, who: str) -> None:
        groups = {NoticeChannel.MAIL: self.mail, NoticeChannel.CALL: self.call, NoticeChannel.SHOW: self.unreachable}
        groups[channel].append(who)


_reach: ContextVar[Reach | None] = ContextVar("reach", default=None)


@contextmanager
def of_a_step(only_tried: bool) -> Iterator[Reach]:
    """Verbs called inside fill the reach. The caller rolls back what was only tried."""
    reach = Reach(only_tried)
    before = _reach.set(reach)
    try:
        yield reach
    finally:
        _reach.reset(before)


def reach() -> Reach | None:
    """What is being filled, where somebody asked for it."""
    return _reach.get()


def is_on() -> bool:
    """Whether what is done now will be undone."""
    filled = _reach.get()
    return filled is not None and filled.only_tried
