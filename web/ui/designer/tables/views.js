// Which decision of the file is open, where it has several: a row of buttons over the table.
import { make } from '../dom.js';

export class Views {
  constructor({ modeler, place }) {
    Object.assign(this, { modeler, place });
    modeler.on('views.changed', () => this.show());
  }

  /** The views that are offered: opening the picture of a file that has none would draw one into it. */
  get offered() {
    const { manager, view, definitions } = this.modeler;
    const drawn = Boolean(definitions?.dmnDI?.diagrams?.length);
    return manager.getViews().filter((each) => each.type !== 'drd' || drawn || each === view);
  }

  show() {
    const views = this.offered;
    const { view } = this.modeler;
    this.place.hidden = views.length < 2;
    this.place.replaceChildren(
      ...views.map((each) =>
        make(
          'button',
          { type: 'button', class: 'yc-desk__tool', 'aria-pressed': String(each === view), onclick: () => this.modeler.open(each) },
          each.type === 'drd' ? '决策关系图' : each.name || each.id,
        ),
      ),
    );
  }
}
