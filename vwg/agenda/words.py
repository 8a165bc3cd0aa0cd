"""What the house says about itself. Privacy is said sentence by sentence, so that the Dutch can stand beside it."""

from vwg.phrases import N_

WHAT_WE_KEEP = (
    N_("You come to an activity? Then we keep what you filled in: with how many you come, the name that you chose, and your language."),
    N_("You need not give a name. You make no account. We do not ask where you come from, what you believe, or which papers you have."),
    N_("You want to hear from us? Then we keep your phone number or e-mail address too."),
    N_("If a volunteer signs you up, this volunteer keeps a nickname, how many you are, your languages and how to reach you."),
)
WHO_SEES_IT = (
    N_("Only the volunteers who run that activity see your name. Only the volunteers who know you see how to reach you."),
    N_("Partners, shops and the municipality see numbers, never names."),
    N_("We never tell anybody whether you were there."),
)
HOW_LONG = (
    N_("We erase your phone number and e-mail address %(contact_days)s days after the activity."),
    N_("We erase your name and all the rest %(name_days)s days after the activity. Only the number of people stays."),
    N_("What a volunteer keeps about your family goes after %(months)s months in which you came to nothing."),
    N_("A volunteer called you? Then your number can still be in that volunteer's own phone. Ask to erase it there too."),
)
WHAT_YOU_CAN_DO = (
    N_("With your eight digits or your link you see everything that we know about you. You can change it and erase it, by yourself, at any time."),
    N_("This website puts nothing on your phone to follow you, and no other company looks along."),
)
NOT_YOUR_ASYLUM = (N_("We are volunteers. This has nothing to do with your asylum procedure. We tell no office whether you come."),)

PRIVACY = (
    (N_("What do we keep?"), WHAT_WE_KEEP),
    (N_("Who sees it?"), WHO_SEES_IT),
    (N_("How long?"), HOW_LONG),
    (N_("What can you do?"), WHAT_YOU_CAN_DO),
)
