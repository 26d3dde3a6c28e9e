import { Diagrams } from './diagrams.js';

/**
 * The player of a case: a slider, steps by button and key, playing at a chosen speed.
 *
 * Every step is the server's own page, asked for as a part; what is shown last wins, whatever order answers come in.
 */
export class Replay {
  /** @param {Document} page @param {HTMLFormElement} form */
  constructor(page, form) {
    this.page = page;
    this.slider = form.querySelector('[data-slider]');
    this.play = form.querySelector('[data-play]');
    this.speed = form.querySelector('[data-speed]');
    this.keys = form.querySelectorAll('[data-go]');
    this.told = page.querySelector('[data-told]');
    this.finding = page.querySelector('[data-finding]');
    this.acts = [...page.querySelectorAll('[data-acts] [data-at]')];
    this.number = Number(this.slider.value);
    this.asked = null;
    this.playing = false;
    this.played = 0;
  }

  start() {
    for (const one of [this.slider, this.play, this.speed]) one.hidden = false;
    this.slider.addEventListener('input', () => this.#stopAndGo(Number(this.slider.value)));
    this.play.addEventListener('click', () => this.#toggle());
    for (const one of this.keys) {
      one.addEventListener('click', (event) => this.#onLink(event, () => this.#place(one.dataset.go)));
    }
    this.acts.forEach((one, place) => one.addEventListener('click', (event) => this.#onLink(event, () => place + 1)));
    this.page.addEventListener('keydown', (event) => this.#onKey(event));
  }

  #onLink(event, number) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    this.#stopAndGo(number());
  }

  #onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    // A slider, a list and a field have their own use for these keys; so has a drawing that is scrolled by them.
    if (event.target.closest('input, select, textarea, [tabindex="0"]')) return;
    const go = { ArrowLeft: 'back', ArrowRight: 'on', Home: 'first', End: 'last' }[event.key];
    if (go) {
      event.preventDefault();
      this.#stopAndGo(this.#place(go));
    } else if (event.key === ' ' && !event.target.closest('a, button, summary')) {
      event.preventDefault();
      this.#toggle();
    }
  }

  #place(go) {
    return { first: 1, back: this.number - 1, on: this.number + 1, last: this.acts.length }[go];
  }

  #stopAndGo(number) {
    this.#say(false);
    return this.#go(number);
  }

  #say(playing) {
    this.playing = playing;
    this.play.textContent = playing ? '暂停' : '播放';
    this.play.setAttribute('aria-pressed', String(playing));
  }

  async #toggle() {
    if (this.playing) {
      this.#say(false);
      return;
    }
    this.#say(true);
    // Stopped and begun again while one pause was not over: only the newest playing goes on.
    const mine = ++this.played;
    if (this.number >= this.acts.length) await this.#go(1);
    while (this.playing && mine === this.played && this.number < this.acts.length) {
      const pause = Number(this.speed.querySelector('select').value) * 1000;
      await new Promise((done) => setTimeout(done, pause));
      if (!this.playing || mine !== this.played) return;
      if (!(await this.#go(this.number + 1))) break;
    }
    if (mine === this.played) this.#say(false);
  }

  /** Show a step; tell whether it could be shown. */
  async #go(wanted) {
    const number = Math.min(this.acts.length, Math.max(1, wanted));
    this.number = number;
    this.slider.value = number;
    this.slider.setAttribute('aria-valuetext', `第 ${number} 步，共 ${this.acts.length} 步`);
    const act = this.acts[number - 1];
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    try {
      const answer = await fetch(act.href, { headers: { 'HX-Request': 'true' }, signal: asked.signal });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      this.#show(await answer.text(), act);
      return true;
    } catch (error) {
      // A newer step was asked for meanwhile; anything else is told by the page itself, in its own words.
      if (error.name !== 'AbortError') this.page.location.assign(act.href);
      return false;
    }
  }

  #show(html, act) {
    const before = this.page.getElementById('moment');
    const size = before.querySelector('.yc-diagram__pick:checked')?.value;
    const next = new DOMParser().parseFromString(html, 'text/html').getElementById('moment');
    before.replaceWith(this.page.adoptNode(next));
    if (size) next.querySelector(`.yc-diagram__pick[value="${size}"]`)?.click();
    new Diagrams(next).show();
    for (const one of this.acts) one.removeAttribute('aria-current');
    act.setAttribute('aria-current', 'step');
    this.#point(this.number);
    this.#mean(act);
    this.told.textContent = next.querySelector('#moment-title').textContent;
    this.page.defaultView.history.replaceState(null, '', act.href);
  }

  /** What is noted next is about what is shown, unless somebody is writing already. */
  #mean(act) {
    const text = this.finding?.querySelector('textarea');
    if (text && !text.value.trim()) this.finding.querySelector('input[name="seq"]').value = act.dataset.at;
  }

  /** Let the links beside the slider lead on from here, for whoever opens them in another window. */
  #point(number) {
    for (const one of this.keys) {
      const place = Math.min(this.acts.length, Math.max(1, this.#place(one.dataset.go)));
      one.href = this.acts[place - 1].href;
    }
    this.page.documentElement.dataset.step = String(number);
  }
}
