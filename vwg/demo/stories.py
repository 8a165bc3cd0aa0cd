"""What is going on: an activity of every kind, in every state."""

from calendar import FRIDAY, MONDAY, SATURDAY, SUNDAY, THURSDAY, TUESDAY, WEDNESDAY
from datetime import timedelta

from vwg import clock
from vwg.db import locked
from vwg.demo.doing import invite, next_one, reply, say, sign_up_alone, sign_up_with_coach, times, told
from vwg.demo.town import Town
from vwg.domain import dates, events, invitations, needs, rsvps, welcome_places
from vwg.domain.invitations import Offer
from vwg.models import EventDate, NeedKind, PartStat, Signup


def tell(town: Town) -> None:
    """All that goes on there, by the verbs that people use."""
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
    _choir(town)


def _world_kitchen(town: Town) -> None:
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
        [times(SATURDAY, 1, "14:00", "18:00")], leen,
    )  # fmt: skip
    say(kitchen, "en", "World kitchen", "We cook dishes from all over the world together. Then we eat at one long table. Everybody is welcome.", "An apron, if you have one.")
    say(kitchen, "ar", "مطبخ العالم", "نطبخ معًا أطباقًا من كل أنحاء العالم، ثم نأكل على طاولة واحدة طويلة. الجميع مرحّب بهم.", "مئزر المطبخ، إن كان لديك.")
    chairs = needs.add(kitchen, "stoelen", 30)
    needs.add(kitchen, "taarten", 3)
    hands = needs.add(kitchen, "mensen voor de afwas", 4, NeedKind.PEOPLE)
    hands.is_public = True
    needs.add(kitchen, "grote kookpotten", 6)
    needs.add(kitchen, "tolk Tigrinya", 1, NeedKind.SKILL).language = "ti"
    events.publish(kitchen, leen)
    brug = invite(town, kitchen, "de_brug", "Kan De Brug stoelen lenen en mee afwassen?", days_ago=9)
    reply(brug, PartStat.ACCEPTED, Offer(chairs, 20), Offer(hands, 2), comment="We brengen ze zaterdag om 13 uur.", names=True)
    invite(town, kitchen, "bakery", "We eten samen met een veertigtal buren en nieuwkomers. Wil jij iets lekkers meegeven? Nee zeggen mag ook.", days_ago=1)
    school = invite(town, kitchen, "school", "Hebben jullie potten en tafels voor ons?", days_ago=6)
    reply(school, PartStat.TENTATIVE, comment="Ik vraag het na op de vergadering.", ask_again_at=clock.today() + timedelta(days=4))
    home = invite(town, kitchen, "care", "Willen er bewoners mee komen eten?", days_ago=8)
    reply(home, PartStat.DECLINED, comment="Die dag is er al feest bij ons. Graag een volgende keer!")
    grocer = invite(town, kitchen, "grocer", "Mogen we bij jou rijst en kruiden halen?", days_ago=3)
    invitations.reply(
        grocer, PartStat.ACCEPTED, offers=[Offer(None, 1, "10 kg rijst en kruiden")], replied_by="Salam",
        consent_to_name=True, noted_by=leen,
    )  # fmt: skip
    told(grocer)
    sign_up_with_coach(kitchen, town.cast.fatma, town.households["amina"], town.households["dawit"])
    sign_up_with_coach(kitchen, town.cast.jo, town.households["selam"])
    for name, people, language in (("Nadia", 3, "ar"), ("Karim", 1, "fa-AF"), ("Els", 2, "nl"), ("", 4, "en")):
        sign_up_alone(kitchen, name, people, language)


