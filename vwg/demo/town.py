"""What stands around the cast: places, kinds of activities, partners, families."""

from dataclasses import dataclass
from datetime import timedelta

from vwg import clock
from vwg.db import db
from vwg.demo.people import Cast, category, user
from vwg.domain import households, partners
from vwg.domain.rsvps import Party
from vwg.models import Asset, Category, CategoryText, Channel, Household, HouseholdCoach, Partner, PartnerKind, Place

KINDS_ELSEWHERE = {  # cooking, talking, outside, culture, making, children, party: as a group would fill them in
    "fr": ("Cuisiner et manger", "Parler", "Dehors et bouger", "Films et sorties", "Fabriquer et réparer", "Enfants et école", "Fête et rencontre"),
    "uk": ("Готуємо та їмо", "Розмови", "Надворі та рух", "Кіно та поїздки", "Майструємо та лагодимо", "Діти та школа", "Свято та зустріч"),
    "ti": ("ምኽሻንን ምብላዕን", "ዕላል", "ኣብ ደገን ምንቅስቓስን", "ፊልምን መገሻን", "ምስራሕን ምጽጋንን", "ቆልዑን ቤት ትምህርትን", "በዓልን ርክብን"),
    "fa-AF": ("آشپزی و غذا", "گفتگو", "بیرون و ورزش", "فلم و سفر", "ساختن و ترمیم", "کودکان و مکتب", "جشن و دیدار"),
    "ps": ("پخلی او خواړه", "خبرې اترې", "بهر او ورزش", "فلم او سفر", "جوړول او ترمیم", "ماشومان او ښوونځی", "جشن او لیدنه"),
    "tr": ("Yemek yapma ve yeme", "Sohbet", "Açık hava ve hareket", "Film ve gezi", "Yapma ve onarma", "Çocuklar ve okul", "Kutlama ve buluşma"),
    "ru": ("Готовим и едим", "Разговоры", "На улице и движение", "Кино и поездки", "Мастерим и чиним", "Дети и школа", "Праздник и встреча"),
    "so": ("Karinta iyo cunista", "Sheekaysi", "Dibadda iyo dhaqdhaqaaq", "Filim iyo dalxiis", "Samayn iyo dayactir", "Carruurta iyo dugsiga", "Xaflad iyo kulan"),
    "es": ("Cocinar y comer", "Conversar", "Aire libre y movimiento", "Cine y excursiones", "Crear y reparar", "Niños y escuela", "Fiesta y encuentro"),
}  # fmt: skip


@dataclass
class Town:
    """The cast and all that stands around them, by a short name."""

    cast: Cast
    places: dict[str, Place]
    categories: dict[str, Category]
    partners: dict[str, Partner]
    households: dict[str, Household]

    @classmethod
    def around(cls, people: Cast) -> "Town":
        return cls(people, _places(people), _categories(people), _partners(people), _households(people))


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
        "square": Place(name="Kerkplein", street="Kerkplein 3", postcode="9270", town="Kalken", latitude=51.0378, longitude=3.9171),
        "school": Place(name="Basisschool De Wegwijzer", street="Meersstraat 8", postcode="9270", town="Kalken"),
        "field": Place(name="Sportveld De Kouter", street="Kouterweg 40", postcode="9270", town="Laarne"),
    }  # fmt: skip
    db.session.add_all(places.values())
    db.session.flush()
    return {"skala": people.skala, "sociaal_huis": people.sociaal_huis, **places}


def _categories(people: Cast) -> dict[str, Category]:
    categories = {
        "outside": category("outside", "teal", "walk", nl="Buiten en bewegen", en="Outside and moving", ar="في الخارج والحركة"),
        "culture": category("culture", "violet", "movie", nl="Film en uitstap", en="Film and trips", ar="أفلام ورحلات"),
        "making": category("making", "ochre", "tools", nl="Maken en herstellen", en="Making and repairing", ar="الصنع والتصليح"),
        "children": category("children", "rose", "friends", nl="Kinderen en school", en="Children and school", ar="الأطفال والمدرسة"),
        "party": category("party", "blue", "music", nl="Feest en ontmoeting", en="Party and meeting people", ar="احتفال ولقاء"),
    }  # fmt: skip
    db.session.add_all(categories.values())
    every = {"cooking": people.cooking, "talking": people.talking, **categories}
    for language, names in KINDS_ELSEWHERE.items():
        for short, name in zip(every, names, strict=True):
            every[short].texts.append(CategoryText(language=language, name=name))
    db.session.flush()
    return every


def _partners(people: Cast) -> dict[str, Partner]:
    """Nine: most agreed to be listed, two did not; one has a telephone and no mail."""
    for contact in (people.bert, people.chen):
        contact.user = user(contact.name, contact.email)
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
