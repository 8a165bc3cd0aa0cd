"""The house says no in a sentence. `field` is the form's field that the sentence stands beside."""

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


class ChangedMeanwhile(RuleBroken):
    sentence = N_("Somebody else changed this in the meantime. Look at what changed and save again.")


class FormIsOld(RuleBroken):
    sentence = N_("This page was open for a long time. Nothing is lost: look it over and press once more.")


# ---- activities and dates


class NoTitle(RuleBroken):
    sentence = N_("Say in a few words what it is.")
    field = "title"


class NoDates(RuleBroken):
    sentence = N_("Say when it is: choose at least one date.")
    field = "dates"


class EndsBeforeStart(RuleBroken):
    sentence = N_("It ends before it begins. Look at the hours.")
    field = "ends"


class DateInThePast(RuleBroken):
    sentence = N_("This date is in the past.")
    field = "dates"


class TooFarAway(RuleBroken):
    sentence = N_("This is more than five years away. Look at the year.")
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
    sentence = N_("%(taken)s seats are taken already. Choose at least so many.")
    field = "seats"


class EventIsOver(RuleBroken):
    sentence = N_("This activity is over.")


class NeedWithoutName(RuleBroken):
    sentence = N_("Say in a few words what you need.")
    field = "what"


class NeedAmount(RuleBroken):
    sentence = N_("How many? Choose a number from 1 to 999.")
    field = "amount"


class HelperWithoutName(RuleBroken):
    sentence = N_("How may we call you? A first name is enough.")
    field = "name"


class HelperWithoutContact(RuleBroken):
    sentence = N_("Leave a telephone number or an e-mail address, so that we can reach you.")
    field = "phone"


class ShiftIsOver(RuleBroken):
    sentence = N_("This is over, or does not go on.")


class ShiftIsFull(RuleBroken):
    sentence = N_("All places are taken. Thank you for offering.")


class VouchedAlready(RuleBroken):
    sentence = N_("You said so already. Another volunteer must say it too.")


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


class SignupIsClosed(RuleBroken):
    sentence = N_("You cannot sign up for this any more.")


class DateIsOver(SignupIsClosed):
    sentence = N_("This is over. Look in the agenda for what comes next.")


class DateIsCancelled(SignupIsClosed):
    sentence = N_("This does not go on. Look in the agenda for what comes next.")


class DateIsPostponed(SignupIsClosed):
    sentence = N_("This is put off. As soon as there is a new date, you can sign up again.")


class SignupNotOpenYet(SignupIsClosed):
    sentence = N_("Signing up begins later. Come back then.")


class NoSignupNeeded(SignupIsClosed):
    sentence = N_("You need not sign up for this. Just come.")


class OnlyByUs(SignupIsClosed):
    sentence = N_("For this activity a volunteer signs you up. Ask us.")


class NobodyResponsible(SignupIsClosed):
    sentence = N_("Signing up here is not open yet. Ask a volunteer.")


class PartySize(RuleBroken):
    sentence = N_("With how many do you come? Choose a number from 1 to %(most)s.")
    field = "people"


class NameTooLong(RuleBroken):
    sentence = N_("That name is too long. A first name is enough.")
    field = "name"


class NationalNumber(RuleBroken):
    sentence = N_("This looks like a national register number. We do not need it. A first name is enough.")
    field = "name"


class NotEnoughSeats(RuleBroken):
    sentence = N_("There are not enough free seats for that. You keep the seats you have.")
    field = "people"


class TooFast(RuleBroken):
    """The pace of a script (HTTP 429); its kinds say what a person does about it."""


class TooQuick(TooFast):
    sentence = N_("That went very fast. Wait a moment and press once more.")


class TooManySeats(TooFast):
    sentence = N_("From this page more than %(most)s places were asked in ten minutes. Wait a while, or ask a volunteer.")


class AnotherParty(RuleBroken):
    sentence = N_("You already signed up with this page. Do you want to sign up these people too?")
    field = "again"


class NobodyChosen(RuleBroken):
    sentence = N_("Tick who comes along.")
    field = "households"


class HouseholdComesAlready(RuleBroken):
    sentence = N_("%(name)s is already signed up for this date.")
    field = "households"


class AlreadyGivenBack(RuleBroken):
    sentence = N_("These seats were already given back.")


class NoMoreWeeks(RuleBroken):
    sentence = N_("There are no further dates to come to before the holiday.")


class NobodyAsksAgain(RuleBroken):
    sentence = N_("Nobody can ask you again just now. Talk to a volunteer at the door.")


class HelpNotGiven(RuleBroken):
    sentence = N_("This activity cannot give that help. Look at the list again.")
    field = "kinds"


class BabiesDoNotFit(RuleBroken):
    sentence = N_("With babies counted there are more people than seats. Give more seats first.")
    field = "babies_count"


class ClosesBeforeOpens(RuleBroken):
    sentence = N_("Signing up closes before it opens. Look at the days and hours.")
    field = "closes_day"


class TooManyChildren(RuleBroken):
    sentence = N_("That is more children than there are people. Look at the numbers.")
    field = "band_0_2"


# ---- partners


class PartnerNameMissing(RuleBroken):
    sentence = N_("Give the partner's name.")
    field = "name"


