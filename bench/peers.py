"""The others: what one writes in an afternoon, what one installs, and the limit of the same server.

Runs in the bench's own virtualenv, which knows nothing of the house. Each reads the activities from
the JSON file that BENCH_ACTIVITIES names into a SQLite file of its own; POST /edit renames the first.
"""

import json
import os
import sqlite3
from datetime import datetime
from typing import Any

ACTIVITIES = os.environ.get("BENCH_ACTIVITIES", "")
FEED = os.environ.get("BENCH_FEED", "")  # the house's own bytes, for the view that only sends them
TIMES = ("starts", "ends", "changed")


def given() -> list[dict[str, Any]]:
    with open(ACTIVITIES, encoding="utf-8") as file:
        return json.load(file)


def plain() -> Any:
    """Flask and icalendar, with sqlite3 itself: no ORM slows it down."""
    import icalendar
    from flask import Flask, Response

    app = Flask("plain")
    path = f"{ACTIVITIES}.plain.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE activity (uid, title, text, place, page, category, starts, ends, changed, sequence)")
        database.executemany(
            "INSERT INTO activity VALUES (:uid, :title, :text, :place, :page, :category, :starts, :ends, :changed, 0)", given()
        )

    @app.get("/agenda.ics")
    def agenda() -> Response:
        calendar = icalendar.Calendar()
        calendar.add("version", "2.0")
        calendar.add("prodid", "-//plain//EN")
        with sqlite3.connect(path) as database:
            rows = database.execute("SELECT * FROM activity ORDER BY starts").fetchall()
        for uid, title, text, place, page, category, starts, ends, changed, sequence in rows:
            event = icalendar.Event()
            event.add("uid", uid)
            event.add("dtstamp", datetime.fromisoformat(changed))
            event.add("last-modified", datetime.fromisoformat(changed))
            event.add("sequence", sequence)
            event.add("dtstart", datetime.fromisoformat(starts))
            event.add("dtend", datetime.fromisoformat(ends))
            event.add("summary", title)
            event.add("description", text)
            event.add("location", place)
            event.add("url", page)
            event.add("categories", [category])
            event.add("status", "CONFIRMED")
            calendar.add_component(event)
        return Response(calendar.to_ical(), content_type="text/calendar; charset=utf-8")

    @app.post("/edit")
    def edit() -> str:
        with sqlite3.connect(path) as database:
            database.execute("UPDATE activity SET title = title || '.', sequence = sequence + 1 WHERE rowid = 1")
        return "done"

    return app


def limit() -> Any:
    """The same server with as little as Flask can do: constant bytes, and a bare 304."""
    from flask import Flask, Response

    app = Flask("limit")
    with open(FEED, "rb") as file:
        feed = file.read()

    @app.get("/constant.ics")
    def constant() -> Response:
        return Response(feed, content_type="text/calendar; charset=utf-8")

    @app.get("/bare")
    def bare() -> Response:
        return Response(status=304)

    return app


def django_ical() -> Any:
    """Django with django-ical, and Django's own middleware for 304 and gzip."""
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="bench", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=True, TIME_ZONE="Europe/Brussels",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{ACTIVITIES}.django.db"}},
        MIDDLEWARE=["django.middleware.gzip.GZipMiddleware", "django.middleware.http.ConditionalGetMiddleware"],
        INSTALLED_APPS=["django.contrib.contenttypes"], DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )  # fmt: skip
    django.setup()
    from django.core.wsgi import get_wsgi_application
    from django.db import connection, models
    from django.http import HttpResponse
    from django.urls import path
    from django_ical.views import ICalFeed

    class Activity(models.Model):
        uid = models.TextField()
        title = models.TextField()
        text = models.TextField()
        place = models.TextField()
        page = models.TextField()
        category = models.TextField()
        starts = models.DateTimeField()
        ends = models.DateTimeField()
        changed = models.DateTimeField()

        class Meta:
            app_label = "bench"

    with connection.schema_editor() as editor:
        editor.create_model(Activity)
    Activity.objects.bulk_create(
        Activity(**{name: datetime.fromisoformat(value) if name in TIMES else value for name, value in each.items()}) for each in given()
    )

    class Agenda(ICalFeed):
        product_id = "-//django-ical//EN"

        def items(self) -> Any:
            return Activity.objects.order_by("starts")

        def item_guid(self, item: Any) -> str:
            return str(item.uid)

        def item_title(self, item: Any) -> str:
            return str(item.title)

        def item_description(self, item: Any) -> str:
            return str(item.text)

        def item_start_datetime(self, item: Any) -> datetime:
            return item.starts

        def item_end_datetime(self, item: Any) -> datetime:
            return item.ends

        def item_updateddate(self, item: Any) -> datetime:
            return item.changed

        def item_location(self, item: Any) -> str:
            return str(item.place)

        def item_link(self, item: Any) -> str:
            return str(item.page)

    def edit(_request: Any) -> HttpResponse:
        first = Activity.objects.order_by("pk")[0]
        first.title += "."
        first.save()
        return HttpResponse("done")

    globals()["urlpatterns"] = [path("agenda.ics", Agenda()), path("edit", edit)]
    return get_wsgi_application()


urlpatterns: list[Any] = []
