// The whole editor of a process: opens the file, and joins drawing, saving, checking, comments and presence.
import { Bar } from './bar.js';
import { Checking } from './checking.js';
import { Comments } from './comments.js';
import { Drawing } from './drawing.js';
import { Editing } from './editing.js';
import { Marks } from './marks.js';
import { createModeler, createViewer } from './modeler.js';
import { Outline } from './outline.js';
import { Reading } from './reading.js';
import { starter } from './starter.js';
import { missing } from './translate.js';
import { begin } from './view.js';
import { Vocabulary } from './vocabulary.js';

// What the libraries warn of and keep all the same.
const KEPT = /^unknown attribute /;

export class Desk extends Editing {
  constructor(root) {
    super(root, { suffix: 'bpmn', media: 'application/xml' });
    this.missing = missing;
    this.bar = new Bar({ root, desk: this });
  }

  async build(file) {
    const words = await this.words();
    this.modeler = this.mayWrite
      ? createModeler('#yc-canvas', '#yc-properties', new Vocabulary(words))
      : createViewer('#yc-canvas');
    this.join(file.version);
  }

  starter() {
    return starter(this.root.dataset.name, this.root.dataset.title);
  }

  /** The names an element may use; without them everything is still drawn, and names are shown as they are. */
  async words() {
    try {
      return await this.server.get('vocabulary');
    } catch {
      return {};
    }
  }

  join(version) {
    const { modeler, server } = this;
    const [drawing, marks] = [new Drawing(modeler), new Marks(modeler)];
    const read = () => this.read();
    this.drawing = drawing;
    this.checking = new Checking({ server, marks, drawing, read, panel: this.panel('yc-tab-problems'), counted: (found) => this.countProblems(found) });
    this.comments = new Comments({ server, marks, drawing, panel: this.panel('yc-tab-comments'), mayWrite: this.mayComment, counted: (count) => this.count('comments', count) });
    this.outline = new Outline({ drawing, panel: this.panel('yc-tab-outline'), chosen: () => this.tabs.openPanel('yc-tab-properties') });
    if (!this.mayWrite) new Reading({ modeler, drawing, panel: this.panel('yc-properties') });
    super.join(version);
    this.bar.watch(modeler);
    this.listen();
  }

  listen() {
    this.modeler.on('commandStack.changed', ({ trigger }) => trigger !== 'clear' && this.changed());
    this.modeler.on('selection.changed', ({ newSelection }) => {
      const [one] = newSelection.length === 1 ? newSelection : [];
      this.comments.about(one ? (one.labelTarget ?? one) : null);
    });
  }

  /** Put a text into the drawing; what of it was not understood is told, and saving waits for a person. */
  async show(text) {
    const { warnings } = await this.modeler.importXML(text);
    begin(this.modeler);
    this.opened(warnings.map((each) => each.message).filter((each) => !KEPT.test(each)));
  }

  async read() {
    const { xml } = await this.modeler.saveXML({ format: true });
    return xml;
  }
}
