// Chinese for everything that bpmn-js and its panel say.  What has no translation is remembered: a test finds none.
import stock from 'bpmn-js-i18n/translations/zn.js';

import words from './words.json';

// The libraries write "User task" in one place and "User Task" in another, "non-interrupting" and "(Non Interrupting)".
const KNOWN = new Map(Object.entries({ ...stock, ...words }).map(([english, chinese]) => [plain(english), chinese]));

function plain(english) {
  return english.toLowerCase().replace(/\b(non|sub|event|multi|ad)[ -](?=[a-z])/g, '$1');
}

/** The English texts that were asked for and have no translation. */
export const missing = new Set();

/** Add the words of another library. */
export function learn(more) {
  for (const [english, chinese] of Object.entries(more)) KNOWN.set(plain(english), chinese);
}

/** Return the Chinese for a text of the library, with its places filled in; our own texts are Chinese already. */
export function translate(template, replacements = {}) {
  const chinese = KNOWN.get(plain(template));
  if (chinese === undefined && /[A-Za-z]{2}/.test(template) && !/[\u4e00-\u9fff]/.test(template)) missing.add(template);
  return (chinese ?? template).replace(/{([^}]+)}/g, (whole, name) => replacements[name] ?? whole);
}

export default { translate: ['value', translate] };