def _talking_table(town: Town) -> None:
    """Every week, sign-up per date; one date moves to another hall, one is skipped."""
    fatma = town.cast.fatma
    table = events.create(
        events.Details(
            "Praattafel",
            "We praten Nederlands over gewone dingen: het weer, de markt, de kinderen. Fouten maken mag. Er is koffie en thee.",
            category=town.categories["talking"], place=town.places["library"], organisation=town.partners["library"], seats=12, coach_seats=2,
            dutch_level=2, facts={"food": ["drink"], "leave_early": True, "wheelchair": True, "childcare": [3, 11]},
        ),
        dates.every_week(times(THURSDAY, 0, "19:00", "20:30"), clock.at(next_one(THURSDAY, 11), 22)), fatma, weekly=True,
    )  # fmt: skip
    say(table, "en", "Talking table", "We speak Dutch about everyday things. Mistakes are welcome. There is coffee and tea.")
    say(table, "ar", "طاولة الحديث", "نتحدث بالهولندية عن أمور الحياة اليومية. الخطأ مسموح. توجد قهوة وشاي.")
    events.publish(table, fatma)
    first, second, third, fourth = table.dates[:4]
    for early in (first, second):
        sign_up_with_coach(early, fatma, town.households["dawit"])
    sign_up_alone(first, "Nadia", 1, "ar")
    sign_up_alone(first, "Yonas", 2, "ti")
    sign_up_alone(third, "Karim", 1, "fa-AF")
    dates.move(locked(EventDate, fourth.id), dates.Times(fourth.starts_at, fourth.ends_at), town.places["melopee"], fatma)
    dates.cancel(locked(EventDate, table.dates[7].id), "De bibliotheek is dicht die dag.", fatma, {"en": "The library is closed that day."})


def _walk(town: Town) -> None:
    jo = town.cast.jo
    walk = events.create(
        events.Details(
            "Wandelen in de Kalkense Meersen",
            "We stappen samen vijf kilometer, heel rustig. Onderweg drinken we warme chocolademelk.",
            bring="Stevige schoenen en een jas tegen de regen.", category=town.categories["outside"], place=town.places["square"],
            organisation=town.partners["walkers"], seats=25, dutch_level=1, facts={"children": True, "food": ["drink"], "company": True},
        ),
        [times(SUNDAY, 0, "14:00", "16:30"), times(SUNDAY, 4, "14:00", "16:30"), times(SUNDAY, 8, "14:00", "16:30")], jo,
    )  # fmt: skip
    say(walk, "en", "A walk in the Kalkense Meersen", "We walk five kilometres together, slowly. On the way we drink hot chocolate.", "Good shoes and a rain coat.")
    events.publish(walk, jo)
    invitation = invite(town, walk, "walkers", "Wie van jullie stapt voorop?", days_ago=14)
    reply(invitation, PartStat.ACCEPTED, Offer(None, 1, "twee gidsen"), comment="Luc en Mia gaan mee.", names=True)
    invitations.seen(invitation)
    sign_up_with_coach(walk, town.cast.jo, town.households["selam"])
    sign_up_alone(walk, "Els", 2, "nl")


def _repair_cafe(town: Town) -> None:
    leen = town.cast.leen
    cafe = events.create(
        events.Details(
            "Repair café",
            "Is je fiets, lamp of broek stuk? Kom langs met wat stuk is. We herstellen het samen. Je hoeft je niet in te schrijven.",
            bring="Wat stuk is, en de kabel die erbij hoort.", category=town.categories["making"], place=town.places["sociaal_huis"],
            organisation=town.partners["de_brug"], signup=Signup.NONE, dutch_level=1, facts={"food": ["drink", "snack"], "wheelchair": True, "leave_early": True},
        ),
        [times(SATURDAY, week, "13:30", "17:00") for week in (2, 6, 10)], leen,
    )  # fmt: skip
    say(cafe, "en", "Repair café", "Is your bike, lamp or coat broken? Bring it. We repair it together. No need to sign up.", "What is broken, and its cable.")
    tools = needs.add(cafe, "fietsherstellers", 2, NeedKind.SKILL)
    events.publish(cafe, leen)
    wout = invite(town, cafe, "bikes", "Kom jij fietsen herstellen met ons?", days_ago=5)
    reply(wout, PartStat.ACCEPTED, Offer(tools, 1), comment="Ik kom alleen, maar met veel materiaal.")


def _film_evening(town: Town) -> None:
    leen = town.cast.leen
    film = events.create(
        events.Details(
            "Filmavond",
            "We kijken samen naar een film zonder veel woorden. De film is grappig en voor alle leeftijden.",
            category=town.categories["culture"], place=town.places["melopee"], seats=60, price_cents=200, dutch_level=1,
            facts={"children": True, "wheelchair": True, "food": ["snack", "drink"], "lift": True},
        ),
        [times(FRIDAY, 3, "19:30", "21:45")], leen,
    )  # fmt: skip
    say(film, "en", "Film evening", "We watch a film together, with few words. It is funny, for all ages.")
    say(film, "ar", "سهرة سينما", "نشاهد معًا فيلمًا مضحكًا بكلام قليل، لكل الأعمار.")
    screen = needs.add(film, "beamer en scherm", 1)
    events.publish(film, leen)
    house = invite(town, film, "sociaal_huis", "Mogen we jullie beamer lenen?", days_ago=4)
    reply(house, PartStat.ACCEPTED, Offer(screen, 1), comment="Ja, haal hem donderdag op.", names=True)
    chen = invite(town, film, "bakery", "Wil jij koekjes bakken voor de filmavond?", days_ago=12)
    reply(chen, PartStat.ACCEPTED, Offer(None, 1, "koekjes voor iedereen"), names=True)
    invitations.seen(chen)
    sign_up_with_coach(film, town.cast.fatma, town.households["oksana"])


