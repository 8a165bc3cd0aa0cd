"use strict";
// The Back button fetches this page anew: its form keeps the mark under which it was sent, so that the next person on it is asked about.
for (const mark of document.querySelectorAll("form[data-wait] input[name=form_key]")) {
  if (history.state && history.state.mark) mark.value = history.state.mark;
  else history.replaceState({ mark: mark.value }, "");
}
// Whoever presses faster than the house believes of people is sent a moment later, without noticing much.
for (const form of document.querySelectorAll("form[data-wait]")) {
  const notBefore = performance.now() + Number(form.dataset.wait) * 1000;
  form.addEventListener("submit", (event) => {
    const left = notBefore - performance.now();
    if (left <= 0) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    setTimeout(() => form.submit(), left);
  });
}
