// Saving by itself: a while after the last change, again after a failure, and never over another person's version.
//
//   saved    the server has what is drawn
//   changed  there are changes that wait to be sent
//   saving   they are on their way
//   failed   the server did not take them; they are sent again by themselves
//   moved    somebody else saved meanwhile: nothing is sent until a person decides
//   held     what the file had was not all understood: nothing is sent until a person agrees

const REST = 2000;
const REST_HERE = 400;
const LONGEST_REST = 15_000;
const AGAIN = [5_000, 15_000, 30_000, 60_000];

export class Saving {
  /** ``read()`` gives the text, ``tell(saving)`` hears of every state, ``heard(problems)`` what the server finds. */
  constructor({ server, version, read, tell, heard, keep }) {
    Object.assign(this, { server, version, read, tell, heard, keep });
    this.state = 'saved';
    this.failures = 0;
    this.change = 0;
  }

  /** Something was drawn. */
  changed() {
    this.change += 1;
    this.firstAt ??= Date.now();
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keepHere(), REST_HERE);
    if (this.state === 'moved' || this.state === 'held') return;
    if (this.state !== 'saving') this.become('changed');
    this.wait(Date.now() - this.firstAt > LONGEST_REST ? 0 : REST);
  }

  /** Send what is drawn now, unless a person has to decide first. */
  async save() {
    clearTimeout(this.timer);
    if (this.state === 'saving' || this.state === 'moved' || this.state === 'held') return;
    this.become('saving');
    try {
      // The answer to an earlier sending may have got lost: the same is sent once more before anything newer, by the
      // same key, so that it is saved once and this page does not take its own version for somebody else's.
      this.sending ??= { text: await this.read(), change: this.change, key: newKey() };
      const { text, change, key } = this.sending;
      const { version, problems } = await this.server.save(text, this.version, key);
      this.sending = undefined;
      this.version = version;
      this.failures = 0;
      this.heard(problems ?? []);
      this.settle(change);
    } catch (refused) {
      this.refused(refused);
    }
  }

  settle(change) {
    this.firstAt = undefined;
    if (change !== this.change) {
      this.become('changed');
      this.wait(REST);
      return;
    }
    this.keep.forget();
    this.become('saved');
  }

  refused(refused) {
    if (refused.status) this.sending = undefined;
    if (refused.status === 409 && refused.told.version !== undefined) {
      this.other = refused.told;
      this.become('moved', refused.message);
      return;
    }
    const rest = AGAIN[Math.min(this.failures, AGAIN.length - 1)];
    this.failures += 1;
    this.become('failed', refused.message);
    // What the file says will not be taken by asking again; a person changes it, and then it is sent.
    if (refused.status === 0 || refused.status === 401 || refused.status >= 500) this.wait(rest);
  }

  /** A person agreed that what was not understood is left out. */
  release() {
    this.become('saved');
    if (this.change) this.changed();
  }

  /** A file was opened: nothing of it has changed yet. */
  opened() {
    clearTimeout(this.timer);
    this.change = 0;
    this.become('saved');
  }

  hold(reason) {
    this.become('held', reason);
  }

  wait(rest) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), rest);
  }

  /** Keep what is drawn on this machine, once the hand rests: to write a large drawing down takes a while. */
  async keepHere() {
    clearTimeout(this.keeping);
    const { change } = this;
    const text = await this.read();
    if (change === this.change && this.state !== 'saved') this.keep.put(text, this.version);
  }

  /** Whether leaving the page now would lose something. */
  get isPending() {
    return this.state !== 'saved' && !(this.state === 'held' && !this.change);
  }

  become(state, reason = '') {
    this.state = state;
    this.reason = reason;
    this.tell(this);
  }
}

/** A key that nobody guesses or meets twice; randomUUID is not there on pages without TLS. */
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, '0')).join('');
}
