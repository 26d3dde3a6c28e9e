// The bar over the drawing: what can be done with every file, and how it stands with saving.
import { atText, make } from './dom.js';
import { download } from './kept.js';

const STATES = {
  saved: '✓ 已保存',
  changed: '● 有改动，稍后自动保存',
  saving: '… 正在保存',
  failed: '✕ 保存失败',
  moved: '✕ 没有保存：已有更新的一版',
  held: '! 没有保存：等您确认',
};

export class Bar {
  constructor({ root, desk }) {
    Object.assign(this, { root, desk });
    this.state = root.querySelector('#yc-save-state');
    this.notice = root.querySelector('#yc-save-notice');
    for (const button of root.querySelectorAll('[data-act]')) {
      button.addEventListener('click', () => this[button.dataset.act](button));
    }
  }

  /** Hear of the drawing: undo and redo can be pressed when there is something to undo. */
  watch(modeler) {
    this.modeler = modeler;
    const look = () => {
      const stack = modeler.get('commandStack', false);
      this.able('undo', stack?.canUndo());
      this.able('redo', stack?.canRedo());
    };
    modeler.on('commandStack.changed', look);
    look();
  }

  able(act, can) {
    const button = this.root.querySelector(`[data-act="${act}"]`);
    if (button) button.disabled = !can;
  }

  undo() {
    this.modeler.get('commandStack').undo();
  }

  redo() {
    this.modeler.get('commandStack').redo();
  }

  save() {
    this.desk.saving.save();
  }

  keys() {
    this.root.querySelector('#yc-keys').showModal();
  }

  async download() {
    const { desk } = this;
    download(await desk.read(), `${this.root.dataset.name}.${desk.suffix}`, desk.media);
  }

  /** Print the file as it stands in the page. */
  print() {
    window.print();
  }

  /** Tell how it stands with saving, and what a person can do about it. */
  tell(saving) {
    const reason = saving.reason ? `：${saving.reason}` : '';
    this.state.textContent = saving.state === 'failed' ? `${STATES.failed}${reason}` : STATES[saving.state];
    this.state.dataset.state = saving.state;
    this.able('save', saving.state === 'changed' || saving.state === 'failed');
    if (saving.state === 'moved') this.moved(saving);
    else if (saving.state !== 'held') this.quiet();
  }

  /** Somebody else saved meanwhile: nothing is overwritten, and what was drawn here is not lost. */
  moved({ other, reason }) {
    this.ask(
      // The server's sentence says who and when; ours stands in when the newer version was only heard of.
      [reason || `${other.by ?? '别人'}于 ${atText(other.at)} 保存了第 ${other.version} 版。`, '您的改动还在本页，没有覆盖任何内容。'],
      [
        button('对照两边的不同，合并（新标签页）', () => this.merge()),
        button('下载我的文件', () => this.download()),
        button('打开现在的版本（我的留在本机）', () => this.desk.takeTheirs()),
      ],
    );
  }

  /** Hand what is drawn here to the page that shows it beside the other person's, in a tab of its own. */
  async merge() {
    const { server, saving } = this.desk;
    const fields = { _csrf: server.csrf, _act: 'save', version: saving.version, text: await this.desk.read() };
    const form = make('form', { method: 'post', action: this.root.dataset.merge, target: '_blank', hidden: true });
    form.append(...Object.entries(fields).map(([name, value]) => make('textarea', { name, value })));
    document.body.append(form);
    form.submit();
    form.remove();
  }

  /** Show sentences and buttons over the drawing until something is chosen. */
  ask(sentences, buttons) {
    const lines = sentences.filter(Boolean).map((each) => make('p', {}, each));
    this.notice.replaceChildren(...lines, make('div', { class: 'yc-desk__choices' }, ...buttons));
    this.notice.hidden = false;
  }

  quiet() {
    this.notice.hidden = true;
    this.notice.replaceChildren();
  }
}

/** A button of a notice. */
export function button(label, onclick) {
  return make('button', { type: 'button', class: 'yc-button', onclick }, label);
}
