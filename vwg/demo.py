"""A small town of invented people; the tests play with the same cast."""

from calendar import FRIDAY, MONDAY, SATURDAY, SUNDAY, THURSDAY, TUESDAY, WEDNESDAY
from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import select

from vwg import clock, phrases
from vwg.db import db, locked
from vwg.domain import dates, events, households, invitations, needs, notices, partners, rsvps, settings
from vwg.domain.invitations import Offer
from vwg.domain.rsvps import Party
from vwg.models import (
    Asset,
    Category,
    CategoryText,
    Channel,
    Contact,
    Event,
    EventDate,
    EventText,
    Household,
    HouseholdCoach,
    Invitation,
    NeedKind,
    Notice,
    Partner,
    PartnerKind,
    PartStat,
    Place,
    Role,
    Rsvp,
    RsvpContact,
    Signup,
    User,
    UserRole,
)


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
    leen = _user("Leen", "leen@example.org", Role.ADMINISTRATOR, Role.ORGANISER, Role.COACH)
    jo = _user("Jo", "jo@example.org", Role.ORGANISER, Role.COACH)
    fatma = _user("Fatma", "fatma@example.org", Role.COACH, Role.ORGANISER, languages=["ar", "fr"])
    skala = Place(name="Zaal Skala", street="Kalkendorp 1", postcode="9270", town="Kalken", latitude=51.0372, longitude=3.9182)
    sociaal_huis = Place(name="Sociaal Huis", street="Dorpsstraat 2", postcode="9270", town="Laarne", latitude=51.0305, longitude=3.8502)
    cooking = _category("cooking", "clay", "bowl", nl="Koken en eten", en="Cooking and eating", ar="الطبخ والأكل")
    talking = _category("talking", "green", "messages", nl="Praten", en="Talking", ar="محادثة")
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


def load() -> None:
    """The whole town, true because it is made by the verbs. The caller commits.

    Dates are relative to today and by day, so it can be loaded at any hour. Everybody who signs
    in by a button of the demo has a `demo_name`.
    """
    cast_ = cast()
    settings.change(languages=tuple(phrases.KNOWN))
    town = _Town(cast_, _places(cast_), _categories(cast_), _partners(cast_), _households(cast_))
    _world_kitchen(town)
    _talking_table(town)
    _walk(town)
    _repair_cafe(town)
    _film_evening(town)
    _trip_to_the_sea(town)
    _reading_aloud(town)
    _sewing(town)
    _cycling(town)
    _football(town)
    _coffee_at_school(town)
    _street_party(town)


@dataclass
class _Town:
    """The cast and all that stands around them, by a short name."""

    cast: Cast
    places: dict[str, Place]
    categories: dict[str, Category]
    partners: dict[str, Partner]
    households: dict[str, Household]


def _places(people: Cast) -> dict[str, Place]:
    places = {
        "melopee": Place(
            name="Zaal Melopee", street="Kouterweg 14", postcode="9270", town="Laarne", latitude=51.0301, longitude=3.8519,
            access="De ingang is achteraan, naast de fietsen.",
        ),
        "library": Place(
            name="Bibliotheek", street="Schoolpad 3", postcode="9270", town="Laarne", latitude=51.0294, longitude=3.8488,
            access="Neem de lift naar de eerste verdieping.",
        ),
        "square": Place(name="Kerkplein", street="Kerkplein", postcode="9270", town="Kalken", latitude=51.0378, longitude=3.9171),
        "school": Place(name="Basisschool De Wegwijzer", street="Meersstraat 8", postcode="9270", town="Kalken"),
        "field": Place(name="Sportveld De Kouter", street="Kouterweg 40", postcode="9270", town="Laarne"),
    }  # fmt: skip
    db.session.add_all(places.values())
    db.session.flush()
    return {"skala": people.skala, "sociaal_huis": people.sociaal_huis, **places}


