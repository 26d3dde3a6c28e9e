// The form as the clerk will see it: rendered by the server, tried out here, never saved.

const REST = 500;
const ROWS = /^(refresh|add:|del:)/;

export class Preview {
  /** ``read()`` gives the text, ``state`` says how it stands, ``sheet`` shows the form. */
  constructor({ server, read, state, sheet }) {
    Object.assign(this, { server, read, state, sheet });
    sheet.addEventListener('click', (event) => this.pressed(event));
    // What is chosen may bring other fields, as it does on the clerk's page.
    sheet.addEventListener('change', (event) => event.target.type !== 'file' && this.ask('refresh'));
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), REST);
  }

  async ask(act = '') {
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    this.sheet.setAttribute('aria-busy', 'true');
    try {
      const sent = { text: await this.read(), pairs: this.pairs(), act };
      this.show(await this.server.post('preview', sent, { signal: asked.signal }));
    } catch (refused) {
      if (refused.name === 'AbortError') return;
      this.say(`没有生成预览：${refused.message}`, 'failed');
    }
    if (this.asked === asked) this.sheet.removeAttribute('aria-busy');
  }

  show({ html, problems }) {
    if (html === null) {
      const below = this.sheet.childElementCount ? '下面是改动以前的样子' : '改正以后显示在下面';
      this.say(`服务器还不能显示现在的表单（${problems.length} 处，见“检查”），${below}。`, 'failed');
      return;
    }
    this.say('', '');
    const focused = this.sheet.contains(document.activeElement) ? document.activeElement.id : '';
    // The pads for signatures listen to these, as when the clerk's page exchanges its fields.
    document.dispatchEvent(new CustomEvent('htmx:before:swap'));
    this.sheet.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes);
    document.dispatchEvent(new CustomEvent('htmx:after:swap'));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  say(sentence, state) {
    this.state.textContent = sentence;
    this.state.dataset.state = state;
  }

  pressed(event) {
    const button = event.target.closest('button[name="_act"]');
    if (!button) return;
    event.preventDefault();
    if (ROWS.test(button.value)) this.ask(button.value);
    else this.say('预览里不能用手机拍照，办件时可以。', '');
  }

  /** What is filled in now, as the form would send it; files stay where they are. */
  pairs() {
    const fields = [...this.sheet.querySelectorAll('input[name], select[name], textarea[name]')];
    const sent = fields.filter((each) => each.type !== 'file' && (!/^(radio|checkbox)$/.test(each.type) || each.checked));
    return sent.map((each) => [each.name, each.value]);
  }

  /** Show a field of the form. */
  go({ key, path }) {
    const field = document.getElementById(`f-${path ?? key}`) ?? this.sheet;
    field.scrollIntoView({ block: 'center' });
    field.focus();
  }
}
