"use strict";
// Small comforts. Every page works without this file: what it adds is made here, never hidden by it.

// A number field gets minus and plus. It reads Arabic and Persian digits too and writes 0 to 9.
const number = (text) => {
  const plain = text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (sign) => String(sign.charCodeAt(0) & 15));
  return Number.parseInt(plain, 10) || 0;
};
for (const box of document.querySelectorAll("[data-step]")) {
  const input = box.querySelector("input");
  if (!input) continue;
  const least = Number(box.dataset.least || 0);
  const most = box.dataset.most ? Number(box.dataset.most) : Infinity;
  const press = (by, words, sign) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    const label = box.previousElementSibling?.querySelector("label");
    button.setAttribute("aria-label", label ? `${words}: ${label.textContent.trim()}` : words);
    button.addEventListener("click", () => {
      input.value = String(Math.min(most, Math.max(least, number(input.value) + by)));
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return button;
  };
  box.prepend(press(-1, box.dataset.less, "−"));
  box.append(press(1, box.dataset.more, "+"));
  box.classList.add("live");
}

// Copy: the button shows itself only where it can work, and says that it did.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const says = button.querySelector("span") || button;
  const before = says.textContent;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    says.textContent = button.dataset.done || before;
    setTimeout(() => { says.textContent = before; }, 4000);
  });
}

// Share: the phone's own sheet. data-share is the text, data-share-url the address, data-share-title the title.
for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      await navigator.share({ title: button.dataset.shareTitle, text: button.dataset.share, url: button.dataset.shareUrl });
    } catch { /* the visitor closed the sheet */ }
  });
}

// Print buttons show themselves only here.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Open menus close on a press elsewhere and on Escape.
const menus = () => document.querySelectorAll("details[data-menu][open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) { menu.open = false; menu.querySelector("summary").focus(); }
});

// A form that came back with a mistake: begin there.
const wrong = document.querySelector("[data-focus]");
if (wrong) wrong.focus();
for (const field of document.querySelectorAll(".bad")) {
  const shut = field.closest("details:not([open])");
  if (shut) shut.open = true;
}

// Without a connection the service worker (/sw.js) shows what was seen last; say so, and since when.
const frame = document.documentElement;
for (const notice of document.querySelectorAll("[data-offline]")) {
  if (frame.dataset.seen === undefined) continue;
  const seen = new Date(Number(frame.dataset.seen));
  const two = (given) => String(given).padStart(2, "0");
  if (seen > 0) notice.querySelector("bdi").textContent = `${seen.getDate()}/${seen.getMonth() + 1} ${two(seen.getHours())}:${two(seen.getMinutes())}`;
  notice.hidden = false;
}
const manifest = document.querySelector("link[rel=manifest]");
if (manifest && "serviceWorker" in navigator) navigator.serviceWorker.register(new URL("sw.js", manifest.href)).catch(() => {});
