// The whole editor: opens the file, and joins drawing, saving, checking, comments and presence.
import { Bar, button } from './bar.js';
import { Checking } from './checking.js';
import { Comments } from './comments.js';
import { atText } from './dom.js';
import { Drawing } from './drawing.js';
import { Kept, download } from './kept.js';
import { createModeler, createViewer } from './modeler.js';
import { Outline } from './outline.js';
import { Presence } from './presence.js';
import { Reading } from './reading.js';
import { Saving } from './saving.js';
import { Server } from './server.js';
import { starter } from './starter.js';
import { Tabs } from './tabs.js';
import { missing } from './translate.js';
import { begin } from './view.js';
import { Vocabulary } from './vocabulary.js';

// What the libraries warn of and keep all the same.
const KEPT = /^unknown attribute /;

export class Desk {
  constructor(root) {
    this.root = root;
    this.missing = missing;
    this.mayWrite = root.dataset.readonly !== 'true';
    this.server = new Server(JSON.parse(root.dataset.addresses), root.dataset.csrf);
    this.kept = new Kept(root.dataset.key);
    this.bar = new Bar({ root, desk: this });
    this.tabs = new Tabs(root.querySelector('[role="tablist"]'));
  }

  async open() {
    try {
      const [file, words] = await Promise.all([this.server.content(), this.words()]);
      this.modeler = this.mayWrite
        ? createModeler('#yc-canvas', '#yc-properties', new Vocabulary(words))
        : createViewer('#yc-canvas');
      this.join(file.version);
      await this.show(file.text || starter(this.root.dataset.name, this.root.dataset.title));
      this.offerKept(file);
      this.comments.load();
      if (this.mayWrite) new Presence({ server: this.server, place: this.root.querySelector('#yc-presence') }).start();
    } catch (fault) {
      this.failed = fault;
      this.bar.ask([`打不开这个文件：${fault.message}`, '可以用文本方式打开，或者请人修好后再来。'], [this.asText()]);
    }
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
    const { modeler, server, root } = this;
    const drawing = new Drawing(modeler);
    const read = () => this.read();
    const panel = (id) => root.querySelector(`#${id}`);
    this.drawing = drawing;
    this.checking = new Checking({ server, modeler, drawing, read, panel: panel('yc-tab-problems'), counted: (found) => this.countProblems(found) });
    this.saving = new Saving({ server, version, read, keep: this.kept, tell: (saving) => this.bar.tell(saving), heard: (problems) => this.checking.show(problems) });
    this.comments = new Comments({ server, modeler, drawing, panel: panel('yc-tab-comments'), mayWrite: root.dataset.mayComment !== 'false', counted: (count) => this.count('comments', count) });
    this.outline = new Outline({ drawing, panel: panel('yc-tab-outline'), chosen: () => this.tabs.openPanel('yc-tab-properties') });
    if (!this.mayWrite) new Reading({ modeler, drawing, panel: panel('yc-properties') });
    this.checking.shown = () => this.tabs.openPanel('yc-tab-problems');
    this.comments.shown = () => this.tabs.openPanel('yc-tab-comments');
    this.bar.watch(modeler);
    this.listen();
  }

  listen() {
    this.modeler.on('commandStack.changed', ({ trigger }) => {
      if (trigger === 'clear') return;
      this.checking.changed();
      this.outline.show();
      this.saving.changed();
    });
    this.modeler.on('selection.changed', ({ newSelection }) => {
      const [one] = newSelection.length === 1 ? newSelection : [];
      this.comments.about(one ? (one.labelTarget ?? one) : null);
    });
    window.addEventListener('beforeunload', (event) => this.saving.isPending && event.preventDefault());
    window.addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return;
      event.preventDefault();
      if (this.mayWrite) this.saving.save();
    });
  }

  /** Put a text into the drawing; what of it was not understood is told, and saving waits for a person. */
  async show(text) {
    const { warnings: all } = await this.modeler.importXML(text);
    const warnings = all.filter((each) => !KEPT.test(each.message));
    begin(this.modeler);
    this.outline.show();
    this.checking.check();
    if (!this.mayWrite) return;
    if (!warnings.length) {
      this.saving.opened();
      return;
    }
    this.saving.hold('');
    const said = warnings.map((each) => each.message).slice(0, 5);
    this.bar.ask(
      [`文件里有 ${warnings.length} 处编辑器读不懂，保存后这些内容会丢失，所以没有自动保存：`, ...said],
      [button('我知道会丢失，可以保存', () => this.agree()), this.asText()],
    );
  }

  agree() {
    this.bar.quiet();
    this.saving.release();
  }

  /** What was drawn here before and never reached the server is offered, not put over what is there. */
  offerKept(file) {
    const kept = this.kept.get();
    if (!kept || kept.text === file.text || !this.mayWrite) return;
    const since = kept.version === file.version ? '' : `（那时是第 ${kept.version} 版，现在是第 ${file.version} 版）`;
    this.bar.ask(
      [`本机留有您 ${atText(kept.at)} 没有保存成的改动${since}。`],
      [
        button('放进编辑器', () => this.takeKept(kept)),
        button('下载', () => download(kept.text, `${this.root.dataset.name}.mine.bpmn`)),
        button('丢弃', () => {
          this.kept.forget();
          this.bar.quiet();
        }),
      ],
    );
  }

  async takeKept(kept) {
    this.bar.quiet();
    await this.show(kept.text);
    this.saving.changed();
  }

  /** Open what the other person saved; what was drawn here stays on this machine and is offered again. */
  async takeTheirs() {
    const file = await this.server.content();
    this.saving.version = file.version;
    await this.show(file.text);
    this.offerKept(file);
  }

  async read() {
    const { xml } = await this.modeler.saveXML({ format: true });
    return xml;
  }

  asText() {
    const link = document.createElement('a');
    Object.assign(link, { href: this.root.dataset.asText, className: 'yc-button', textContent: '用文本方式打开' });
    return link;
  }

  countProblems(found) {
    this.count('problems', found ? found.errors + found.warnings : '?');
    const place = this.root.querySelector('[data-count="problems"]');
    place.dataset.level = found?.errors ? 'error' : found?.warnings ? 'warning' : 'none';
  }

  count(what, number) {
    this.root.querySelector(`[data-count="${what}"]`).textContent = number ? String(number) : '';
  }
}

