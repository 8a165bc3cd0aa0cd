"""Numbers of organisations: read as people write them, checked, never required."""

import pytest

from vwg.domain import errors, numbers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0566988259", "0566988259"), ("0475250609", "0475250609"), ("1000000021", "1000000021"), ("1000000120", "1000000120"),
        ("1009999929", "1009999929"), ("1000002197", "1000002197"), ("0475.250.609", "0475250609"), ("0475 250 609", "0475250609"),
        ("BE 0475.250.609", "0475250609"), ("BE0475250609", "0475250609"), ("be 0475.250.609 ", "0475250609"), ("475.250.609", "0475250609"), ("", ""), ("  ", ""),
    ],
)  # fmt: skip
def test_an_enterprise_number_is_read_in_every_spelling(typed: str, kept: str) -> None:
    assert numbers.kbo(typed) == kept


@pytest.mark.parametrize("typed", ["0475250608", "1000000022", "2000000043", "047525060", "04752506090", "ABCDEFGHIJ", "BE", "٠٤٧٥٢٥٠٦٠٩"])
def test_a_wrong_enterprise_number_is_said(typed: str) -> None:
    with pytest.raises(errors.WrongKbo):
        numbers.kbo(typed)


@pytest.mark.parametrize(("typed", "kept"), [("V0001001", "V0001001"), ("V0036651", "V0036651"), ("V9999999", "V9999999"), ("v0001001", "V0001001"), ("", "")])
def test_a_v_code_is_read(typed: str, kept: str) -> None:
    assert numbers.vcode(typed) == kept


@pytest.mark.parametrize("typed", ["V0001000", "0001001", "V001001", "V00010011", "X0001001"])
def test_a_wrong_v_code_is_said(typed: str) -> None:
    with pytest.raises(errors.WrongVcode):
        numbers.vcode(typed)
