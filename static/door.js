"use strict";
// At the door a press counts on the screen at once and is sent behind it, each in its turn. Without a connection presses
// wait on this device and go by themselves later. One whose answer was lost is sent again under the same number (page,
// nth), by which the house counts it once. Without this file each press is a page.
const door = document.querySelector("[data-door]");
if (door) {
  const KEY = `vwg-door-${door.dataset.door}`;
  const AGAIN = 5000; // milliseconds until the next try
  const page = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const figures = [...door.querySelectorAll("[data-count]")];
  const waits = door.querySelector("[data-waits]");
  const forms = [...door.querySelectorAll("[data-door-press]")];
  let counted = Object.fromEntries(figures.map((figure) => [figure.dataset.count, Number(figure.textContent)]));
  let presses = 0;
  let isSending = false;

  const read = () => { try { return JSON.parse(localStorage.getItem(KEY)) || []; } catch { return []; } };
  const waiting = read(); // { what, by, page, nth }, the oldest first
  const keep = () => {
    door.dataset.waiting = String(waiting.length);
    try {
      if (waiting.length) localStorage.setItem(KEY, JSON.stringify(waiting));
      else localStorage.removeItem(KEY);
    } catch { /* a browser that keeps nothing: they wait as long as the page is open */ }
  };

  const show = () => {
    let there = 0;
    for (const figure of figures) {
      const what = figure.dataset.count;
      const now = waiting.reduce((number, press) => (press.what === what ? Math.max(0, number + press.by) : number), counted[what]);
      there += now;
      if (figure.textContent === String(now)) continue;
      figure.textContent = String(now);
      const was = document.querySelector(`input[name="was_${what}"]`); // the same number below, unless somebody wrote another
      const field = document.querySelector(`input[name="${what}"]`);
      if (field.value === was.value) field.value = String(now);
      was.value = String(now);
    }
    door.querySelector("[data-there]").textContent = String(there);
  };

  // No connection, or the house is busy: nothing is lost, and it is tried again.
  const later = () => {
    waits.hidden = false;
    setTimeout(send, AGAIN);
  };

  const send = async () => {
    if (isSending) return;
    isSending = true;
    try {
      while (waiting.length) {
        const press = waiting[0];
        const answer = await fetch(forms[0].action.split("#")[0], {
          method: "POST", credentials: "same-origin", headers: { Accept: "application/json" },
          body: new URLSearchParams({ csrf_token: forms[0].elements.csrf_token.value, ...press }),
        });
        if (answer.status >= 500) throw new Error(String(answer.status));
        if (!answer.ok) { // the sign-in has ended, or the form is old: the page itself says so. Refused twice, it is let go.
          if (press.refused) waiting.shift();
          else press.refused = 1;
          keep();
          location.reload();
          return;
        }
        counted = await answer.json();
        waiting.shift();
        keep();
        show();
      }
      waits.hidden = true;
    } catch {
      later();
    } finally {
      isSending = false;
    }
  };

  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      presses += 1;
      waiting.push({ what: form.elements.what.value, by: Number(event.submitter.value), page, nth: presses });
      keep();
      show();
      send();
    });
  }
  window.addEventListener("online", send);
  keep();
  show();
  send();
}
