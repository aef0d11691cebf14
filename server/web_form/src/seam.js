// Where our pages and the form engine meet: the bundled engine calls these (see patches.js).
import { FRENCH } from './french.js';

const isFrench = document.documentElement.lang === 'fr';
const ENGLISH = {
  'no other files': 'Files other than pictures cannot be added here.',
  'Condition not satisfied: required': 'This answer is needed.',
  'Condition not satisfied: constraint': 'This answer cannot be right.',
};

/** A text of the engine in the language of the page. */
export const told = (text) => (isFrench ? FRENCH[text] : ENGLISH[text]) ?? text;

let listener = { loaded: () => {}, failed: () => {} };

/** Who is told that a sheet is open, or why none could be opened. */
export const listen = (wanted) => {
  listener = wanted;
};

/** The engine opened a sheet: an empty one, one to correct, or a half-filled one. */
export const loaded = (form, instance) => listener.loaded(form, instance);

/** The engine could not open the form. */
export const failed = (error) => listener.failed(error);
