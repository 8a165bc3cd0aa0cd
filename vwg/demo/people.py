"""The cast: who every story needs."""

from dataclasses import dataclass

from vwg import clock
from vwg.db import db
from vwg.domain import settings
from vwg.models import Category, CategoryText, Channel, Contact, Household, HouseholdCoach, Partner, PartnerKind, Place, Role, User, UserRole


@dataclass
class Cast:
    """Who and what every story needs; nothing happens yet."""

    leen: User  # administrator, organiser, coach
    jo: User  # organiser, coach
    fatma: User  # mostly coach
    bert: Contact  # of De Brug, with mail
    chen: Contact  # of the bakery, with mail
    de_brug: Partner
    bakery: Partner
    skala: Place
    sociaal_huis: Place
    cooking: Category
    talking: Category
    amina: Household
    dawit: Household


def cast() -> Cast:
    """The people, the places and the words, in an empty house. The caller commits."""
    settings.change(
        responsible="Leen (vrijwilliger)", mailbox="groep@example.org", phone="+32470000001", is_demo=True,
        languages=("nl", "en", "ar"),
    )  # fmt: skip
    leen = user("Leen", "leen@example.org", Role.ADMINISTRATOR, Role.ORGANISER, Role.COACH)
    jo = user("Jo", "jo@example.org", Role.ORGANISER, Role.COACH)
    fatma = user("Fatma", "fatma@example.org", Role.COACH, Role.ORGANISER, languages=["ar", "fr"])
    skala = Place(name="Zaal Skala", street="Kalkendorp 1", postcode="9270", town="Kalken", latitude=51.0372, longitude=3.9182)
    sociaal_huis = Place(name="Sociaal Huis", street="Dorpsstraat 2", postcode="9270", town="Laarne", latitude=51.0305, longitude=3.8502)
    cooking = category("cooking", "clay", "bowl", nl="Koken en eten", en="Cooking and eating", ar="الطبخ والأكل")
    talking = category("talking", "green", "messages", nl="Praten", en="Talking", ar="محادثة")
    de_brug = Partner(name="De Brug", kind=PartnerKind.ASSOCIATION, text="Buurtwerk en ontmoeting.", listed_consent_at=clock.now())
    bert = Contact(name="Bert", role="secretaris", email="bert@example.org", phone="+32470000011")
    de_brug.contacts.append(bert)
    bakery = Partner(name="Bakkerij Chen", kind=PartnerKind.MERCHANT, text="Brood en taart.", listed_consent_at=clock.now())
    chen = Contact(name="Chen", email="chen@example.org", phone="+32470000012")
    bakery.contacts.append(chen)
    db.session.add_all([skala, sociaal_huis, cooking, talking, de_brug, bakery])
    amina = Household(nickname="Amina", adults=2, band_3_5=1, band_6_11=1, languages=["ar"], channel=Channel.WHATSAPP, phone="+32470000021")
    dawit = Household(nickname="Dawit", adults=1, languages=["ti"], channel=Channel.CALL, phone="+32470000022")
    for household in (amina, dawit):
        household.coaches.append(HouseholdCoach(user=fatma))
        db.session.add(household)
    db.session.flush()
    return Cast(
        leen, jo, fatma, bert, chen, de_brug, bakery, skala, sociaal_huis, cooking, talking, amina, dawit
    )  # fmt: skip


def user(name: str, email: str, *roles: Role, languages: list[str] | None = None) -> User:
    user = User(name=name, email=email, demo_name=name.lower(), languages=languages or [])
    user.roles = [UserRole(role=role) for role in roles]
    db.session.add(user)
    return user


def category(slug: str, colour: str, icon: str, **names: str) -> Category:
    return Category(
        slug=slug, colour=colour, icon=icon, texts=[CategoryText(language=code, name=name) for code, name in names.items()]
    )
