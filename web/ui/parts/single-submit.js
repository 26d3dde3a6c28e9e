const PATIENCE_MS = 10_000;

/**
 * Lets a form be sent once.
 *
 * The second click of a double click would be answered by the same idempotency key anyway; this spares the person the
 * doubt.  Buttons are disabled only after the browser has collected the form, so that the clicked button's own value
 * is sent.  They come back when the page is shown again (the back button), when htmx has its answer, or after ten
 * seconds, so that a lost connection or a download never leaves a dead form.
 *
 * Only forms with method="post" are guarded; data-repeat on the form switches the guard off.
 */
export class SingleSubmit {
  /** @param {Document} page */
  constructor(page) {
    this.page = page;
    /** @type {Map<HTMLFormElement, HTMLButtonElement[]>} sent forms and the buttons disabled in each */
    this.sent = new Map();
  }

  listen() {
    // Capturing, so that a second submit is stopped before htmx or anyone else sees it.
    this.page.addEventListener('submit', (event) => this.#onSubmit(event), true);
    this.page.addEventListener('htmx:finally:request', () => this.restore());
    window.addEventListener('pageshow', () => this.restore());
  }

  /** Give all buttons back. */
  restore() {
    for (const buttons of this.sent.values()) {
      for (const button of buttons) {
        button.disabled = false;
      }
    }
    this.sent.clear();
  }

  #onSubmit(event) {
    const form = event.target;
    if (form.method !== 'post' || 'repeat' in form.dataset) {
      return;
    }
    if (this.sent.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    this.sent.set(form, []);
    setTimeout(() => this.#disable(form));
    setTimeout(() => this.restore(), PATIENCE_MS);
  }

  #disable(form) {
    if (!this.sent.has(form)) {
      return; // The answer was quicker.
    }
    // form.elements also holds the buttons that stand outside the form and point at it by their form attribute.
    const buttons = [...form.elements].filter((one) => one.type === 'submit' && !one.disabled);
    for (const button of buttons) {
      button.disabled = true;
    }
    this.sent.set(form, buttons);
  }
}
