// Who else has this file open.
import { atText } from './dom.js';

const EVERY = 20_000;

export class Presence {
  constructor({ server, place }) {
    Object.assign(this, { server, place });
  }

  start() {
    this.ask();
    this.timer = setInterval(() => document.visibilityState === 'visible' && this.ask(), EVERY);
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.ask());
  }

  async ask() {
    try {
      const { others } = await this.server.post('presence', {});
      this.show(others ?? []);
    } catch {
      // Whether the server can be reached is told by saving; here it would only be told twice.
    }
  }

  show(others) {
    const told = others.map(({ name, since }) => `${name}（自 ${atText(since)}）`).join('、');
    this.place.textContent = told ? `${told}也打开着这个文件` : '';
    this.place.hidden = !told;
  }
}
