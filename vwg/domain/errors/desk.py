"""What only volunteers are told, in their own rooms: Dutch and English."""

from vwg.domain.errors.rule import RuleBroken
from vwg.phrases import N_

# ---- activities and dates


class NoDates(RuleBroken):
    sentence = N_("Say when it is: choose at least one date.")
    field = "dates"


class UntilBeforeFirst(RuleBroken):
    sentence = N_("The last day comes before the first date.")
    field = "until"


class TooManyDates(RuleBroken):
    sentence = N_("That makes more than 400 dates. Choose an earlier end.")
    field = "until"


class RuleWithoutDates(RuleBroken):
    sentence = N_("That makes no dates at all. Choose a later end, or skip fewer days.")
    field = "until"


class NoEnd(RuleBroken):
    sentence = N_("Until when? Choose the last day, or tick that it stops at the next school holiday.")
    field = "until"


class NotTheLast(RuleBroken):
    sentence = N_("The first date is not the last one of its month. Choose another first date, or another rhythm.")
    field = "every"


class PublishInThePast(RuleBroken):
    sentence = N_("This moment is past. Choose a later one, or put it online now.")
    field = "day"


class PublishTooLate(RuleBroken):
    sentence = N_("The activity is over by then. Choose an earlier moment.")
    field = "day"


class NotReady(RuleBroken):
    sentence = N_("This is a draft already.")


class NothingToUndo(RuleBroken):
    sentence = N_("There is no earlier text to go back to.")


class NotCancelled(RuleBroken):
    sentence = N_("This date is not cancelled.")


class AlreadyPublished(RuleBroken):
    sentence = N_("This activity is already online.")


class NotPublished(RuleBroken):
    sentence = N_("This activity is not online yet.")


class CancelInstead(RuleBroken):
    sentence = N_("People may count on this. Say that it does not go on, then they hear it.")


class NoReason(RuleBroken):
    sentence = N_("Give a reason in a few words: people will ask.")
    field = "reason"


class SeatsBelowTaken(RuleBroken):
    sentence = N_("%(taken)s seats are taken already. Choose at least so many, or let who came last wait.")
    field = "seats"


class NeedWithoutName(RuleBroken):
    sentence = N_("Say in a few words what you need.")
    field = "what"


class NeedAmount(RuleBroken):
    sentence = N_("How many? Choose a number from 1 to 999.")
    field = "amount"


class DoorCount(RuleBroken):
    sentence = N_("Choose a number from 0 to 9999.")
    field = "number"


class PlaceWithoutName(RuleBroken):
    sentence = N_("Give the place a name.")
    field = "name"


class PlaceIsThere(RuleBroken):
    sentence = N_("There is a place of that name already.")
    field = "name"


class CategoryWithoutName(RuleBroken):
    sentence = N_("Give it a name in Dutch.")
    field = "name_nl"


class CategoryIsThere(RuleBroken):
    sentence = N_("There is a kind of that name already.")
    field = "name_nl"


class PictureWithoutWords(RuleBroken):
    sentence = N_("Say what is on the picture, for people who do not see it.")
    field = "alt"


class PictureWithoutConsent(RuleBroken):
    sentence = N_("Only with both permissions: the people on it agreed to be photographed, and to be shown.")
    field = "consent_published"


class TaskWithoutWords(RuleBroken):
    sentence = N_("Say in a few words what must be done.")
    field = "what"


class NeedsSuccessor(RuleBroken):
    sentence = N_("Choose who takes over the families, calls and activities.")
    field = "successor"


# ---- sign-ups


class NobodyChosen(RuleBroken):
    sentence = N_("Tick who comes along.")
    field = "households"


class BabiesDoNotFit(RuleBroken):
    sentence = N_("With babies counted there are more people than seats. Give more seats first.")
    field = "babies_count"


class ClosesBeforeOpens(RuleBroken):
    sentence = N_("Signing up closes before it opens. Look at the days and hours.")
    field = "closes_day"


# ---- partners


class AlreadyInvited(RuleBroken):
    sentence = N_("%(name)s is already invited to this activity.")
    field = "partners"


