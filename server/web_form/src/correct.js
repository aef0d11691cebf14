// The page on which a sheet that was received is corrected, with the form it was filled with.
import './fallback.js';
import { answersOf, download, element, page, say, tell, text, xmlOf } from './page.js';
import { openSheet } from './engine.js';
import { readable } from './instance.js';

const place = document.getElementById('sheet');
const dialog = document.getElementById('why');
const reason = document.getElementById('reason');
let pristine = '';
let isSent = false;
let latest = null;

const post = async (data) => {
  const headers = { 'X-CSRF-Token': page.csrf, 'X-Action-Notes': encodeURIComponent(reason.value.trim()) };
  const body = new FormData();
  for (const [name, file] of data.entries()) {
    if (!(name in page.files)) body.append(name, file, file.name); // pictures that stay are carried over there
  }
  const state = document.getElementById('approve').checked ? 'approved' : 'edited';
  return fetch(`${page.send}?reviewState=${state}`, { method: 'POST', headers, body, redirect: 'manual' });
};

const problem = async (answer) => {
  if (answer.status === 401) return say('signIn');
  try {
    const told = await answer.json();
    return told.code === 409.9 ? say('changedMeanwhile') : told.message;
  } catch {
    return say('notReached');
  }
};

const refused = async (message) => {
  tell(message, 'error');
  const file = new Blob([await xmlOf(latest)], { type: 'text/xml' });
  document.getElementById('told').append(
    ' ',
    element('a', { href: page.sheet, target: '_blank', rel: 'noopener', textContent: say('asItStands') }),
    ' · ',
    download(say('download'), file, say('fileName')),
  );
  document.getElementById('told').scrollIntoView();
};

const send = async () => {
  if (!reason.value.trim()) {
    reason.setCustomValidity(say('reasonNeeded'));
    reason.reportValidity();
    return;
  }
  const confirm = document.getElementById('send');
  confirm.disabled = true;
  try {
    const answer = await post(latest);
    if (answer.ok) {
      isSent = true;
      window.location.assign(page.sheet);
      return;
    }
    dialog.close();
    await refused(await problem(answer));
  } catch {
    dialog.close();
    await refused(say('notReached'));
  } finally {
    confirm.disabled = false;
  }
};

const ask = async (data) => {
  latest = data;
  if ((await answersOf(data)) === pristine) {
    tell(say('nothingChanged'));
    document.getElementById('told').scrollIntoView(); // the button is at the foot of a long form
  } else if (!dialog.open) { // a second press while it opens
    tell('');
    dialog.showModal();
  }
  return false;
};

const start = async () => {
  try {
    const xml = await text(page.form.xml);
    const host = element('div');
    place.replaceChildren(host);
    await openSheet(host, {
      xml,
      media: page.form.media,
      username: page.username,
      editInstance: {
        resolveInstance: async () => readable(await text(page.instance), xml),
        attachmentFileNames: Object.keys(page.files),
        resolveAttachment: (name) => fetch(page.files[name]),
      },
      onSend: ask,
      onOpened: async (snapshot) => {
        pristine = await answersOf(await snapshot());
      },
    });
  } catch (error) {
    place.replaceChildren(element('p', { className: 'error', textContent: say('notOpened', { reason: error.message }) }));
    return;
  }
};

// Before the form is there: what is pressed or typed as soon as it is seen is not lost.
document.getElementById('send').addEventListener('click', send);
document.getElementById('back').addEventListener('click', () => dialog.close());
reason.addEventListener('input', () => reason.setCustomValidity(''));
let isTouched = false;
document.addEventListener('input', () => { isTouched = true; });
window.addEventListener('beforeunload', (event) => {
  if (isTouched && !isSent) event.preventDefault();
});

start();
