/* libical as a calendar program uses it: reads a calendar from stdin and prints, one a line and
 * separated by tabs: M or O (of a rule, or an override), uid, start and what it replaces in seconds
 * since 1970, status, summary and description in hexadecimal. The arguments are the seconds between
 * which rules are expanded. */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void hex(const char *text) {
    for (; text && *text; text++) printf("%02x", (unsigned char)*text);
}

static void line(char kind, icalcomponent *event, long start, long replaces) {
    icalproperty *status = icalcomponent_get_first_property(event, ICAL_STATUS_PROPERTY);
    printf("%c\t%s\t%ld\t%ld\t%s\t", kind, icalcomponent_get_uid(event), start, replaces,
           status ? icalproperty_get_value_as_string(status) : "");
    hex(icalcomponent_get_summary(event));
    printf("\t");
    hex(icalcomponent_get_description(event));
    printf("\n");
}

static void occurrence(icalcomponent *event, struct icaltime_span *span, void *unused) {
    (void)unused;
    line('M', event, (long)span->start, 0);
}

static long seconds(struct icaltimetype time) { return (long)icaltime_as_timet_with_zone(time, time.zone); }

int main(int count, char **given) {
    size_t room = 1 << 20, size = 0, got;
    char *text = malloc(room + 1);
    while ((got = fread(text + size, 1, room - size, stdin)) > 0)
        if ((size += got) == room) text = realloc(text, (room *= 2) + 1);
    text[size] = 0;
    icalcomponent *calendar = count == 3 ? icalparser_parse_string(text) : NULL;
    if (!calendar || icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT) return 2;
    if (icalcomponent_count_errors(calendar)) return 3;
    if (!icalrestriction_check(calendar)) return 4;
    struct icaltimetype from = icaltime_from_timet_with_zone(atol(given[1]), 0, icaltimezone_get_utc_timezone());
    struct icaltimetype until = icaltime_from_timet_with_zone(atol(given[2]), 0, icaltimezone_get_utc_timezone());
    icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    for (; event; event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        icalproperty *replaced = icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY);
        struct icaltimetype start = icalcomponent_get_dtstart(event);
        if (replaced)
            line('O', event, seconds(start), seconds(icalproperty_get_datetime_with_component(replaced, event)));
        else if (icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY))
            icalcomponent_foreach_recurrence(event, from, until, occurrence, NULL);
        else
            line('M', event, seconds(start), 0);
    }
    return 0;
}
