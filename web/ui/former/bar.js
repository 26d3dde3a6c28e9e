// The bar over a form: besides what every file has, the order of fields without dragging, the preview, and printing it.
import { Bar } from '../designer/bar.js';

const KEYS = { Delete: 'remove', 'Alt+ArrowUp': 'earlier', 'Alt+ArrowDown': 'later' };

export class FormBar extends Bar {
  watch(modeler) {
    super.watch(modeler);
    modeler.on('selection.changed', ({ selection }) => this.about(selection?.id));
    modeler.on('commandStack.changed', () => this.about(this.field?.id));
    this.root.querySelector('#yc-canvas')?.addEventListener('keydown', (event) => this.pressed(event));
  }

  /** A key on a field of the canvas acts on the field that is selected. */
  pressed(event) {
    const act = KEYS[`${event.altKey ? 'Alt+' : ''}${event.key}`];
    if (!act || !this.field || !event.target.closest('[data-id]')) return;
    event.preventDefault();
    this[act]();
  }

  /** Hear which field is selected: it can be moved up and down among its neighbours. */
  about(id) {
    const field = this.modeler.get('formFieldRegistry').get(id);
    this.field = field?._parent ? field : null;
    const place = this.field && this.place(this.field);
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
    const { parent, siblings, index } = this.place(field);
    if (!siblings[index + by]) return;
    this.modeler.get('modeling').moveFormField(field, parent, parent, index, index + (by > 0 ? 2 : -1));
    this.modeler.get('selection').set(this.modeler.get('formFieldRegistry').get(field.id));
  }

  remove() {
    const { parent, index } = this.place(this.field);
    this.modeler.get('modeling').removeFormField(this.field, parent, index);
    // The library selects the neighbour, and draws it in its own time; the keyboard goes on from there.
    requestAnimationFrame(() => this.desk.drawing.focus());
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
