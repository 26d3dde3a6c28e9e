// The bar over a form: besides what every editor has, the order of fields without dragging, and the way to the preview.
import { EditorBar } from '../designer/editor_bar.js';

export class FormBar extends EditorBar {
  /** Hear which field is selected: it can be moved up and down among its neighbours. */
  about(field) {
    this.field = field;
    const place = field && this.place(field);
    this.able('earlier', place && place.index > 0);
    this.able('later', place && place.index < place.siblings.length - 1);
  }

  earlier() {
    this.move(-1);
  }

  later() {
    this.move(1);
  }

  move(by) {
    const { field } = this;
    const { parent, index } = this.place(field);
    this.modeler.get('modeling').moveFormField(field, parent, parent, index, index + (by > 0 ? 2 : -1));
    const moved = this.modeler.get('formFieldRegistry').get(field.id);
    this.modeler.get('selection').set(moved);
    this.about(moved);
  }

  place(field) {
    const parent = this.modeler.get('formFieldRegistry').get(field._parent);
    const siblings = parent?.components ?? [];
    return { parent, siblings, index: siblings.findIndex((each) => each.id === field.id) };
  }

  look() {
    const preview = this.root.querySelector('#yc-preview');
    preview.scrollIntoView();
    preview.focus({ preventScroll: true });
  }
}
