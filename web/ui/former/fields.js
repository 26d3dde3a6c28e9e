// Finding the fields of a form: by id, as people call them, going there, and marks on them.
import { KINDS } from './kinds.js';
import { Marks } from './marks.js';

export class Fields {
  /** Without a ``canvas`` the form may only be read, and ``look(field)`` shows a field in the preview. */
  constructor({ modeler, canvas, look }) {
    Object.assign(this, { modeler, look });
    this.marks = new Marks(canvas);
    this.fields = new Map();
  }

  /** Read the form's fields anew: the form has changed. */
  index() {
    this.fields = new Map();
    const walk = ({ components = [] }) => {
      for (const one of components) {
        this.fields.set(one.id, one);
        walk(one);
      }
    };
    walk(this.modeler.schema);
  }

  all() {
    return [...this.fields.values()];
  }

  find(id) {
    return this.fields.get(id) ?? null;
  }

  name({ label, dateLabel, text, key, type }) {
    return (label || dateLabel || text || key || '').replace(/\s+/g, ' ').slice(0, 60) || KINDS[type] || type;
  }

  kind({ type, properties }) {
    return properties?.control === 'signature' ? '签名' : (KINDS[type] ?? type);
  }

  /** Select a field and show it. */
  go(field) {
    if (!field) return;
    const fields = this.modeler.get('formFieldRegistry');
    if (!fields) this.look(field);
    else if (fields.get(field.id)) this.modeler.get('selection').set(fields.get(field.id));
  }

  /** Put a mark on a field. */
  mark(field, mark) {
    this.marks.add(field.id, mark);
  }

  /** Take all marks of a type away. */
  unmark(type) {
    this.marks.clear(type);
  }

  /** Put the keyboard's focus on the selected field. */
  focus() {
    document.querySelector('#yc-canvas .fjs-editor-selected')?.focus();
  }
}
