"use strict";
// Read aloud: by the browser's own voice where this language has one, else by clips that a speaker recorded.
// Where neither is, the button stays away. Nothing is loaded before the press.
const button = document.querySelector("[data-read]");
if (button) {
  const parts = JSON.parse(button.dataset.read);
  const clips = JSON.parse(button.dataset.clips);
  const words = button.querySelector("span");
  const start = words.textContent;
  const speech = window.speechSynthesis;
  const voice = (tag) => {
    const wanted = tag.toLowerCase().split("-")[0];
    return speech ? speech.getVoices().find((each) => each.lang.toLowerCase().split(/[-_]/)[0] === wanted) : undefined;
  };
  const own = document.documentElement.lang;
  const show = () => { button.hidden = !(voice(own) || clips.length); };
  let player = null;
  let reading = false;
  const stop = () => {
    reading = false;
    words.textContent = start;
    if (speech) speech.cancel();
    if (player) player.pause();
  };
  const speak = () => {
    const said = parts.map(([tag, text]) => [voice(tag), tag, text]).filter(([found]) => found);
    said.forEach(([found, tag, text], at) => {
      const one = new SpeechSynthesisUtterance(text);
      one.voice = found;
      one.lang = tag;
      if (at === said.length - 1) one.addEventListener("end", stop);
      speech.speak(one);
    });
  };
  const play = (at) => {
    if (!reading || at >= clips.length) { stop(); return; }
    player = new Audio(clips[at]);
    player.addEventListener("ended", () => play(at + 1));
    player.addEventListener("error", () => play(at + 1));
    player.play().catch(stop);
  };
  button.addEventListener("click", () => {
    if (reading) { stop(); return; }
    reading = true;
    words.textContent = button.dataset.stop;
    if (voice(own)) speak(); else play(0);
  });
  window.addEventListener("pagehide", stop);
  if (speech && speech.addEventListener) speech.addEventListener("voiceschanged", show);
  show();
}
