"use strict";
// The last seen agenda without a connection. Only public pages by their bare address (a search or a filter is
// somebody's own), only answers that the server lets everybody keep, and never one of a secret link or of somebody
// who is signed in: those carry no-store. /sw.js fills in KEPT and ROOT; a new style sheet is a new version.

const KEPT = "KEPT";
const root = "ROOT";
const OURS = [...KEPT, root + "/theme.css"];
const PAGES = "vwg-pages-1";
const FILES = "vwg-files-1";
const MOST = 40; // pages
const PUBLIC = /^\/[A-Za-z]{2,3}(-[A-Za-z]+)?\/(agenda\/[^/]*|welcome|privacy|accessibility)$/;

const path = (url) => url.pathname.slice(root.length);
const mayKeepPage = (url) => url.origin === location.origin && !url.search && PUBLIC.test(path(url));
const mayKeepFile = (url) => url.origin === location.origin && (path(url) === "/theme.css" || (path(url).startsWith("/static/") && url.search.startsWith("?v=")));
const mayKeep = (response) =>
  response.ok && response.type === "basic" && !response.redirected && !/no-store|private/.test(response.headers.get("Cache-Control") || "");

// With the moment on it; the newest last. What was kept before stays until this stands in its place, and a phone without
// room goes on with that. An answer that stops halfway is no answer: that throws.
const keep = async (name, url, response) => {
  const headers = new Headers(response.headers);
  headers.set("X-Seen", String(Date.now()));
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  const copy = new Response(await response.blob(), { headers });
  try {
    const cache = await caches.open(name);
    await cache.put(url, copy);
    const keys = await cache.keys();
    if (name === PAGES) for (const old of keys.slice(0, Math.max(0, keys.length - MOST))) await cache.delete(old);
  } catch { /* no room */ }
};

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(FILES);
    await cache.addAll(OURS);
    await self.skipWaiting();
  })());
});

// Files of an older version go; pages stay. The pages that are open now were fetched before us: fetch them once more.
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(FILES);
    const ours = new Set(OURS.map((each) => new URL(each, location.href).href));
    for (const request of await cache.keys()) if (!ours.has(request.url)) await cache.delete(request);
    await self.clients.claim();
    const addresses = new Set();
    for (const client of await self.clients.matchAll({ type: "window" })) {
      const url = new URL(client.url);
      const language = path(url).split("/")[1];
      if (mayKeepPage(url)) addresses.add(url.origin + url.pathname);
      if (/^[A-Za-z]{2,3}(-[A-Za-z]+)?$/.test(language)) addresses.add(`${url.origin}${root}/${language}/agenda/`);
    }
    for (const address of addresses) {
      try {
        const response = await fetch(address, { credentials: "same-origin" });
        if (mayKeep(response)) await keep(PAGES, address, response);
      } catch { /* no connection: the next visit keeps it */ }
    }
  })());
});

// The network first; without one what was seen last, marked with when that was (vwg.js shows it).
const page = async (request, url) => {
  try {
    const response = await fetch(request);
    if (mayKeepPage(url)) {
      const address = url.origin + url.pathname;
      if (mayKeep(response)) await keep(PAGES, address, response.clone());
      else if (response.status === 404) await (await caches.open(PAGES)).delete(address);
    }
    return response;
  } catch (error) {
    const cache = await caches.open(PAGES);
    const agenda = `${url.origin}${root}/${path(url).split("/")[1]}/agenda/`;
    const seen = (mayKeepPage(url) && (await cache.match(url.origin + url.pathname))) || (await cache.match(agenda)) || (await anyAgenda(cache));
    if (!seen) throw error;
    const html = (await seen.text()).replace("<html ", `<html data-seen="${seen.headers.get("X-Seen")}" `);
    return new Response(html, { headers: seen.headers });
  }
};

const anyAgenda = async (cache) => {
  const agenda = (await cache.keys()).reverse().find((request) => new URL(request.url).pathname.endsWith("/agenda/"));
  return agenda && cache.match(agenda);
};

// What has a mark of its contents never changes; the group's colours do, so there the network goes first. A page that
// was kept before the last version of the sheet gets the sheet of today: better than none.
const file = async (request, url) => {
  const cache = await caches.open(FILES);
  const kept = await cache.match(request);
  if (kept && path(url) !== "/theme.css") return kept;
  try {
    const response = await fetch(request);
    if (mayKeep(response) && !/\.png$/.test(url.pathname)) await keep(FILES, request.url, response.clone());
    return response;
  } catch (error) {
    const newer = kept || (await cache.match(request, { ignoreSearch: true }));
    if (newer) return newer;
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request, url));
  else if (mayKeepFile(url)) event.respondWith(file(event.request, url));
});