def _categories(people: Cast) -> dict[str, Category]:
    categories = {
        "outside": _category("outside", "teal", "walk", nl="Buiten en bewegen", en="Outside and moving", ar="في الخارج والحركة"),
        "culture": _category("culture", "violet", "movie", nl="Film en uitstap", en="Film and trips", ar="أفلام ورحلات"),
        "making": _category("making", "ochre", "tools", nl="Maken en herstellen", en="Making and repairing", ar="الصنع والتصليح"),
        "children": _category("children", "rose", "friends", nl="Kinderen en school", en="Children and school", ar="الأطفال والمدرسة"),
        "party": _category("party", "blue", "music", nl="Feest en ontmoeting", en="Party and meeting people", ar="احتفال ولقاء"),
    }  # fmt: skip
    db.session.add_all(categories.values())
    db.session.flush()
    return {"cooking": people.cooking, "talking": people.talking, **categories}


def _partners(people: Cast) -> dict[str, Partner]:
    """Nine: most agreed to be listed, two did not; one has a telephone and no mail."""
    for contact in (people.bert, people.chen):
        contact.user = _user(contact.name, contact.email)
    people.de_brug.assets = [Asset(kind="chairs", note="30 klapstoelen"), Asset(kind="hall")]
    people.bakery.assets = [Asset(kind="window", note="Plaats voor één affiche")]
    made = {
        "library": partners.Details(
            "Bibliotheek Laarne", PartnerKind.PUBLIC_BODY, "Boeken, spelletjes en een rustige plek om te praten.",
            contact_name="Greet", contact_email="greet@example.org", public_email="bib@example.org", lends=["hall"], listed=True,
        ),
        "sociaal_huis": partners.Details(
            "Sociaal Huis Laarne", PartnerKind.PUBLIC_BODY, "Voor al je vragen over wonen, werk en geld. Kom gerust langs.",
            contact_name="Ilse", contact_email="ilse@example.org", public_phone="+32470000010", lends=["hall", "beamer"], listed=True,
        ),
        "school": partners.Details(
            "Basisschool De Wegwijzer", PartnerKind.SCHOOL, "De school naast de kerk in Kalken.",
            contact_name="An", contact_email="an@example.org", contact_phone="+32470000014", lends=["hall", "chairs"], listed=True,
        ),
        "care": partners.Details(
            "Woonzorgcentrum Het Hof", PartnerKind.CARE, "De bewoners krijgen graag bezoek.",
            contact_name="Rita", contact_email="rita@example.org",
        ),
        "bikes": partners.Details(
            "Fietsen Wout", PartnerKind.MERCHANT, "Nieuwe en tweedehandse fietsen.",
            contact_name="Wout", contact_email="wout@example.org", contact_phone="+32470000015", lends=["tools"], listed=True,
        ),
        "walkers": partners.Details(
            "Wandelclub De Meersen", PartnerKind.ASSOCIATION, "Elke maand stappen we samen door de Kalkense Meersen.",
            contact_name="Luc", contact_email="luc@example.org", lends=["tent"], listed=True,
        ),
        "grocer": partners.Details(
            "Kruidenier Salam", PartnerKind.MERCHANT, "Rijst, kruiden en verse groenten.",
            contact_name="Salam", contact_phone="+32470000016",
        ),
    }  # fmt: skip
    return {"de_brug": people.de_brug, "bakery": people.bakery, **{short: partners.add(details) for short, details in made.items()}}


def _households(people: Cast) -> dict[str, Household]:
    """Fatma's three, and Jo's two, of which she stands in for one."""
    more = {
        "oksana": households.Details("Oksana", Party(1, 1, 0, 2, 0), ["uk"], Channel.SMS, "+32470000023"),
        "rahim": households.Details("Rahim", Party(2, 0, 1, 0, 1), ["fa-AF"], Channel.VISIT),
        "selam": households.Details("Selam", Party(2, 0, 0, 1, 0), ["ti", "en"], Channel.WHATSAPP, "+32470000024"),
    }
    coaches = {"oksana": people.fatma, "rahim": people.jo, "selam": people.jo}
    made = {short: households.add(details, coaches[short]) for short, details in more.items()}
    made["rahim"].coaches.append(HouseholdCoach(user=people.fatma, until=clock.today() + timedelta(days=21)))
    return {"amina": people.amina, "dawit": people.dawit, **made}


