// What the editors of files share: opening a file, and joining saving, checking, comments and presence around it.
import { button } from './editor_bar.js';
import { atText } from './dom.js';
import { Kept, download } from './kept.js';
import { Presence } from './presence.js';
import { Saving } from './saving.js';
import { Server } from './server.js';
import { Tabs } from './tabs.js';

/**
 * An editor has: ``build(file)``, which makes its parts and calls ``join``; ``show(text)``, which puts a text into it;
 * ``read()``, which gives the text; ``bar``, ``checking``, ``comments`` and ``outline``.
 */
export class Editing {
  /** ``suffix`` and ``media`` are those of the file that a person may download. */
  constructor(root, { suffix, media }) {
    this.root = root;
    this.suffix = suffix;
    this.media = media;
    this.mayWrite = root.dataset.readonly !== 'true';
    this.mayComment = root.dataset.mayComment !== 'false';
    this.server = new Server(JSON.parse(root.dataset.addresses), root.dataset.csrf);
    this.kept = new Kept(root.dataset.key);
    this.tabs = new Tabs(root.querySelector('[role="tablist"]'));
  }

  async open() {
    try {
      const file = await this.server.content();
      await this.build(file);
      await this.show(file.text || this.starter());
      this.offerKept(file);
      this.comments.load();
      if (this.mayWrite) new Presence({ server: this.server, place: this.panel('yc-presence') }).start();
    } catch (fault) {
      this.failed = fault;
      this.bar.ask([`打不开这个文件：${fault.message}`, '可以用文本方式打开，或者请人修好后再来。'], [this.asText()]);
    }
  }

  /** What a file begins with that is empty. */
  starter() {
    return '';
  }

  panel(id) {
    return this.root.querySelector(`#${id}`);
  }

  /** Join the parts: ``checking``, ``comments`` and ``outline`` are made, saving is made here. */
  join(version) {
    const { server } = this;
    const heard = (problems) => this.checking.show(problems);
    this.saving = new Saving({ server, version, read: () => this.read(), keep: this.kept, tell: (saving) => this.bar.tell(saving), heard });
    this.checking.shown = () => this.tabs.openPanel('yc-tab-problems');
    this.comments.shown = () => this.tabs.openPanel('yc-tab-comments');
    window.addEventListener('beforeunload', (event) => this.saving.isPending && event.preventDefault());
    window.addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return;
      event.preventDefault();
      if (this.mayWrite) this.saving.save();
    });
  }

  /** Something was changed by hand. */
  changed() {
    this.checking.changed();
    this.outline.show();
    this.saving.changed();
  }

  /** A text was put in: ``lost`` are the things of it that would get lost; then saving waits for a person. */
  opened(lost = []) {
    this.outline.show();
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
    const file = await this.server.content();
    this.saving.version = file.version;
    await this.show(file.text);
    this.offerKept(file);
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

