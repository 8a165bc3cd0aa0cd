"""A small town of invented people; the tests play with the same cast."""

from vwg import phrases
from vwg.demo import stories
from vwg.demo.people import Cast as Cast
from vwg.demo.people import cast as cast
from vwg.demo.town import Town
from vwg.domain import settings


def load() -> None:
    """The whole town, true because it is made by the verbs. The caller commits.

    Dates are relative to today and by day, so it can be loaded at any hour. Everybody who signs
    in by a button of the demo has a `demo_name`.
    """
    people = cast()
    settings.change(languages=tuple(phrases.KNOWN))
    stories.tell(Town.around(people))
