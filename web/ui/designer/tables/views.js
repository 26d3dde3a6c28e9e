// Which decision of the file is open, where it has several: a row of buttons over the table.
import { make } from '../dom.js';

export class Views {
  constructor({ modeler, place }) {
    Object.assign(this, { modeler, place });
    modeler.on('views.changed', () => this.show());
  }

  show() {
    const { views, view } = this.modeler;
    this.place.hidden = views.length < 2;
    this.place.replaceChildren(
      ...views.map((each) =>
        make(
          'button',
          { type: 'button', class: 'yc-desk__tool', 'aria-pressed': String(each.id === view?.id), onclick: () => this.modeler.open(each) },
          each.type === 'drd' ? '决策关系图' : each.name || each.id,
        ),
      ),
    );
  }
}
