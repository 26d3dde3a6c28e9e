// form-js with the part of bpmn-js's face that a desk asks for; a form that may only be read has no editor behind it.
import { createEditor } from './editor.js';
import { placed, Written } from './written.js';

export class FormModeler {
  /** ``canvas`` and ``panel`` are where the editor and its properties stand; without a canvas there is no editor. */
  constructor({ canvas, panel }) {
    if (canvas) this.editor = createEditor(canvas, panel);
    this.written = new Written();
  }

  on(name, callback) {
    this.editor?.on(name, callback);
  }

  /** A service of the editor. */
  get(name, strict = true) {
    return this.editor?.get(name, strict);
  }

  /** Read the text of a form. */
  async take(text) {
    const file = JSON.parse(text);
    if (this.editor) {
      try {
        await this.editor.importSchema(placed(file));
      } catch {
        throw new Error('其中有编辑器不认识的组件。');
      }
      this.written.opened(file, this.editor.getSchema());
    }
    this.file = file;
  }

  /** The form as it is now: what the editor holds, or the file that may only be read. */
  get schema() {
    return this.editor ? this.editor.getSchema() : this.file;
  }

  text() {
    return this.written.text(this.schema);
  }
}
