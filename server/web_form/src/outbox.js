// Finished sheets: kept on this device, sent as soon as the server is reached, shown with what became of them.
import { button, download, element, moment, page, say } from './page.js';
import { dataOf, every, find, put, remove } from './kept.js';

const RETRY_SECONDS = 20;
const SHOWN_DAYS = 30;
const DAY = 86_400_000;
let isSending = false;

/** Whether a sheet of this device is this page's to show and send: of the same link, or of the same person. */
const isOurs = (sheet) => sheet.owner === page.owner;

const csrfOf = async (owner) => {
  const me = await fetch('/v1/users/current');
  if (!me.ok || (await me.json()).id !== owner) return '';
  const session = await fetch('/v1/sessions/restore');
  return session.ok ? (await session.json()).csrf : '';
};

const post = (sheet, csrf) => {
  const headers = { 'X-OpenRosa-Version': '1.0' };
  if (csrf) headers['X-CSRF-Token'] = csrf;
  const device = encodeURIComponent(localStorage.getItem('odk-deviceid') ?? '');
  const address = `${sheet.send}?deviceID=${device}&lang=${document.documentElement.lang}`;
  return fetch(address, { method: 'POST', headers, body: dataOf(sheet.parts), redirect: 'manual' });
};

const messageIn = async (answer) => {
  const told = new DOMParser().parseFromString(await answer.text(), 'text/xml');
  return told.querySelector('OpenRosaResponse > message')?.textContent ?? '';
};

/** Send one sheet; gives what became of it. Whatever is no clear answer of our server leaves it waiting. */
const outcome = async (sheet) => {
  try {
    let answer = await post(sheet, page.csrf);
    if (answer.status === 401) {
      const csrf = await csrfOf(sheet.owner);
      if (!csrf) return { state: 'waiting', reason: say('signIn') };
      page.csrf = csrf;
      answer = await post(sheet, csrf);
    }
    const message = await messageIn(answer);
    if (answer.status === 201 && message) return { state: 'sent', reason: '' };
    const isRefusal = message && answer.status >= 400 && answer.status < 500 && answer.status !== 429;
    return isRefusal ? { state: 'refused', reason: message } : { state: 'waiting', reason: message };
  } catch {
    return { state: 'waiting', reason: '' };
  }
};

/** Send what waits, in its order, and show it. */
export const sendAll = async () => {
  if (isSending) return;
  isSending = true;
  try {
    for (const { id } of (await every('outbox')).filter(isOurs).sort((a, b) => a.at - b.at)) {
      const sheet = await find('outbox', id);
      if (sheet?.state !== 'waiting') continue;
      const became = await outcome(sheet);
      const parts = became.state === 'sent' ? [] : sheet.parts; // what the server has need not stay here
      await put('outbox', { ...sheet, ...became, parts, triedAt: Date.now() });
      await show();
      if (became.state === 'waiting') break;
    }
  } finally {
    isSending = false;
  }
  await show();
};

/** Keep a finished sheet: when this returns it is on the device's disk. */
export const keep = async (sheet) => {
  await put('outbox', { ...sheet, owner: page.owner, send: page.send, state: 'waiting', reason: '', at: Date.now() });
  await show();
};

const again = (sheet) => async () => {
  await put('outbox', { ...sheet, state: 'waiting', reason: '' });
  await sendAll();
};

const away = (sheet) => async () => {
  if (!window.confirm(say('sureRemove'))) return;
  await remove('outbox', sheet.id);
  await show();
};

const STATES = { waiting: 'chip warn', sent: 'chip good', refused: 'chip bad' };

const line = (sheet) => {
  const item = element('li', { className: 'kept' });
  item.append(
    element('span', { className: STATES[sheet.state], textContent: say(sheet.state) }),
    element('strong', { textContent: sheet.title }),
    element('span', { className: 'fine', textContent: moment(sheet.at) }),
  );
  if (sheet.reason) item.append(element('p', { textContent: sheet.reason }));
  if (sheet.state !== 'sent') {
    const files = sheet.parts.map(({ file }) => {
      const name = file.name === 'xml_submission_file' ? `${sheet.id.replace(/\W+/g, '-')}.xml` : file.name;
      return download(`${say('download')} ${name}`, file, name);
    });
    item.append(...files);
  }
  if (sheet.state === 'refused') item.append(button(say('again'), again(sheet)), button(say('remove'), away(sheet)));
  return item;
};

/** Show the finished sheets, newest first; those long sent are forgotten. */
export const show = async () => {
  const sheets = [];
  for (const sheet of (await every('outbox')).filter(isOurs)) {
    if (sheet.state === 'sent' && Date.now() - sheet.at > SHOWN_DAYS * DAY) await remove('outbox', sheet.id);
    else sheets.push(sheet);
  }
  sheets.sort((a, b) => b.at - a.at);
  const waiting = sheets.filter((each) => each.state === 'waiting').length;
  document.getElementById('finished').hidden = sheets.length === 0;
  document.getElementById('finished-list').replaceChildren(...sheets.map(line));
  document.getElementById('waiting-count').textContent = waiting ? say('waitingCount', { count: waiting }) : '';
};

/** Go on sending for as long as the page is open. */
export const watch = () => {
  document.getElementById('send-now').addEventListener('click', sendAll);
  window.addEventListener('online', sendAll);
  document.addEventListener('visibilitychange', () => document.hidden || sendAll());
  window.setInterval(sendAll, RETRY_SECONDS * 1000);
  return sendAll();
};
