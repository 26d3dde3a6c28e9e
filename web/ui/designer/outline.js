// 清单: every element as a list, for who does not draw with a pointer or cannot see the drawing.
import { make } from './dom.js';

const REST = 300;

export class Outline {
  constructor({ drawing, panel, chosen }) {
    Object.assign(this, { drawing, panel, chosen });
    panel.addEventListener('yc-opened', () => this.show());
  }

  /** Something was drawn: the list is made anew when the hand rests, and only where it is seen. */
  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.panel.hidden || this.show(), REST);
  }

  show() {
    const rows = this.drawing.all().map((element) => {
      const act = () => {
        this.drawing.go(element);
        this.chosen();
        this.drawing.focus();
      };
      const kind = make('span', { class: 'yc-outline__kind' }, this.drawing.kind(element));
      const go = make('button', { type: 'button', class: 'yc-outline__go', onclick: act }, kind, this.drawing.name(element));
      return make('li', {}, go);
    });
    this.panel.replaceChildren(make('ol', { class: 'yc-outline' }, ...rows));
  }
}
