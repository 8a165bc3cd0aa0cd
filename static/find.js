"use strict";
// A long list of people gets a field to find one in. Who is ticked stays in sight: nobody is signed up unseen.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
for (const list of document.querySelectorAll("[data-find]")) {
  const field = document.createElement("div");
  const label = document.createElement("label");
  const input = document.createElement("input");
  field.className = "field";
  label.className = "l";
  label.textContent = list.dataset.find;
  label.htmlFor = input.id = `find-${document.querySelectorAll("[id^=find-]").length}`;
  input.type = "search";
  input.dir = "auto";
  input.autocomplete = "off";
  input.addEventListener("input", () => {
    const wanted = plain(input.value).split(/\s+/);
    for (const row of list.children) {
      const name = plain((row.querySelector("summary") || row).querySelector("bdi").textContent);
      row.hidden = !row.querySelector(":checked") && !wanted.every((word) => name.includes(word));
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it finds, and sends nothing
  });
  field.append(label, input);
  list.before(field);
}