# ---- the activities


def _world_kitchen(town: _Town) -> None:
    """The one with everything: needs, and an invitation in every state."""
    leen = town.cast.leen
    kitchen = events.create(
        events.Details(
            "Wereldkeuken",
            "We koken samen gerechten uit de hele wereld. Daarna eten we aan één lange tafel. Iedereen is welkom: "
            "je hoeft niet te kunnen koken en je hoeft niets te betalen.",
            bring="Een schort, als je er een hebt.", category=town.categories["cooking"], place=town.places["skala"],
            seats=40, coach_seats=5, dutch_level=1,
            facts={"food": ["meal", "no_pork", "vegetarian", "no_alcohol"], "children": True, "leave_early": True, "lift": True, "company": True, "interpreter": ["ar", "en"]},
        ),
        [_times(SATURDAY, 1, "14:00", "18:00")], leen,
    )  # fmt: skip
    _say(kitchen, "en", "World kitchen", "We cook dishes from all over the world together. Then we eat at one long table. Everybody is welcome.", "An apron, if you have one.")
    _say(kitchen, "ar", "مطبخ العالم", "نطبخ معًا أطباقًا من كل أنحاء العالم، ثم نأكل على طاولة واحدة طويلة. الجميع مرحّب بهم.", "مئزر المطبخ، إن كان لديك.")
    chairs = needs.add(kitchen, "stoelen", 30)
    needs.add(kitchen, "taarten", 3)
    hands = needs.add(kitchen, "mensen voor de afwas", 4, NeedKind.PEOPLE)
    needs.add(kitchen, "grote kookpotten", 6)
    needs.add(kitchen, "tolk Tigrinya", 1, NeedKind.SKILL)
    events.publish(kitchen, leen)
    brug = _invite(town, kitchen, "de_brug", "Kan De Brug stoelen lenen en mee afwassen?", days_ago=9)
    _reply(brug, PartStat.ACCEPTED, Offer(chairs, 20), Offer(hands, 2), comment="We brengen ze zaterdag om 13 uur.", names=True)
    _invite(town, kitchen, "bakery", "We eten samen met een veertigtal buren en nieuwkomers. Wil jij iets lekkers meegeven? Nee zeggen mag ook.", days_ago=1)
    school = _invite(town, kitchen, "school", "Hebben jullie potten en tafels voor ons?", days_ago=6)
    _reply(school, PartStat.TENTATIVE, comment="Ik vraag het na op de vergadering.", ask_again_at=clock.today() + timedelta(days=4))
    home = _invite(town, kitchen, "care", "Willen er bewoners mee komen eten?", days_ago=8)
    _reply(home, PartStat.DECLINED, comment="Die dag is er al feest bij ons. Graag een volgende keer!")
    grocer = _invite(town, kitchen, "grocer", "Mogen we bij jou rijst en kruiden halen?", days_ago=3)
    invitations.reply(
        grocer, PartStat.ACCEPTED, offers=[Offer(None, 1, "10 kg rijst en kruiden")], replied_by="Salam",
        consent_to_name=True, noted_by=leen,
    )  # fmt: skip
    _told(grocer)
    _sign_up_with_coach(kitchen, town.cast.fatma, town.households["amina"], town.households["dawit"])
    _sign_up_with_coach(kitchen, town.cast.jo, town.households["selam"])
    for name, people, language in (("Nadia", 3, "ar"), ("Karim", 1, "fa-AF"), ("Els", 2, "nl"), ("", 4, "en")):
        _sign_up_alone(kitchen, name, people, language)


