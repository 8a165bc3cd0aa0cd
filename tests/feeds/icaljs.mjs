// ical.js as a calendar program uses it: masters, overrides and what the rules make of them.
// Reads a calendar from stdin, the first argument is ical.js itself, the next two are the days
// between which it expands. Prints a JSON list of [uid, start in UTC, status, summary].
import { readFileSync } from "node:fs";

const { default: ICAL } = await import(process.argv[2]);
const from = Date.parse(process.argv[3]);
const until = Date.parse(process.argv[4]);

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf-8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(zone);
}
const all = calendar.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
const shown = [];
function show(event, start) {
  const at = start.toJSDate().getTime();
  if (at >= from && at < until) {
    const status = event.component.getFirstPropertyValue("status");
    shown.push([event.uid, new Date(at).toISOString().slice(0, 19) + "Z", status, event.summary]);
  }
}
for (const event of all.filter((event) => !event.isRecurrenceException())) {
  if (!event.isRecurring()) {
    show(event, event.startDate);
    continue;
  }
  all.filter((other) => other.isRecurrenceException() && other.uid === event.uid).forEach((other) => event.relateException(other));
  const dates = event.iterator();
  for (let next = dates.next(); next; next = dates.next()) {
    const occurrence = event.getOccurrenceDetails(next);
    show(occurrence.item, occurrence.startDate);
  }
}
process.stdout.write(JSON.stringify(shown));