class AlreadyInvited(RuleBroken):
    sentence = N_("%(name)s is already invited to this activity.")
    field = "partners"


class NobodyToAsk(RuleBroken):
    sentence = N_("There is nobody to ask at this partner yet. Add a contact first.")
    field = "partner"


class PledgeAmount(RuleBroken):
    sentence = N_("Choose a number from 0 to 999.")
    field = "pledges"


class PledgeIsSettled(RuleBroken):
    sentence = N_("Somebody already wrote down how this promise ended.")


class WrongKbo(RuleBroken):
    sentence = N_("This enterprise number is not right: its last two digits do not fit. Look it over, or save without it.")
    field = "kbo"


class WrongVcode(RuleBroken):
    sentence = N_("This is not a V-code. It is a V and seven digits, like V0001001. Look it over, or save without it.")
    field = "vcode"


class LooksLikeAnother(RuleBroken):
    sentence = N_("This looks like %(name)s, who is already in the list. Look there first, or tick that it is somebody else.")
    field = "name"


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


class SignInNeedsMail(RuleBroken):
    sentence = N_("Signing in goes by mail: give a mail address first.")
    field = "email"


class AlreadyDecided(RuleBroken):
    sentence = N_("Somebody else already looked at this.")


# ---- households and calls


class NoNickname(RuleBroken):
    sentence = N_("Give a nickname, so that you know who it is.")
    field = "nickname"


class NobodyInHousehold(RuleBroken):
    sentence = N_("Say how many people there are: from 1 to %(most)s.")
    field = "adults"


class AlreadyTold(RuleBroken):
    sentence = N_("Somebody already told this.")


class OtherNews(RuleBroken):
    sentence = N_("There is other news in the meantime. Look at the new text.")


# ---- signing in


class WrongDigits(RuleBroken):
    sentence = N_("These digits are not right. Look in the newest mail.")
    field = "digits"


class DigitsAreOld(RuleBroken):
    sentence = N_("These digits are too old. Ask a new mail.")
    field = "digits"


class SignInIsOld(RuleBroken):
    sentence = N_("This link was used or is too old. Ask a new one.")


class TooManyTries(RuleBroken):
    sentence = N_("Too many tries. Wait a minute and ask a new mail.")
    field = "digits"


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


class PictureTooLarge(RuleBroken):
    sentence = N_("This picture is too large. Make it smaller, or take a screenshot of it.")
    field = "picture"


class NoLanguage(RuleBroken):
    sentence = N_("Choose at least one language.")
    field = "languages"


# ---- what comes from outside


class FilledTheTrap(RuleBroken):
    sentence = N_("One field must stay empty: it is there for robots. Empty it and press once more.")
    field = "leave_empty"


class TooManyLinks(RuleBroken):
    sentence = N_("There are many web addresses in your text. Leave at most %(most)s, then we can read it.")
    field = "text"


class TooManyProposals(TooFast):
    sentence = N_("We get very many proposals just now. What you wrote still stands here: try again in an hour, or call us.")


class NoWayToAnswer(RuleBroken):
    sentence = N_("How can we answer you? Give a mail address or a telephone number.")
    field = "email"


class NobodyOrganises(RuleBroken):
    sentence = N_("Who organises it? Write the name of your association or shop, or your own.")
    field = "organiser"


class ProposalHasNationalNumber(RuleBroken):
    sentence = N_("This looks like a national number. We do not need it: take it out.")
    field = "text"


class ProposalIsAnswered(RuleBroken):
    sentence = N_("We already answered this. Send a new one if something is different.")


class NoAnswerWritten(RuleBroken):
    sentence = N_("Write a line: they read it.")
    field = "answer"


class NotACalendarAddress(RuleBroken):
    sentence = N_("This is not a web address. Write it like www.example.org.")
    field = "address"


class CalendarIsKnown(RuleBroken):
    sentence = N_("We read this calendar already.")
    field = "address"


class TooManyCalendars(RuleBroken):
    sentence = N_("A partner can have at most %(most)s calendars here.")
    field = "address"


class NoWelcomePlaces(RuleBroken):
    sentence = N_("How many places? Choose a number from 1 to 99.")
    field = "number"


class WelcomeWithoutName(RuleBroken):
    sentence = N_("Who welcomes them there? Write a name.")
    field = "welcomed_by"


class WelcomeIsFull(RuleBroken):
    sentence = N_("There is not enough room. Free places: %(free)s.")
    field = "people"


class WelcomeIsOver(RuleBroken):
    sentence = N_("These places are not there any more.")


class NotAList(RuleBroken):
    """A file that is no table of partners."""

    sentence = N_("We cannot read this file. Save it as CSV in your spreadsheet program and try again.")
    field = "file"


class ListTooLong(RuleBroken):
    sentence = N_("This file has more than %(most)s lines. Split it into smaller files.")
    field = "file"


class NoNameColumn(RuleBroken):
    sentence = N_("Choose which column has the name of the partner.")
    field = "name"


# ---- translating


class WordsTooLong(RuleBroken):
    sentence = N_("This is too long. Make it shorter.")
    field = "text"


# ---- offers of help, and lifts


class OfferWithoutName(RuleBroken):
    sentence = N_("What may we call you? A first name is enough.")
    field = "name"