class WrongKbo(RuleBroken):
    sentence = N_("This enterprise number is not right: its last two digits do not fit. Look it over, or save without it.")
    field = "kbo"


class WrongVcode(RuleBroken):
    sentence = N_("This is not a V-code. It is a V and seven digits, like V0001001. Look it over, or save without it.")
    field = "vcode"


class LooksLikeAnother(RuleBroken):
    sentence = N_("This looks like %(name)s, who is already in the list. Look there first, or tick that it is somebody else.")
    field = "name"


class MergedWithNobody(RuleBroken):
    sentence = N_("Tick at least one partner.")
    field = "other"


class MergedWithItself(RuleBroken):
    sentence = N_("Choose another partner: these two are one already.")
    field = "other"


class NoteIsEmpty(RuleBroken):
    sentence = N_("Write something first.")
    field = "text"


class NoteHasNationalNumber(RuleBroken):
    sentence = N_("This looks like a national register number. Leave it out: here stands nothing about the people we help.")
    field = "text"


class ContactWithoutName(RuleBroken):
    sentence = N_("Give a name, or at least a telephone or a mail address.")
    field = "name"


class PasskeyRefused(RuleBroken):
    sentence = N_("That passkey did not work here. Try once more, or use another way.")


class NoPasskeysHere(RuleBroken):
    sentence = N_("Passkeys need an address with a name and HTTPS.")


class TooManyPasskeys(RuleBroken):
    sentence = N_("You have ten passkeys. Remove one first.")


class SignInNeedsMail(RuleBroken):
    sentence = N_("Signing in goes by mail: give a mail address first.")
    field = "email"


class AlreadyDecided(RuleBroken):
    sentence = N_("Somebody else already looked at this.")


# ---- households and calls


class NobodyInHousehold(RuleBroken):
    sentence = N_("Say how many people there are: from 1 to %(most)s.")
    field = "adults"


class AlreadyTold(RuleBroken):
    sentence = N_("Somebody already told this.")


class OtherNews(RuleBroken):
    sentence = N_("There is other news in the meantime. Look at the new text.")


# ---- the group itself


class VolunteerNameMissing(RuleBroken):
    sentence = N_("Give a name, so that the others know who it is.")
    field = "name"


class AddressIsTaken(RuleBroken):
    sentence = N_("Somebody else here has this address already.")
    field = "email"


class NoRole(RuleBroken):
    sentence = N_("Choose at least one thing that this person may do.")
    field = "roles"


class LastAdministrator(RuleBroken):
    sentence = N_("There must be one administrator. Make somebody else administrator first.")
    field = "roles"


class ColourTooLight(RuleBroken):
    sentence = N_("White words cannot be read on this colour. Choose a darker one.")
    field = "green"


class NotAPicture(RuleBroken):
    sentence = N_("This is not a picture that we can read. Choose a PNG, a JPEG or a WebP.")
    field = "picture"


class TooManyPhotos(RuleBroken):
    sentence = N_("There are %(number)s photos already. Take one away first.")
    field = "picture"


class PictureTooLarge(RuleBroken):
    sentence = N_("This picture is too large. Make it smaller, or take a screenshot of it.")
    field = "picture"


class NoLanguage(RuleBroken):
    sentence = N_("Choose at least one language.")
    field = "languages"


# ---- what comes from outside


class NoAnswerWritten(RuleBroken):
    sentence = N_("Write a line: they read it.")
    field = "answer"


class NotAList(RuleBroken):
    """A file that is no table of partners."""

    sentence = N_("We cannot read this file. Save it as CSV in your spreadsheet program and try again.")
    field = "file"


class OtherLetters(RuleBroken):
    """A file in an encoding that is none of those we know."""

    sentence = N_("We cannot read the letters in this file. Save it as “CSV UTF-8” in your spreadsheet program and try again.")
    field = "file"


class ListTooLarge(RuleBroken):
    sentence = N_("This file is too large. Take out what is not needed, or split it into smaller files.")
    field = "file"


class ListTooLong(RuleBroken):
    sentence = N_("This file has more than %(most)s lines. Split it into smaller files.")
    field = "file"


class NoNameColumn(RuleBroken):
    sentence = N_("Choose which column has the name of the partner.")
    field = "name"
