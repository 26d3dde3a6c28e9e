// The server's check while drawing: its problems as marks on the elements and as a list; no rule is written here.
import { make } from './dom.js';

const REST = 600;
export const WORDS = { error: '错误', warning: '提示' };
export const SIGNS = { error: '✕', warning: '!' };

export class Checking {
  /** ``read()`` gives the text; ``marks`` puts signs on elements; ``panel`` shows the list; ``counted({errors, warnings})`` hears how many there are. */
  constructor({ server, marks, drawing, panel, read, counted }) {
    Object.assign(this, { server, marks, drawing, panel, read, counted });
    this.problems = [];
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), REST);
  }

  async check() {
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const { problems } = await this.server.check(await this.read(), this.asked.signal);
      this.show(problems ?? []);
    } catch (refused) {
      if (refused.name === 'AbortError') return;
      if (refused.told?.problems) this.show(refused.told.problems);
      else this.fail(refused.message);
    }
  }

  /** Show problems, errors first, as the server sorted them. */
  show(problems) {
    this.problems = problems;
    this.marks.problems(byElement(problems, this.drawing), (element) => this.open(element));
    this.list();
    const errors = problems.filter((each) => each.level === 'error').length;
    this.counted({ errors, warnings: problems.length - errors });
  }

  fail(sentence) {
    this.panel.replaceChildren(make('p', { class: 'yc-desk__failed' }, `没有检查成：${sentence}`));
    this.counted(null);
  }

  open(element) {
    this.drawing.go(element);
    this.shown?.();
    const row = this.panel.querySelector(`[data-element="${CSS.escape(element.id)}"] button`);
    row?.focus();
  }

  list() {
    if (!this.problems.length) {
      this.panel.replaceChildren(make('p', { class: 'yc-desk__fine' }, '✓ 没有发现问题，可以送审。'));
      return;
    }
    this.panel.replaceChildren(make('ul', { class: 'yc-problems' }, ...this.problems.map((each) => this.row(each))));
  }

  row(problem) {
    const element = this.drawing.find(problem.element_id);
    const place = element ? this.drawing.name(element) : problem.element_id || '整个文件';
    const says = [
      make('span', { class: `yc-problems__level yc-problems__level--${problem.level}` }, `${SIGNS[problem.level]} ${WORDS[problem.level]}`),
      make('span', { class: 'yc-problems__place' }, place),
      make('span', { class: 'yc-problems__sentence' }, problem.sentence),
    ];
    const body = element
      ? make('button', { type: 'button', class: 'yc-problems__go', onclick: () => this.drawing.go(element) }, ...says)
      : make('div', { class: 'yc-problems__go' }, ...says);
    return make('li', { 'data-element': element?.id ?? '', 'data-rule': problem.rule }, body);
  }
}

function byElement(problems, drawing) {
  const found = new Map();
  for (const problem of problems) {
    const element = drawing.find(problem.element_id);
    if (element) found.set(element, [...(found.get(element) ?? []), problem]);
  }
  return found;
}
