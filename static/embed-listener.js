"use strict";
// For the site that shows the agenda: put this file on your own site and load it on the page with the iframe
// (<iframe data-agenda …>). It gives the iframe the height that the agenda asks for, and does nothing else.
window.addEventListener("message", (message) => {
  for (const frame of document.querySelectorAll("iframe[data-agenda]")) {
    const ours = message.source === frame.contentWindow && message.origin === new URL(frame.src).origin;
    const height = message.data && message.data.agenda === "height" ? Number(message.data.height) : 0;
    if (ours && height > 0 && height < 20000) frame.height = String(height);
  }
});
