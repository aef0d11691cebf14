// The page on which a sheet is filled without ODK Collect, with or without a network.
import './fallback.js';
import { answersOf, button, element, instanceIdOf, moment, page, say, tell, text } from './page.js';
import { dataOf, every, partsOf, put, remove } from './kept.js';
import { keep, sendAll, show, watch } from './outbox.js';
import { forgetPage, keepPage } from './offline.js';

const SAVE_SECONDS = 3;
const place = document.getElementById('sheet');
let open = null; // { id, form, snapshot, close, pristine, saved }
let isTouched = false;

/** Keep what is typed so far. An untouched sheet is none. */
const save = async () => {
  if (!open || !isTouched || open.isFinished) return;
  isTouched = false;
  const mine = open;
  const data = await mine.snapshot();
  const answers = await answersOf(data);
  if (mine.isFinished || answers === mine.pristine || answers === mine.saved) return;
  const { id, form } = mine;
  try {
    await put('drafts', { id, form, owner: page.owner, at: Date.now(), parts: partsOf(data) });
    mine.saved = answers;
    if (mine.isFinished) await remove('drafts', id); // it was finished while this was being written
  } catch (error) {
    tell(say('notKept', { reason: error.message }), 'error');
  }
};

const finish = async (data) => {
  const mine = open;
  mine.isFinished = true;
  try {
    const id = await instanceIdOf(data);
    await keep({ id, title: mine.form.title, version: mine.form.version, parts: partsOf(data) });
    await remove('drafts', mine.id);
  } catch (error) {
    mine.isFinished = false;
    tell(say('notKept', { reason: error.message }), 'error');
    return false;
  }
  tell(say('finished'));
  sendAll();
  if (page.isOnce) {
    mine.close();
    place.replaceChildren();
    open = null;
    document.getElementById('begin').hidden = true;
    document.getElementById('told').scrollIntoView();
    return false;
  }
  window.scrollTo(0, 0);
  return true;
};

/** Open an empty sheet, or go on with a half-filled one, in the version that it was begun with. */
const begin = async (draft = null) => {
  await save();
  open?.close();
  open = null;
  const form = draft?.form ?? page.form;
  place.replaceChildren(element('p', { textContent: say('loading') }));
  document.getElementById('unfinished').hidden = true;
  try {
    const [{ openSheet }, xml] = await Promise.all([import('./engine.js'), text(form.xml)]);
    const host = element('div');
    place.replaceChildren(host);
    const editInstance = draft && { resolveInstance: () => '', attachmentFileNames: [], restored: [dataOf(draft.parts)] };
    const onOpened = async (snapshot) => {
      const id = draft && !open ? draft.id : crypto.randomUUID();
      open = { ...open, id, form, snapshot, isFinished: false, saved: '' };
      const mine = open;
      mine.pristine = await answersOf(await snapshot());
      isTouched = false;
    };
    const { close } = await openSheet(host, {
      xml, media: form.media, username: page.username, editInstance, onSend: finish, onOpened,
    });
    open.close = close;
    keepPage(xml);
  } catch (error) {
    place.replaceChildren(
      element('p', { className: 'error', textContent: say('notOpened', { reason: error.message }) }),
      button(say('again'), () => begin(draft), ''),
    );
  }
};

const unfinished = async () => {
  const drafts = (await every('drafts')).filter((each) => each.owner === page.owner && each.form.id === page.form.id);
  const lines = drafts.map((draft) => {
    const away = async () => {
      if (!window.confirm(say('sureRemove'))) return;
      await remove('drafts', draft.id);
      await unfinished();
    };
    return element(
      'li', { className: 'kept' },
      element('strong', { textContent: draft.form.title }),
      element('span', { className: 'fine', textContent: moment(draft.at) }),
      button(say('goOn'), () => begin(draft), ''),
      button(say('remove'), away),
    );
  });
  document.getElementById('unfinished-list').replaceChildren(...lines);
  document.getElementById('unfinished').hidden = lines.length === 0;
  return lines.length;
};

const watchTyping = () => {
  for (const kind of ['input', 'change', 'click', 'keyup']) {
    document.addEventListener(kind, () => { isTouched = true; }, { passive: true });
  }
  window.setInterval(save, SAVE_SECONDS * 1000);
  document.addEventListener('visibilitychange', () => document.hidden && save());
  window.addEventListener('pagehide', save);
};

const start = async () => {
  try {
    await show();
  } catch {
    tell(say('keepsNothing'), 'error');
    return;
  }
  watch();
  if (!page.form) {
    forgetPage();
    return;
  }
  watchTyping();
  document.getElementById('begin').addEventListener('click', () => begin());
  if ((await unfinished()) === 0) await begin();
};

start();
