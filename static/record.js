"use strict";
// A speaker's voice: record and stop. What was recorded becomes the form's file, so that it is sent as a file is;
// without this script one chooses a file.
const box = document.querySelector("[data-record]");
const says = document.querySelector("[data-record-says]");
const file = document.querySelector("input[type=file][name=clip]");
const LONGEST = 15000;
if (box && file && navigator.mediaDevices && window.MediaRecorder) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn q";
  button.textContent = box.dataset.start;
  const player = document.createElement("audio");
  player.controls = true;
  player.hidden = true;
  box.append(button, player);
  let recorder = null;
  const kind = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"].find((each) => MediaRecorder.isTypeSupported(each));
  const keep = (parts) => {
    const type = (kind || "audio/webm").split(";")[0];
    const recorded = new File([new Blob(parts, { type })], `voice.${type.split("/")[1]}`, { type });
    const given = new DataTransfer();
    given.items.add(recorded);
    file.files = given.files;
    player.src = URL.createObjectURL(recorded);
    player.hidden = false;
  };
  const start = async () => {
    const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
    const parts = [];
    recorder = new MediaRecorder(sound, { mimeType: kind, audioBitsPerSecond: 32000 });
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => {
      for (const track of sound.getTracks()) track.stop();
      recorder = null;
      button.textContent = box.dataset.start;
      keep(parts);
    });
    recorder.start();
    button.textContent = box.dataset.stop;
    setTimeout(() => { if (recorder) recorder.stop(); }, LONGEST);
  };
  button.addEventListener("click", async () => {
    if (recorder) { recorder.stop(); return; }
    try { says.textContent = ""; await start(); } catch { says.textContent = box.dataset.no; }
  });
}