def _talking_table(town: _Town) -> None:
    """Every week, sign-up per date; one date moves to another hall, one is skipped."""
    fatma = town.cast.fatma
    table = events.create(
        events.Details(
            "Praattafel",
            "We praten Nederlands over gewone dingen: het weer, de markt, de kinderen. Fouten maken mag. Er is koffie en thee.",
            category=town.categories["talking"], place=town.places["library"], organisation=town.partners["library"], seats=12, coach_seats=2,
            dutch_level=2, facts={"food": ["drink"], "leave_early": True, "wheelchair": True, "childcare": [3, 11]},
        ),
        dates.every_week(_times(THURSDAY, 0, "19:00", "20:30"), clock.at(_next(THURSDAY, 11), 22)), fatma, weekly=True,
    )  # fmt: skip
    _say(table, "en", "Talking table", "We speak Dutch about everyday things. Mistakes are welcome. There is coffee and tea.")
    _say(table, "ar", "طاولة الحديث", "نتحدث بالهولندية عن أمور الحياة اليومية. الخطأ مسموح. توجد قهوة وشاي.")
    events.publish(table, fatma)
    first, second, third, fourth = table.dates[:4]
    for early in (first, second):
        _sign_up_with_coach(early, fatma, town.households["dawit"])
    _sign_up_alone(first, "Nadia", 1, "ar")
    _sign_up_alone(first, "Yonas", 2, "ti")
    _sign_up_alone(third, "Karim", 1, "fa-AF")
    dates.move(locked(EventDate, fourth.id), dates.Times(fourth.starts_at, fourth.ends_at), town.places["melopee"], fatma)
    dates.cancel(locked(EventDate, table.dates[7].id), "De bibliotheek is dicht die dag.", fatma, {"en": "The library is closed that day."})


def _walk(town: _Town) -> None:
    jo = town.cast.jo
    walk = events.create(
        events.Details(
            "Wandelen in de Kalkense Meersen",
            "We stappen samen vijf kilometer, heel rustig. Onderweg drinken we warme chocolademelk.",
            bring="Stevige schoenen en een jas tegen de regen.", category=town.categories["outside"], place=town.places["square"],
            organisation=town.partners["walkers"], seats=25, dutch_level=1, facts={"children": True, "food": ["drink"], "company": True},
        ),
        [_times(SUNDAY, 0, "14:00", "16:30"), _times(SUNDAY, 4, "14:00", "16:30"), _times(SUNDAY, 8, "14:00", "16:30")], jo,
    )  # fmt: skip
    _say(walk, "en", "A walk in the Kalkense Meersen", "We walk five kilometres together, slowly. On the way we drink hot chocolate.", "Good shoes and a rain coat.")
    events.publish(walk, jo)
    invitation = _invite(town, walk, "walkers", "Wie van jullie stapt voorop?", days_ago=14)
    _reply(invitation, PartStat.ACCEPTED, Offer(None, 1, "twee gidsen"), comment="Luc en Mia gaan mee.", names=True)
    invitations.seen(invitation)
    _sign_up_with_coach(walk, town.cast.jo, town.households["selam"])
    _sign_up_alone(walk, "Els", 2, "nl")


def _repair_cafe(town: _Town) -> None:
    leen = town.cast.leen
    cafe = events.create(
        events.Details(
            "Repair café",
            "Is je fiets, lamp of broek stuk? Kom langs met wat stuk is. We herstellen het samen. Je hoeft je niet in te schrijven.",
            bring="Wat stuk is, en de kabel die erbij hoort.", category=town.categories["making"], place=town.places["sociaal_huis"],
            organisation=town.partners["de_brug"], signup=Signup.NONE, dutch_level=1, facts={"food": ["drink", "snack"], "wheelchair": True, "leave_early": True},
        ),
        [_times(SATURDAY, week, "13:30", "17:00") for week in (2, 6, 10)], leen,
    )  # fmt: skip
    _say(cafe, "en", "Repair café", "Is your bike, lamp or coat broken? Bring it. We repair it together. No need to sign up.", "What is broken, and its cable.")
    tools = needs.add(cafe, "fietsherstellers", 2, NeedKind.SKILL)
    events.publish(cafe, leen)
    wout = _invite(town, cafe, "bikes", "Kom jij fietsen herstellen met ons?", days_ago=5)
    _reply(wout, PartStat.ACCEPTED, Offer(tools, 1), comment="Ik kom alleen, maar met veel materiaal.")


