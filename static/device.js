"use strict";
// What somebody asked this device to keep: the code, day and place of a sign-up. Only after a press, gone with another
// press, and gone by itself the day after. A telephone is often shared: nothing is kept otherwise, and no address.
{
  const KEY = "vwg-kept";
  const read = () => {
    try { return JSON.parse(localStorage.getItem(KEY)) || []; } catch { return []; }
  };
  const write = (list) => {
    try {
      if (list.length) localStorage.setItem(KEY, JSON.stringify(list));
      else localStorage.removeItem(KEY);
      return true;
    } catch { return false; } // a browser that keeps nothing
  };
  const two = (number) => String(number).padStart(2, "0");
  const now = new Date();
  const today = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const drop = (code) => write(read().filter((each) => each.code !== code));
  const before = read();
  const alive = before.filter((each) => each && typeof each.code === "string" && typeof each.until === "string" && each.until >= today);
  if (alive.length !== before.length) write(alive);

  // A sign-up that was given back: its page says so, and it goes from here too.
  for (const gone of document.querySelectorAll("[data-drop-code]")) drop(gone.dataset.dropCode);

  // On a sign-up's own page: a button that keeps, and then forgets.
  for (const button of document.querySelectorAll("[data-keep-code]")) {
    const { keepCode: code, keepWhen: when, keepPlace: place, keepUntil: until, keepWords, keepForget } = button.dataset;
    if (!(until >= today)) continue;
    const says = button.querySelector("span") || button;
    const isKept = () => read().some((each) => each.code === code);
    const show = () => { says.textContent = isKept() ? keepForget : keepWords; };
    button.addEventListener("click", () => {
      if (isKept()) drop(code);
      else write([...read().filter((each) => each.code !== code), { code, when, place, until }]);
      show();
    });
    show();
    button.hidden = false;
  }

  // On the agenda: what is kept, each with its own button to forget it. templates/agenda/_kept.html is the form of it.
  for (const box of document.querySelectorAll("[data-kept]")) {
    const list = box.querySelector("[data-kept-list]");
    const form = box.querySelector("template");
    const show = () => {
      list.replaceChildren(...read().map((each) => {
        const line = form.content.cloneNode(true);
        line.querySelector("[data-code]").textContent = each.code;
        line.querySelector("[data-when]").textContent = each.when || "";
        line.querySelector("[data-place]").textContent = each.place || "";
        line.querySelector("button").addEventListener("click", () => { drop(each.code); show(); });
        return line;
      }));
      box.hidden = !list.children.length;
    };
    show();
  }
}
