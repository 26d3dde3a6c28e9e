// The desk of a process: its drawing, the properties of its elements, and all of them as a list.
import { Desk } from './desk.js';
import { Drawing } from './drawing.js';
import { createModeler, createViewer } from './modeler.js';
import { Outline } from './outline.js';
import { ProcessBar } from './process_bar.js';
import { Reading } from './reading.js';
import { starter } from './starter.js';
import { begin } from './view.js';
import { Vocabulary } from './vocabulary.js';

export class ProcessDesk extends Desk {
  static Bar = ProcessBar;

  suffix = 'bpmn';

  async create() {
    const words = await this.words();
    return this.mayWrite ? createModeler('#yc-canvas', '#yc-properties', new Vocabulary(words)) : createViewer('#yc-canvas');
  }

  /** The names an element may use; without them everything is still drawn, and names are shown as they are. */
  async words() {
    try {
      return await this.server.get('vocabulary');
    } catch {
      return {};
    }
  }

  draw() {
    return new Drawing(this.modeler);
  }

  starter() {
    return starter(this.root.dataset.name, this.root.dataset.title);
  }

  furnish(panel) {
    const { modeler, drawing } = this;
    this.outline = new Outline({ drawing, panel: panel('yc-tab-outline'), chosen: () => this.tabs.openPanel('yc-tab-properties') });
    if (!this.mayWrite) new Reading({ modeler, drawing, panel: panel('yc-properties') });
  }

  chosen({ newSelection }) {
    const [one] = newSelection.length === 1 ? newSelection : [];
    return one ? (one.labelTarget ?? one) : null;
  }

  begin() {
    begin(this.modeler);
    this.outline.show();
  }

  redrawn() {
    this.outline.changed();
  }
}
