// What our pages have in common: what the server wrote into them, and small pieces of them made here.

/** What the server wrote for this page: addresses, words in its language. */
export const page = JSON.parse(document.getElementById('web-form').textContent);

/** A text of the page, its holes filled. */
export const say = (name, facts = {}) =>
  page.texts[name].replace(/\{(\w+)\}/g, (whole, key) => (key in facts ? facts[key] : whole));

/** A text from the server or the engine, for the line that screen readers speak. */
export const tell = (text, kind = 'notice') => {
  const line = document.getElementById('told');
  line.textContent = text;
  line.className = text ? kind : '';
};

export const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

export const button = (text, onclick, className = 'second') =>
  element('button', { type: 'button', textContent: text, onclick, className });

/** A link that saves a file. */
export const download = (text, file, name) =>
  element('a', { href: URL.createObjectURL(file), download: name, textContent: text });

export const moment = (time) =>
  new Date(time).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });

const STAMPS = /<(start|end|instanceID|deprecatedID)>[^<]*<\/\1>/g;

/** The XML of a sheet, and the same without what changes by itself. */
export const xmlOf = (data) => data.get('xml_submission_file').text();
export const answersOf = async (data) => (await xmlOf(data)).replace(STAMPS, '');

export const instanceIdOf = async (data) =>
  /<(?:\w+:)?instanceID>([^<]+)</.exec(await xmlOf(data))?.[1] ?? crypto.randomUUID();

/** The form's XML. Rejects where neither the server nor the device has it. */
export const text = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.text();
};
