// Lets the pages on which sheets are filled open without a network. It keeps what such a page names, and nothing else.
const PATIENCE = 4000;
const cacheOf = (place) => `fiche ${place}`;
const isFixed = (address) => address.startsWith('/web-form/') || address.includes('/versions/');

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

const keepAll = async (place, addresses, language) => {
  const cache = await caches.open(cacheOf(place));
  for (const address of addresses) {
    const stored = await cache.match(address, { ignoreVary: true });
    if (stored && isFixed(address)) continue;
    const asked = address === place ? `${address}?lang=${language}` : address; // as it was read last
    const answer = await fetch(asked, { cache: isFixed(address) ? 'default' : 'no-cache' }).catch(() => null);
    if (answer?.ok) await cache.put(address, answer);
    else if (!stored) throw new Error(address);
  }
  const wanted = new Set(addresses.map((each) => new URL(each, self.location.origin).href));
  for (const request of await cache.keys()) {
    if (!wanted.has(request.url)) await cache.delete(request);
  }
};

self.addEventListener('message', (event) => {
  const { place, keep, language } = event.data;
  const told = (isKept) => event.ports[0].postMessage({ isKept });
  event.waitUntil(keepAll(place, keep, language).then(() => told(true), () => told(false)));
});

const kept = (request) => caches.match(request, { ignoreVary: true, ignoreSearch: request.mode === 'navigate' });

const fromNetwork = async (request) => {
  const stored = await kept(request);
  if (!stored) return fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, stored));
  const asked = fetch(request).then((answer) => (answer.status >= 500 ? stored : answer), () => stored);
  return Promise.race([asked, late]);
};

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (isFixed(pathname)) event.respondWith(kept(request).then((stored) => stored ?? fetch(request)));
  else event.respondWith(fromNetwork(request));
});