def _film_evening(town: _Town) -> None:
    leen = town.cast.leen
    film = events.create(
        events.Details(
            "Filmavond",
            "We kijken samen naar een film zonder veel woorden. De film is grappig en voor alle leeftijden.",
            category=town.categories["culture"], place=town.places["melopee"], seats=60, price_cents=200, dutch_level=1,
            facts={"children": True, "wheelchair": True, "food": ["snack", "drink"], "lift": True},
        ),
        [_times(FRIDAY, 3, "19:30", "21:45")], leen,
    )  # fmt: skip
    _say(film, "en", "Film evening", "We watch a film together, with few words. It is funny, for all ages.")
    _say(film, "ar", "سهرة سينما", "نشاهد معًا فيلمًا مضحكًا بكلام قليل، لكل الأعمار.")
    screen = needs.add(film, "beamer en scherm", 1)
    events.publish(film, leen)
    house = _invite(town, film, "sociaal_huis", "Mogen we jullie beamer lenen?", days_ago=4)
    _reply(house, PartStat.ACCEPTED, Offer(screen, 1), comment="Ja, haal hem donderdag op.", names=True)
    chen = _invite(town, film, "bakery", "Wil jij koekjes bakken voor de filmavond?", days_ago=12)
    _reply(chen, PartStat.ACCEPTED, Offer(None, 1, "koekjes voor iedereen"), names=True)
    invitations.seen(chen)
    _sign_up_with_coach(film, town.cast.fatma, town.households["oksana"])


def _trip_to_the_sea(town: _Town) -> None:
    """Cancelled as a whole: Fatma and Leen have somebody to tell."""
    leen = town.cast.leen
    trip = events.create(
        events.Details(
            "Uitstap naar zee", "Samen met de bus naar Oostende. 's Avonds zijn we terug.", bring="Boterhammen en drinken.",
            category=town.categories["culture"], place=town.places["square"], seats=30, price_cents=500, dutch_level=1, facts={"children": True, "company": True},
        ),
        [_times(SUNDAY, 2, "09:00", "19:00")], leen,
    )  # fmt: skip
    _say(trip, "en", "A day at the sea", "Together by bus to Ostend. In the evening we are back.", "Sandwiches and something to drink.")
    events.publish(trip, leen)
    _sign_up_with_coach(trip, town.cast.fatma, town.households["amina"], town.households["dawit"])
    _sign_up_alone(trip, "Nadia", 3, "ar", phone="+32470000032")
    _sign_up_alone(trip, "Els", 2, "nl", email="els@example.org")
    _sign_up_alone(trip, "", 2, "en")
    dates.cancel(
        locked(EventDate, trip.dates[0].id), "De bus is niet vrij die dag.", leen,
        {"en": "The bus is not free that day.", "ar": "الحافلة غير متاحة في ذلك اليوم."},
    )  # fmt: skip


def _reading_aloud(town: _Town) -> None:
    """Put off: Amina's line on the call list gets a second piece of news, Rahim has no telephone."""
    jo = town.cast.jo
    reading = events.create(
        events.Details(
            "Voorleesnamiddag", "Verhalen in het Nederlands, Arabisch en Oekraïens, voor kinderen van 3 tot 8 jaar. Ouders blijven erbij.",
            category=town.categories["children"], place=town.places["library"], organisation=town.partners["library"], seats=20, dutch_level=1,
            facts={"children": True, "interpreter": ["ar", "uk"], "no_photos": True},
        ),
        [_times(WEDNESDAY, 1, "14:30", "16:00")], jo,
    )  # fmt: skip
    _say(reading, "en", "Stories for children", "Stories in Dutch, Arabic and Ukrainian, for children from 3 to 8 years. Parents stay.")
    events.publish(reading, jo)
    home = _invite(town, reading, "care", "Wie van de bewoners leest graag voor?", days_ago=20)
    _reply(home, PartStat.ACCEPTED, Offer(None, 2, "voorlezers"), comment="Twee dames kijken ernaar uit.")
    invitations.seen(home)
    _sign_up_with_coach(reading, town.cast.fatma, town.households["amina"], town.households["rahim"])
    dates.postpone(
        locked(EventDate, reading.dates[0].id), "De voorlezer is ziek.", jo, {"en": "The reader is ill.", "ar": "القارئ مريض."}
    )  # fmt: skip


