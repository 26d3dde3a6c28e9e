// The whole editor of a form: form-js, what the server says about it, and the form as the clerk will see it.
import { Checking } from '../designer/checking.js';
import { Comments } from '../designer/comments.js';
import { Editing } from '../designer/editing.js';
import { Outline } from '../designer/outline.js';
import { FormBar } from './bar.js';
import { createEditor } from './editor.js';
import { Fields } from './fields.js';
import { Marks } from './marks.js';
import { Preview } from './preview.js';
import { Written } from './written.js';

export class FormDesk extends Editing {
  constructor(root) {
    super(root, { suffix: 'json', media: 'application/json' });
    this.written = new Written();
    this.bar = new FormBar({ root, desk: this });
  }

  build(file) {
    if (this.mayWrite) this.editor = createEditor(this.panel('yc-canvas'), this.panel('yc-properties'));
    const { server, editor } = this;
    const drawing = new Fields({ schema: () => this.schema(), editor, go: (field) => this.preview.go(field) });
    const marks = new Marks({ canvas: this.panel('yc-canvas'), find: (id) => drawing.find(id) });
    this.drawing = drawing;
    this.preview = new Preview({ server, read: () => this.read(), state: this.panel('yc-preview-state'), sheet: this.panel('yc-preview-fields') });
    this.checking = new Checking({ server, marks, drawing, read: () => this.read(), panel: this.panel('yc-tab-problems'), counted: (found) => this.countProblems(found) });
    this.comments = new Comments({ server, marks, drawing, panel: this.panel('yc-tab-comments'), mayWrite: this.mayComment, counted: (count) => this.count('comments', count) });
    this.outline = new Outline({ drawing, panel: this.panel('yc-tab-outline'), chosen: () => editor && this.tabs.openPanel('yc-tab-properties') });
    this.join(file.version);
    if (editor) this.listen();
  }

  listen() {
    this.bar.watch(this.editor);
    this.editor.on('commandStack.changed', ({ trigger }) => trigger !== 'clear' && this.changed());
    this.editor.on('selection.changed', ({ selection }) => {
      const one = selection && selection.type !== 'default' ? selection : null;
      this.comments.about(one);
      this.bar.about(one);
    });
  }

  changed() {
    super.changed();
    this.preview.changed();
  }

  /** The form as it is now: what the editor holds, or the file that may only be read. */
  schema() {
    return this.editor ? this.editor.getSchema() : this.file;
  }

  async show(text) {
    const file = JSON.parse(text);
    if (this.editor) {
      try {
        await this.editor.importSchema(structuredClone(file));
        this.written.opened(file, this.editor.getSchema());
      } catch {
        throw new Error('其中有编辑器不认识的组件。');
      }
    }
    this.file = file;
    this.opened();
    await this.preview.ask();
  }

  async read() {
    return this.written.text(this.schema());
  }
}
