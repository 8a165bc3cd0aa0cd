"""Numbers that Belgium and Flanders gave to organisations: checked where given, never required."""

import re

from vwg.domain import errors

FIRST_VCODE = 1001


def kbo(given: str) -> str:
    """Ten digits of an enterprise number, or nothing. `BE 0475.250.609` and nine old digits are read too.

    The first digit is 0 or 1 (1 since 19 September 2023, FOD Economie); the last two are
    97 − (first eight mod 97) (Vlaamse overheid, wiki page on the ondernemingsnummer). Raises WrongKbo.
    """
    typed = given.strip().upper().removeprefix("BE")
    if not given.strip():
        return ""
    if re.search(r"[^\d\s.\-/]", typed, re.ASCII):
        raise errors.WrongKbo
    number = re.sub(r"\D", "", typed)
    number = f"0{number}" if len(number) == 9 and number[0] != "0" else number
    if len(number) != 10 or number[0] not in "01" or int(number[8:]) != 97 - int(number[:8]) % 97:
        raise errors.WrongKbo
    return number


def shown_kbo(number: str) -> str:
    """`0475.250.609`, as it is written here."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}" if len(number) == 10 else number


def vcode(given: str) -> str:
    """`V0001001`, or nothing: V and seven digits from 1001 on, without a check (Verenigingsregister,
    VCode.cs). Raises WrongVcode."""
    typed = re.sub(r"\s", "", given).upper()
    if not typed:
        return ""
    if not re.fullmatch(r"V[0-9]{7}", typed) or int(typed[1:]) < FIRST_VCODE:
        raise errors.WrongVcode
    return typed