def _sewing(town: _Town) -> None:
    """Full, with a waiting list; Oksana moved up when somebody gave back, and is to be told."""
    fatma = town.cast.fatma
    sewing = events.create(
        events.Details(
            "Naaiatelier", "Leer werken met de naaimachine, of maak iets moois. Stof en draad zijn er.",
            category=town.categories["making"], place=town.places["sociaal_huis"], seats=8, dutch_level=2, facts={"food": ["drink"], "childcare": [3, 11]},
        ),
        [_times(TUESDAY, 1, "13:30", "16:00")], fatma,
    )  # fmt: skip
    _say(sewing, "en", "Sewing together", "Learn to use the sewing machine, or make something nice. Fabric and thread are there.")
    events.publish(sewing, fatma)
    first = _sign_up_alone(sewing, "Els", 3, "nl")
    _sign_up_alone(sewing, "Nadia", 2, "ar")
    _sign_up_alone(sewing, "Mariam", 3, "ar")
    _sign_up_with_coach(sewing, fatma, town.households["oksana"])
    _sign_up_alone(sewing, "Karim", 2, "fa-AF")
    rsvps.give_back(first)


def _cycling(town: _Town) -> None:
    """Only by us: strangers ask a volunteer."""
    fatma = town.cast.fatma
    lessons = events.create(
        events.Details(
            "Fietsles voor vrouwen", "Leer fietsen op een rustige plek. We hebben fietsen en helmen. Je komt zo vaak als je wilt.",
            category=town.categories["outside"], place=town.places["field"], seats=6, signup=Signup.BY_US, dutch_level=1,
            facts={"women_only": True, "no_photos": True, "childcare": [2, 6]},
        ),
        [_times(MONDAY, week, "10:00", "11:30") for week in (1, 2, 3)], fatma,
    )  # fmt: skip
    _say(lessons, "en", "Cycling for women", "Learn to ride a bike in a quiet place. We have bikes and helmets.")
    _say(lessons, "ar", "تعليم ركوب الدراجة للنساء", "تعلّمي ركوب الدراجة في مكان هادئ. لدينا دراجات وخوذ.")
    events.publish(lessons, fatma)
    wout = _invite(town, lessons, "bikes", "Kunnen we zes fietsen lenen?", days_ago=16)
    _reply(wout, PartStat.DECLINED, comment="In deze maand lukt het niet, sorry.")
    invitations.seen(wout)


def _football(town: _Town) -> None:
    jo = town.cast.jo
    football = events.create(
        events.Details(
            "Samen voetballen", "Kom mee een balletje trappen. Jong en oud, goed of niet zo goed.", bring="Sportschoenen.",
            category=town.categories["outside"], place=town.places["field"], signup=Signup.NONE, dutch_level=1, facts={"children": True, "leave_early": True},
        ),
        dates.every_week(_times(SATURDAY, 0, "10:00", "12:00"), clock.at(_next(SATURDAY, 9), 22)), jo, weekly=True,
    )  # fmt: skip
    _say(football, "en", "Football together", "Come and play. Young and old, good or not so good.", "Sports shoes.")
    events.publish(football, jo)


def _coffee_at_school(town: _Town) -> None:
    jo = town.cast.jo
    coffee = events.create(
        events.Details(
            "Koffie met de school", "Wat staat er in de boekentas? Hoe betaal je de maaltijden? De juf legt het uit, met prenten.",
            category=town.categories["children"], place=town.places["school"], organisation=town.partners["school"], seats=15, dutch_level=2,
            facts={"interpreter": ["ar", "uk", "fa-AF"], "childcare": [0, 3], "food": ["drink"]},
        ),
        [_times(TUESDAY, 2, "09:00", "10:30"), _times(TUESDAY, 9, "09:00", "10:30")], jo,
    )  # fmt: skip
    _say(coffee, "en", "Coffee with the school", "What is in the school bag? How do you pay for the meals? The teacher explains, with pictures.")
    events.publish(coffee, jo)
    _sign_up_with_coach(coffee, jo, town.households["selam"])
    _sign_up_with_coach(coffee, town.cast.fatma, town.households["oksana"])


