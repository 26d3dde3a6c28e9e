// What the editors share: the desk opens the file, and joins drawing, saving, checking, comments and presence.
import { Bar, button } from './bar.js';
import { Checking } from './checking.js';
import { Comments } from './comments.js';
import { atText } from './dom.js';
import { Kept, download } from './kept.js';
import { Presence } from './presence.js';
import { Saving } from './saving.js';
import { Server } from './server.js';
import { Tabs } from './tabs.js';
import { missing } from './translate.js';
import { Written } from './written.js';

// What the libraries warn of and keep all the same.
const KEPT = /^unknown attribute /;

// A desk of a kind of file has beside what stands here:
//   suffix          the ending of the files' names
//   create()        makes the modeler; its get and on are those of bpmn-js
//   draw()          makes what finds, names, shows and marks the elements
//   furnish(panel)  adds what only this kind has
//   chosen(event)   is the one element that is selected, or null
//   begin(), redrawn()  show the file anew: just opened, changed
// and where it is another than that of a drawing kept as XML:
//   static Bar, media   the bar, the type of the files
//   starter()       is the text of a file that nobody has drawn in
//   take(text), write() put a text into the modeler and tell what was not understood; give what it holds as a text
export class Desk {
  static Bar = Bar;

  media = 'application/xml';

  constructor(root) {
    this.root = root;
    this.missing = missing;
    this.mayWrite = root.dataset.readonly !== 'true';
    this.server = new Server(JSON.parse(root.dataset.addresses), root.dataset.csrf);
    this.kept = new Kept(root.dataset.key);
    this.bar = new this.constructor.Bar({ root, desk: this });
    this.tabs = new Tabs(root.querySelector('[role="tablist"]'));
    this.written = new Written(() => this.write());
  }

  async open() {
    try {
      const [file, modeler] = await Promise.all([this.server.content(), this.create()]);
      this.modeler = modeler;
      this.join(file.version);
      await this.show(file.text || this.starter());
      this.offerKept(file);
      this.comments.load();
      if (this.mayWrite) new Presence({ server: this.server, place: this.root.querySelector('#yc-presence') }).start();
    } catch (fault) {
      this.failed = fault;
      this.bar.ask([`打不开这个文件：${fault.message}`, '可以用文本方式打开，或者请人修好后再来。'], [this.asText()]);
    }
  }

  join(version) {
    const { modeler, server, root } = this;
    const drawing = this.draw();
    const read = () => this.read();
    const panel = (id) => root.querySelector(`#${id}`);
    this.drawing = drawing;
    this.checking = new Checking({ server, drawing, read, panel: panel('yc-tab-problems'), counted: (found) => this.countProblems(found) });
    this.saving = new Saving({ server, version, read, keep: this.kept, tell: (saving) => this.bar.tell(saving), heard: (problems) => this.checking.show(problems) });
    this.comments = new Comments({ server, drawing, panel: panel('yc-tab-comments'), mayWrite: root.dataset.mayComment !== 'false', counted: (count) => this.count('comments', count) });
    this.furnish(panel);
    this.checking.shown = () => this.tabs.openPanel('yc-tab-problems');
    this.comments.shown = () => this.tabs.openPanel('yc-tab-comments');
    this.bar.watch(modeler);
    this.listen();
  }

  listen() {
    this.modeler.on('commandStack.changed', ({ trigger }) => {
      this.written.changed();
      if (trigger === 'clear') return;
      this.checking.changed();
      this.redrawn();
      this.saving.changed();
    });
    this.modeler.on('selection.changed', (event) => this.comments.about(this.chosen(event)));
    window.addEventListener('beforeunload', (event) => this.leaving(event));
    window.addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return;
      event.preventDefault();
      if (this.mayWrite) this.saving.save();
    });
  }

  /** What has not reached the server is kept here, whatever the person answers to the browser's question. */
  leaving(event) {
    if (!this.saving.isPending) return;
    event.preventDefault();
    this.saving.keepHere();
  }

  /** Put a text into the drawing; what of it was not understood is told, and saving waits for a person. */
  async show(text) {
    const lost = await this.take(text);
    this.written.changed();
    this.begin();
    this.checking.check();
    if (!this.mayWrite) return;
    if (!lost.length) {
      this.saving.opened();
      return;
    }
    this.saving.hold('');
    this.bar.ask(
      [`文件里有 ${lost.length} 处编辑器读不懂，保存后这些内容会丢失，所以没有自动保存：`, ...lost.slice(0, 5)],
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
        button('下载', () => download(kept.text, `${this.root.dataset.name}.mine.${this.suffix}`, this.media)),
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
    await this.saving.keepHere();
    const file = await this.server.content();
    this.saving.version = file.version;
    await this.show(file.text);
    this.offerKept(file);
  }

  async take(text) {
    const { warnings } = await this.modeler.importXML(text);
    return warnings.map((each) => each.message).filter((message) => !KEPT.test(message));
  }

  read() {
    return this.written.read();
  }

  async write() {
    const { xml } = await this.modeler.saveXML({ format: true });
    return xml;
  }

  starter() {
    return '';
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


/** Open a desk of a kind where the page has a place for one. */
export function start(Kind) {
  const root = document.getElementById('yc-designer');
  if (!root) return;
  const desk = new Kind(root);
  root.ycDesk = desk;
  // Tests and other scripts wait for this instead of guessing how long loading takes.
  desk.open().finally(() => {
    root.dataset.ready = desk.failed ? 'failed' : 'yes';
  });
}
