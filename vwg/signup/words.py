"""Sentences that never stand unchecked alone: the page says them in its language and in Dutch."""

from vwg.phrases import N_

KEPT = N_(
    "We keep only what you fill in here, and your language. A nickname is fine, empty too. "
    "Only the volunteers who run this activity see it. %(days)s days after it we erase it; only the number of people stays."
)
NO_NUMBER = N_(
    "No phone number? That is fine. But then we cannot let you know anything. Look at your page again on the day itself."
)
ERASED_WHAT = N_("Your name, your number and everything else on this page go away. Nobody can bring it back.")
ERASED_SEATS = N_("Your places go to the next ones in line.")

TO_COACH = N_("Hello, we come to %(activity)s. %(when)s. We come with this many: %(people)s.")

IN_LINE = {
    1: N_("You are first on the waiting list."),
    2: N_("You are second on the waiting list."),
    3: N_("You are third on the waiting list."),
    4: N_("You are fourth on the waiting list."),
    5: N_("You are fifth on the waiting list."),
}
FURTHER_IN_LINE = N_("You are number %(place)s on the waiting list.")

STATUS = {
    "confirmed": N_("You come"),
    "to_confirm": N_("We ask you once more"),
    "waiting": N_("On the waiting list"),
    "given_back": N_("Given back"),
}
BANDS = {
    "band_0_2": N_("0 to 2 years"),
    "band_3_5": N_("3 to 5 years"),
    "band_6_11": N_("6 to 11 years"),
    "band_12_17": N_("12 to 17 years"),
}