def _street_party(town: _Town) -> None:
    """Still a draft: strangers do not see it."""
    leen = town.cast.leen
    party = events.create(
        events.Details(
            "Buurtfeest op het Kerkplein", "Muziek, spelletjes en een lange tafel voor iedereen uit de buurt.", category=town.categories["party"],
            place=town.places["square"], seats=150, facts={"children": True, "food": ["meal", "drink", "halal"]},
        ),
        [_times(SATURDAY, 11, "15:00", "21:00")], leen,
    )  # fmt: skip
    needs.add(party, "tenten", 2)
    needs.add(party, "mensen om op te bouwen", 8, NeedKind.PEOPLE)
    needs.add(party, "muziek zonder te betalen", 1, NeedKind.SERVICE)


# ---- how they do it


def _next(weekday: int, weeks: int = 0) -> date:
    """The first such weekday after today, and so many weeks on: always ahead, at any hour of today."""
    tomorrow = clock.today() + timedelta(days=1)
    return tomorrow + timedelta(days=(weekday - tomorrow.weekday()) % 7, weeks=weeks)


def _times(weekday: int, weeks: int, start: str, end: str) -> dates.Times:
    day = _next(weekday, weeks)
    opens, closes = time.fromisoformat(start), time.fromisoformat(end)
    return dates.Times(clock.at(day, opens.hour, opens.minute), clock.at(day, closes.hour, closes.minute))


def _say(event: Event, language: str, title: str, text: str, bring: str = "") -> None:
    """A translation of the Dutch that stands there now."""
    source = event.text
    event.texts.append(
        EventText(language=language, title=title, text=text, bring=bring, source_version=source.version if source else 0)
    )
    db.session.flush()


def _invite(town: _Town, event: Event, short: str, asks: str, days_ago: int) -> Invitation:
    partner = town.partners[short]
    invitation = invitations.invite(event, partner, partner.contacts[0], asks, event.hosts[0])
    invitation.created_at = clock.now() - timedelta(days=days_ago)  # "last asked two weeks ago"
    return invitation


def _reply(invitation: Invitation, partstat: PartStat, *offers: Offer, comment: str = "", names: bool = False, ask_again_at: date | None = None) -> None:
    """By its link: the mail that asked arrived, and the calendar file after a yes."""
    contact = invitation.contact
    invitations.reply(
        invitation, partstat, comment=comment, replied_by=contact.name if contact else "", ask_again_at=ask_again_at,
        offers=offers, consent_to_name=names,
    )  # fmt: skip
    _told(invitation, "sent")


def _told(invitation: Invitation, outcome: str = "told") -> None:
    """What was owed to this partner stands on nobody's list any more."""
    owed = select(Notice).where(Notice.subject_kind == "invitation", Notice.subject_id == invitation.id)
    for notice in db.session.scalars(owed):
        notices.done(notice, outcome)


def _sign_up_with_coach(event: Event | EventDate, coach: User, *chosen: Household) -> None:
    chosen_date = event.dates[0] if isinstance(event, Event) else event
    households.sign_up(locked(EventDate, chosen_date.id), chosen, coach, rsvps.new_form_key())


def _sign_up_alone(event: Event | EventDate, name: str, people: int, language: str, phone: str = "", email: str = "") -> Rsvp:
    chosen_date = event.dates[0] if isinstance(event, Event) else event
    rsvp = rsvps.sign_up(locked(EventDate, chosen_date.id), Party(people), language=language, name=name)
    if phone or email:
        rsvp.contact = RsvpContact(phone=phone, email=email)
        db.session.flush()
    return rsvp


def _user(name: str, email: str, *roles: Role, languages: list[str] | None = None) -> User:
    user = User(name=name, email=email, demo_name=name.lower(), languages=languages or [])
    user.roles = [UserRole(role=role) for role in roles]
    db.session.add(user)
    return user


def _category(slug: str, colour: str, icon: str, **names: str) -> Category:
    return Category(
        slug=slug, colour=colour, icon=icon, texts=[CategoryText(language=code, name=name) for code, name in names.items()]
    )
