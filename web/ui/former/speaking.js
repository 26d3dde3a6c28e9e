// form-js 1 has its words fixed in English: each is put into Chinese as it appears.
import { Replacing } from '../designer/replacing.js';
import words from './words.json';

const KNOWN = new Map(Object.entries(words));
const HOMES = '.fjs-palette, .fjs-container, .fjs-properties-container, .bio-properties-panel, .bio-properties-panel-popup, .bio-properties-panel-tooltip, .gu-mirror';
const PATTERNS = [
  [/^List contains (\d+) items?$/, ([, count]) => `共 ${count} 项`],
  [/^Create an? (.*) element$/, ([, kind]) => `加${said(kind)}`],
  [/^Remove (.*)$/, ([, kind]) => `删去${said(kind)}`],
  [/^Should be at least (.*)\.$/, ([, least]) => `不能小于 ${least}。`],
  [/^Should be at most (.*)\.$/, ([, most]) => `不能大于 ${most}。`],
  [/^Should not contain more than (.*) decimal digits\.?$/, ([, most]) => `小数不能超过 ${most} 位。`],
];

/** Put the words of form-js into Chinese, now and from now on; some of its parts stand outside of the desk. */
export function speakChinese() {
  new Replacing({ roots: [document.body], homes: HOMES, said });
}

function said(text) {
  const known = KNOWN.get(text) ?? KNOWN.get(text.replace(/\s+/g, ' '));
  if (known !== undefined) return known;
  for (const [pattern, say] of PATTERNS) {
    const found = text.match(pattern);
    if (found) return say(found);
  }
  return text;
}
