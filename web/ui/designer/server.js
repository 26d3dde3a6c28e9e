// What the page says to the server and back.  A refusal is thrown as an Error whose message is the server's sentence.

export class Refused extends Error {
  constructor(status, told = {}) {
    super(told.detail || told.title || `服务器没有接受（${status}）。请稍后再试。`);
    this.status = status;
    this.told = told;
  }
}

export class Server {
  /** ``addresses`` are content, save, check, presence, comments, vocabulary; ``csrf`` is the session's token. */
  constructor(addresses, csrf) {
    this.addresses = addresses;
    this.csrf = csrf;
  }

  /** The file's text and the number of its version. */
  async content() {
    const answer = await this.ask('content', { headers: { Accept: '*/*' } });
    return { text: await answer.text(), version: Number((answer.headers.get('ETag') ?? '').replace(/\D/g, '')) };
  }

  /** Save a text over ``version``; sent again with the same ``key`` it is saved once. */
  save(text, version, key) {
    return this.post('save', { version, text }, { key });
  }

  check(text, signal) {
    return this.post('check', { text }, { signal });
  }

  async get(name) {
    return (await this.ask(name, {})).json();
  }

  async post(name, body, { signal, key, path = '' } = {}) {
    const once = key ? { 'X-Idempotency-Key': key } : {};
    const send = () =>
      this.ask(name, {
        method: 'POST',
        signal,
        path,
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': this.csrf, ...once },
        body: JSON.stringify(body),
      });
    try {
      return await (await send()).json();
    } catch (refused) {
      // Signed in anew in another tab: the page is of the former session, and only needs its token.
      if (refused.status !== 401 || !(await this.renewed())) throw refused;
      return (await send()).json();
    }
  }

  async ask(name, { path = '', headers = {}, ...options }) {
    let answer;
    try {
      const asked = { Accept: 'application/json', ...headers };
      answer = await fetch(this.addresses[name] + path, { credentials: 'same-origin', headers: asked, ...options });
    } catch (failed) {
      if (failed.name === 'AbortError') throw failed;
      throw new Refused(0, { detail: '连不上服务器。请检查网络，改动留在本页，连上后会再保存。' });
    }
    if (answer.ok && !answer.redirected) return answer;
    if (answer.redirected) throw new Refused(401, { detail: '登录已经失效。请在新的标签页登录，再回到本页保存。' });
    throw new Refused(answer.status, await toldBy(answer));
  }

  /** Read this page once more for the token of the present session; tell whether it is another one. */
  async renewed() {
    const answer = await fetch(window.location.href, { credentials: 'same-origin' }).catch(() => null);
    if (!answer?.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const token = page.getElementById('yc-designer')?.dataset.csrf;
    if (!token || token === this.csrf) return false;
    this.csrf = token;
    return true;
  }
}

async function toldBy(answer) {
  try {
    return await answer.json();
  } catch {
    return {};
  }
}
