// The desk of a form: form-js, all its fields as a list, and under them the form as the clerk will see it.
import { Desk } from '../designer/desk.js';
import { Outline } from '../designer/outline.js';
import { FormBar } from './bar.js';
import { Fields } from './fields.js';
import { FormModeler } from './modeler.js';
import { Preview } from './preview.js';

export class FormDesk extends Desk {
  static Bar = FormBar;

  suffix = 'json';

  media = 'application/json';

  get canvas() {
    return this.root.querySelector('#yc-canvas');
  }

  create() {
    return new FormModeler({ canvas: this.canvas, panel: this.root.querySelector('#yc-properties') });
  }

  /** Every part of a form is kept as it is, whether form-js knows it or not. */
  async take(text) {
    await this.modeler.take(text);
    return [];
  }

  async write() {
    return this.modeler.text();
  }

  draw() {
    return new Fields({ modeler: this.modeler, canvas: this.canvas, look: (field) => this.preview.go(field) });
  }

  furnish(panel) {
    const { server, drawing } = this;
    this.preview = new Preview({ server, read: () => this.read(), state: panel('yc-preview-state'), sheet: panel('yc-preview-fields') });
    this.outline = new Outline({ drawing, panel: panel('yc-tab-outline'), chosen: () => this.mayWrite && this.tabs.openPanel('yc-tab-properties') });
  }

  /** The form as a whole is an element for form-js, and the file for people. */
  chosen({ selection }) {
    return this.drawing.find(selection?.id);
  }

  begin() {
    this.list();
    this.preview.ask();
  }

  redrawn() {
    this.list();
    this.preview.changed();
  }

  list() {
    this.drawing.index();
    this.outline.show();
  }
}