def _trip_to_the_sea(town: Town) -> None:
    """Cancelled as a whole: Fatma and Leen have somebody to tell."""
    leen = town.cast.leen
    trip = events.create(
        events.Details(
            "Uitstap naar zee", "Samen met de bus naar Oostende. 's Avonds zijn we terug.", bring="Boterhammen en drinken.",
            category=town.categories["culture"], place=town.places["square"], seats=30, price_cents=500, dutch_level=1, facts={"children": True, "company": True},
        ),
        [times(SUNDAY, 2, "09:00", "19:00")], leen,
    )  # fmt: skip
    say(trip, "en", "A day at the sea", "Together by bus to Ostend. In the evening we are back.", "Sandwiches and something to drink.")
    events.publish(trip, leen)
    sign_up_with_coach(trip, town.cast.fatma, town.households["amina"], town.households["dawit"])
    sign_up_alone(trip, "Nadia", 3, "ar", phone="+32470000032")
    sign_up_alone(trip, "Els", 2, "nl", email="els@example.org")
    sign_up_alone(trip, "", 2, "en")
    dates.cancel(
        locked(EventDate, trip.dates[0].id), "De bus is niet vrij die dag.", leen,
        {"en": "The bus is not free that day.", "ar": "الحافلة غير متاحة في ذلك اليوم."},
    )  # fmt: skip


def _reading_aloud(town: Town) -> None:
    """Put off: Amina's line on the call list gets a second piece of news, Rahim has no telephone."""
    jo = town.cast.jo
    reading = events.create(
        events.Details(
            "Voorleesnamiddag", "Verhalen in het Nederlands, Arabisch en Oekraïens, voor kinderen van 3 tot 8 jaar. Ouders blijven erbij.",
            category=town.categories["children"], place=town.places["library"], organisation=town.partners["library"], seats=20, dutch_level=1,
            facts={"children": True, "interpreter": ["ar", "uk"], "no_photos": True},
        ),
        [times(WEDNESDAY, 1, "14:30", "16:00")], jo,
    )  # fmt: skip
    say(reading, "en", "Stories for children", "Stories in Dutch, Arabic and Ukrainian, for children from 3 to 8 years. Parents stay.")
    events.publish(reading, jo)
    home = invite(town, reading, "care", "Wie van de bewoners leest graag voor?", days_ago=20)
    reply(home, PartStat.ACCEPTED, Offer(None, 2, "voorlezers"), comment="Twee dames kijken ernaar uit.")
    invitations.seen(home)
    sign_up_with_coach(reading, town.cast.fatma, town.households["amina"], town.households["rahim"])
    dates.postpone(
        locked(EventDate, reading.dates[0].id), "De voorlezer is ziek.", jo, {"en": "The reader is ill.", "ar": "القارئ مريض."}
    )  # fmt: skip


def _sewing(town: Town) -> None:
    """Full, with a waiting list; Oksana moved up when somebody gave back, and is to be told."""
    fatma = town.cast.fatma
    sewing = events.create(
        events.Details(
            "Naaiatelier", "Leer werken met de naaimachine, of maak iets moois. Stof en draad zijn er.",
            category=town.categories["making"], place=town.places["sociaal_huis"], seats=8, dutch_level=2, facts={"food": ["drink"], "childcare": [3, 11]},
        ),
        [times(TUESDAY, 1, "13:30", "16:00")], fatma,
    )  # fmt: skip
    say(sewing, "en", "Sewing together", "Learn to use the sewing machine, or make something nice. Fabric and thread are there.")
    events.publish(sewing, fatma)
    first = sign_up_alone(sewing, "Els", 3, "nl")
    sign_up_alone(sewing, "Nadia", 2, "ar")
    sign_up_alone(sewing, "Mariam", 3, "ar")
    sign_up_with_coach(sewing, fatma, town.households["oksana"])
    sign_up_alone(sewing, "Karim", 2, "fa-AF")
    rsvps.give_back(first)


