"""What an activity still needs."""

import pytest

from tests.conftest import world_kitchen
from vwg.demo import Cast
from vwg.domain import errors, needs


def test_what_is_missing_most_stands_first(town: Cast) -> None:
    kitchen = world_kitchen(town)
    cake, chairs = needs.add(kitchen, "taart", 2), needs.add(kitchen, "stoelen", 20)

    assert needs.gaps(kitchen) == [chairs, cake]


def test_this_will_do_closes_a_need_and_can_be_taken_back(town: Cast) -> None:
    kitchen = world_kitchen(town)
    chairs = needs.add(kitchen, "stoelen", 20)
    needs.enough(chairs)
    assert (needs.gaps(kitchen), chairs.missing) == ([], 0)

    needs.not_enough(chairs)
    assert chairs.missing == 20


@pytest.mark.parametrize("amount", [0, -3, 1000])
def test_a_need_has_a_number_that_makes_sense(town: Cast, amount: int) -> None:
    with pytest.raises(errors.NeedAmount):
        needs.add(world_kitchen(town), "stoelen", amount)
