"""What every refusal is."""

from vwg.phrases import N_, gettext


class RuleBroken(Exception):
    """A rule says no (HTTP 409). `values` fill the sentence's %(names)s."""

    sentence = N_("That is not possible.")
    field = ""

    def __init__(self, **values: object) -> None:
        super().__init__(type(self).__name__)
        self.values = values

    def __str__(self) -> str:
        return gettext(self.sentence) % self.values
