// Signs on the fields of the canvas.  They are attributes that our style sheet shows: form-js draws its fields anew all
// the time, and would not keep a node of ours between its own.
import { SIGNS } from '../designer/checking.js';

const SAYS = 'ycSays';
const REMARKS = 'ycRemarks';

export class Marks {
  constructor({ canvas }) {
    this.canvas = canvas;
    this.said = new Map();
    this.remarked = new Map();
    if (canvas) new MutationObserver(() => this.put()).observe(canvas, { childList: true, subtree: true });
  }

  /** ``found`` has the problems of each field that has any. */
  problems(found) {
    const says = ([field, problems]) => [field.id, problems.map(({ level, sentence }) => `${SIGNS[level]} ${sentence}`).join(' ')];
    this.said = new Map([...found].map(says));
    this.put();
  }

  /** ``counts`` has how many open comments each field has. */
  comments(counts) {
    this.remarked = new Map([...counts].map(([field, count]) => [field.id, `批注 ${count}`]));
    this.put();
  }

  put() {
    for (const one of this.canvas?.querySelectorAll('[data-id]') ?? []) {
      this.set(one, SAYS, this.said.get(one.dataset.id));
      this.set(one, REMARKS, this.remarked.get(one.dataset.id));
    }
  }

  set(node, name, text) {
    if (text === undefined) delete node.dataset[name];
    else if (node.dataset[name] !== text) node.dataset[name] = text;
  }
}
