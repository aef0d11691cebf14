// Where nobody is signed in, this device forgets the pages that it kept for somebody. Sheets that wait stay, unseen.
"use strict";
if ("caches" in window) {
  caches.keys().then((names) => {
    names.filter((name) => name.startsWith("fiche /projects/")).forEach((name) => caches.delete(name));
  });
}
