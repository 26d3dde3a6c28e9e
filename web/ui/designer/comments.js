// 批注: what people say about an element or the file, marked on the drawing until it is settled.
import { atText, make } from './dom.js';

export class Comments {
  constructor({ server, marks, drawing, panel, counted, mayWrite }) {
    Object.assign(this, { server, marks, drawing, panel, counted, mayWrite });
    this.comments = [];
    this.element = null;
    this.list = make('ol', { class: 'yc-comments' });
    this.said = make('p', { class: 'yc-desk__failed', role: 'alert' });
    panel.replaceChildren(...(mayWrite ? [this.form()] : []), this.said, this.list);
  }

  form() {
    this.label = make('label', { htmlFor: 'yc-comment' }, '对整个文件的批注');
    this.text = make('textarea', { id: 'yc-comment', rows: 3, maxLength: 2000, class: 'yc-input' });
    const send = make('button', { type: 'submit', class: 'yc-button' }, '写上批注');
    const onsubmit = (event) => {
      event.preventDefault();
      this.add();
    };
    return make('form', { class: 'yc-comments__form', onsubmit }, this.label, this.text, send);
  }

  /** Comments that are written now are about ``element`` (null: about the file). */
  about(element) {
    this.element = element;
    if (this.label) this.label.textContent = element ? `对“${this.drawing.name(element)}”的批注` : '对整个文件的批注';
  }

  async load() {
    await this.attempt(async () => {
      this.show(await this.server.get('comments'));
    });
  }

  async add() {
    const text = this.text.value.trim();
    if (!text) return this.text.focus();
    return this.attempt(async () => {
      const made = await this.server.post('comments', { element_id: this.element?.id ?? '', text });
      this.text.value = '';
      this.show([...this.comments, made]);
    });
  }

  settle(comment) {
    return this.attempt(async () => {
      const settled = await this.server.post('comments', {}, { path: `/${comment.number}/settle` });
      this.show(this.comments.map((each) => (each.number === comment.number ? settled : each)));
    });
  }

  async attempt(act) {
    try {
      this.said.textContent = '';
      await act();
    } catch (refused) {
      this.said.textContent = refused.message;
    }
  }

  show(comments) {
    this.comments = comments;
    const open = comments.filter((each) => !each.settled);
    const rows = [...open, ...comments.filter((each) => each.settled)].map((each) => this.row(each));
    this.list.replaceChildren(...(rows.length ? rows : [make('li', { class: 'yc-comments__none' }, '还没有批注。')]));
    this.mark(open);
    this.counted(open.length);
  }

  row(comment) {
    const element = this.drawing.find(comment.element_id);
    const place = element ? this.drawing.name(element) : comment.element_id ? `已删除的元素 ${comment.element_id}` : '整个文件';
    const go = () => this.drawing.go(element);
    const settle = () => this.settle(comment);
    return make(
      'li',
      { class: `yc-comments__row${comment.settled ? ' yc-comments__row--settled' : ''}`, 'data-element': comment.element_id ?? '' },
      element ? make('button', { type: 'button', class: 'yc-comments__place', onclick: go }, place) : make('span', { class: 'yc-comments__place' }, place),
      make('p', { class: 'yc-comments__text' }, comment.text),
      make('p', { class: 'yc-comments__by' }, `${comment.by ?? ''} ${atText(comment.at)}${comment.settled ? '，已处理' : ''}`),
      !comment.settled && this.mayWrite && make('button', { type: 'button', class: 'yc-button yc-button--small', onclick: settle }, '标为已处理'),
    );
  }

  mark(open) {
    const counts = new Map();
    for (const each of open) {
      const element = this.drawing.find(each.element_id);
      if (element) counts.set(element, (counts.get(element) ?? 0) + 1);
    }
    this.marks.comments(counts, (element) => {
      this.drawing.go(element);
      this.shown?.();
    });
  }
}