def _cycling(town: Town) -> None:
    """Only by us: strangers ask a volunteer."""
    fatma = town.cast.fatma
    lessons = events.create(
        events.Details(
            "Fietsles voor vrouwen", "Leer fietsen op een rustige plek. We hebben fietsen en helmen. Je komt zo vaak als je wilt.",
            category=town.categories["outside"], place=town.places["field"], seats=6, signup=Signup.BY_US, dutch_level=1,
            facts={"women_only": True, "no_photos": True, "childcare": [2, 6]},
        ),
        [times(MONDAY, week, "10:00", "11:30") for week in (1, 2, 3)], fatma,
    )  # fmt: skip
    say(lessons, "en", "Cycling for women", "Learn to ride a bike in a quiet place. We have bikes and helmets.")
    say(lessons, "ar", "تعليم ركوب الدراجة للنساء", "تعلّمي ركوب الدراجة في مكان هادئ. لدينا دراجات وخوذ.")
    events.publish(lessons, fatma)
    wout = invite(town, lessons, "bikes", "Kunnen we zes fietsen lenen?", days_ago=16)
    reply(wout, PartStat.DECLINED, comment="In deze maand lukt het niet, sorry.")
    invitations.seen(wout)


def _football(town: Town) -> None:
    jo = town.cast.jo
    football = events.create(
        events.Details(
            "Samen voetballen", "Kom mee een balletje trappen. Jong en oud, goed of niet zo goed.", bring="Sportschoenen.",
            category=town.categories["outside"], place=town.places["field"], signup=Signup.NONE, dutch_level=1, facts={"children": True, "leave_early": True},
        ),
        dates.every_week(times(SATURDAY, 0, "10:00", "12:00"), clock.at(next_one(SATURDAY, 9), 22)), jo, weekly=True,
    )  # fmt: skip
    say(football, "en", "Football together", "Come and play. Young and old, good or not so good.", "Sports shoes.")
    events.publish(football, jo)


def _coffee_at_school(town: Town) -> None:
    jo = town.cast.jo
    coffee = events.create(
        events.Details(
            "Koffie met de school", "Wat staat er in de boekentas? Hoe betaal je de maaltijden? De juf legt het uit, met prenten.",
            category=town.categories["children"], place=town.places["school"], organisation=town.partners["school"], seats=15, dutch_level=2,
            facts={"interpreter": ["ar", "uk", "fa-AF"], "childcare": [0, 3], "food": ["drink"]},
        ),
        [times(TUESDAY, 2, "09:00", "10:30"), times(TUESDAY, 9, "09:00", "10:30")], jo,
    )  # fmt: skip
    say(coffee, "en", "Coffee with the school", "What is in the school bag? How do you pay for the meals? The teacher explains, with pictures.")
    events.publish(coffee, jo)
    sign_up_with_coach(coffee, jo, town.households["selam"])
    sign_up_with_coach(coffee, town.cast.fatma, town.households["oksana"])


def _street_party(town: Town) -> None:
    """Still a draft: strangers do not see it."""
    leen = town.cast.leen
    party = events.create(
        events.Details(
            "Buurtfeest op het Kerkplein", "Muziek, spelletjes en een lange tafel voor iedereen uit de buurt.", category=town.categories["party"],
            place=town.places["square"], seats=150, facts={"children": True, "food": ["meal", "drink", "halal"]},
        ),
        [times(SATURDAY, 11, "15:00", "21:00")], leen,
    )  # fmt: skip
    needs.add(party, "tenten", 2)
    needs.add(party, "mensen om op te bouwen", 8, NeedKind.PEOPLE)
    needs.add(party, "muziek zonder te betalen", 1, NeedKind.SERVICE)


def _choir(town: Town) -> None:
    """Free places for newcomers in what a partner does already: only coaches see them."""
    welcome_places.offer(town.partners["de_brug"], welcome_places.Offer(
        "Zingen in ons koor", "elke dinsdag om 19:30", "Zaal Skala", "Bert", 2, clock.at(clock.today() + timedelta(days=120), 23, 59),
    ))  # fmt: skip
