// Finding the fields of a form: by id, as people call them, and going there.
import { KINDS } from './kinds.js';

export class Fields {
  /** ``schema()`` is the form as it is; without ``editor`` it may only be read, and ``go`` shows it in the preview. */
  constructor({ schema, editor, go }) {
    Object.assign(this, { schema, editor, show: go });
  }

  all() {
    const found = [];
    const walk = ({ components = [] }) => {
      for (const one of components) {
        found.push(one);
        walk(one);
      }
    };
    walk(this.schema() ?? {});
    return found;
  }

  find(id) {
    return (id && this.all().find((one) => one.id === id)) || null;
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
    if (!this.editor) {
      this.show(field);
      return;
    }
    const live = this.editor.get('formFieldRegistry').get(field.id);
    if (live) this.editor.get('selection').set(live);
  }

  /** Put the keyboard's focus on the selected field. */
  focus() {
    document.querySelector('#yc-canvas .fjs-editor-selected')?.focus();
  }
}
