// Chinese for everything that bpmn-js and its panel say.  What has no translation is remembered: a test finds none.
import stock from 'bpmn-js-i18n/translations/zn.js';

import words from './words.json';

const KNOWN = { ...stock, ...words };

/** The English texts that were asked for and have no translation. */
export const missing = new Set();

/** Return the Chinese for a text of the library, with its places filled in; our own texts are Chinese already. */
export function translate(template, replacements = {}) {
  if (!(template in KNOWN) && /[A-Za-z]{2}/.test(template) && !/[\u4e00-\u9fff]/.test(template)) missing.add(template);
  return (KNOWN[template] ?? template).replace(/{([^}]+)}/g, (whole, name) => replacements[name] ?? whole);
}

export default { translate: ['value', translate] };
