"""What a stranger, a newcomer or a partner may be told: said in every language."""

from vwg.domain.errors.rule import RuleBroken
from vwg.phrases import N_


class ChangedMeanwhile(RuleBroken):
    sentence = N_("Somebody else changed this in the meantime. Look at what changed and save again.")


class FormIsOld(RuleBroken):
    sentence = N_("This page was open for a long time. Nothing is lost: look it over and press once more.")


# ---- activities and dates


class NoTitle(RuleBroken):
    sentence = N_("Say in a few words what it is.")
    field = "title"


class EndsBeforeStart(RuleBroken):
    sentence = N_("It ends before it begins. Look at the hours.")
    field = "ends"


class DateInThePast(RuleBroken):
    sentence = N_("This date is in the past.")
    field = "dates"


class TooFarAway(RuleBroken):
    sentence = N_("This is more than five years away. Look at the year.")
    field = "dates"


class EventIsOver(RuleBroken):
    sentence = N_("This activity is over.")


class HelperWithoutName(RuleBroken):
    sentence = N_("How may we call you? A first name is enough.")
    field = "name"


class HelperWithoutContact(RuleBroken):
    sentence = N_("Leave a telephone number or an e-mail address, so that we can reach you.")
    field = "phone"


class ShiftIsOver(RuleBroken):
    sentence = N_("This is over, or does not go on.")


class MoreThanNeeded(RuleBroken):
    sentence = N_("That is more than we still need: at most %(left)s.")
    field = "amount"


class ShiftIsFull(RuleBroken):
    sentence = N_("All places are taken. Thank you for offering.")


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


class SignUpElsewhere(SignupIsClosed):
    sentence = N_("Sign up on their website")


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


class TooManyChildren(RuleBroken):
    sentence = N_("That is more children than there are people. Look at the numbers.")
    field = "band_0_2"


# ---- partners


class PartnerNameMissing(RuleBroken):
    sentence = N_("Give the partner's name.")
    field = "name"


class PledgeAmount(RuleBroken):
    sentence = N_("Choose a number from 0 to 999.")
    field = "pledges"


class PledgeIsSettled(RuleBroken):
    sentence = N_("Somebody already wrote down how this promise ended.")


# ---- households and calls


class NoNickname(RuleBroken):
    sentence = N_("Give a nickname, so that you know who it is.")
    field = "nickname"


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


# ---- translating


class WordsTooLong(RuleBroken):
    sentence = N_("This is too long. Make it shorter.")
    field = "text"


# ---- offers of help, and lifts


class OfferWithoutName(RuleBroken):
    sentence = N_("What may we call you? A first name is enough.")
    field = "name"
