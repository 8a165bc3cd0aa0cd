"use strict";
// Inside the iframe: tells the page around it how high the agenda is. Without a listener there it just scrolls.
const tell = () => window.parent.postMessage({ agenda: "height", height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, "*");
if (window.parent !== window) {
  new ResizeObserver(tell).observe(document.documentElement);
  window.addEventListener("load", tell);
}
