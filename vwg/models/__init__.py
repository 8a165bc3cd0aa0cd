"""The nouns: one file each, no verbs, nothing above this floor."""

from vwg.models.calendar import CalendarBytes, FeedKey, FeedKind, FeedState, OwnStamp, Published, PublishedIn
from vwg.models.category import Category, CategoryText
from vwg.models.change import Change
from vwg.models.count import DateCount
from vwg.models.event import Event, EventText, Signup, Stage, Visibility
from vwg.models.event_date import DateState, EventDate, ReasonText, Series
from vwg.models.helper import Helper
from vwg.models.household import Channel, Household, HouseholdCoach
from vwg.models.imported_calendar import ImportedCalendar, ImportedItem
from vwg.models.invitation import Invitation, PartStat, Way
from vwg.models.lift import Lift, LiftRider
from vwg.models.look import Look
from vwg.models.need import Need, NeedKind
from vwg.models.notice import Notice, NoticeChannel, NoticeState
from vwg.models.offer import Offer
from vwg.models.partner import Asset, Contact, ContactChannel, ListingChange, NeverMail, Partner, PartnerKind, PartnerNote, PartnerTag
from vwg.models.passkey import Passkey, PasskeyQuestion
from vwg.models.phrase import Phrase, PhraseClip
from vwg.models.picture import Picture, PictureBlob
from vwg.models.place import Place
from vwg.models.pledge import Pledge, PledgeState
from vwg.models.proposal import Proposal, ProposalState
from vwg.models.rsvp import Rsvp, RsvpContact, RsvpStatus, RsvpSupport
from vwg.models.setting import Beat, Setting, Tombstone
from vwg.models.task import Task, TaskTemplate
from vwg.models.translator import TextWish, Translator
from vwg.models.user import Attempt, Role, SignIn, User, UserRole, UserSession
from vwg.models.vouch import VOUCHES_NEEDED, Vouch, VouchedFor
from vwg.models.welcome_place import WelcomePlace, WelcomeTaken

__all__ = [
    "Asset", "Attempt", "Beat", "CalendarBytes", "Category", "CategoryText", "Change",
    "Channel", "Contact", "DateCount", "DateState", "Event", "EventDate", "EventText",
    "FeedKey", "FeedKind", "FeedState", "Household", "HouseholdCoach", "Invitation", "Look", "Need",
    "NeedKind", "Notice", "NoticeChannel", "NoticeState", "PartStat", "Passkey", "PasskeyQuestion", "OwnStamp", "Partner", "PartnerKind",
    "Picture", "PictureBlob", "Phrase",
    "PhraseClip", "Place", "Pledge", "PledgeState", "Published", "PublishedIn",
    "ReasonText", "Role", "Rsvp", "RsvpContact", "RsvpStatus", "RsvpSupport", "Series",
    "Setting", "SignIn", "Signup", "Stage", "Tombstone", "User", "UserRole", "UserSession",
    "Helper", "Task", "TaskTemplate", "Visibility", "ContactChannel", "ListingChange", "NeverMail", "PartnerNote", "PartnerTag", "Way",
    "ImportedCalendar", "ImportedItem", "Proposal", "ProposalState", "WelcomePlace", "WelcomeTaken",
    "Lift", "LiftRider", "Offer", "TextWish", "Translator", "VOUCHES_NEEDED", "Vouch", "VouchedFor",
]  # fmt: skip
