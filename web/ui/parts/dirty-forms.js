/**
 * Asks before a person leaves a form with changes that were not sent.
 *
 * Guarded is a form with the attribute data-guard.  data-guard="dirty" says that it holds unsaved content from the
 * start: a page that came back with errors.  The question itself is the browser's, in the person's language.
 */
export class DirtyForms {
  /** @param {Window} view */
  constructor(view) {
    this.view = view;
    /** @type {WeakMap<HTMLFormElement, string>} what each form held when it was shown */
    this.shown = new WeakMap();
    /** @type {WeakSet<HTMLFormElement>} forms on their way to the server */
    this.sending = new WeakSet();
  }

  listen() {
    const page = this.view.document;
    this.#remember();
    page.addEventListener('submit', (event) => this.sending.add(event.target));
    page.addEventListener('htmx:after:swap', () => this.#remember());
    page.addEventListener('htmx:finally:request', (event) => this.#answered(event));
    this.view.addEventListener('pageshow', () => this.#forms().forEach((form) => this.sending.delete(form)));
    this.view.addEventListener('beforeunload', (event) => {
      if (this.#forms().some((form) => this.isDirty(form))) {
        event.preventDefault();
      }
    });
  }

  /**
   * @param {HTMLFormElement} form
   * @returns {boolean} whether leaving now would lose something
   */
  isDirty(form) {
    if (this.sending.has(form)) {
      return false;
    }
    return form.dataset.guard === 'dirty' || this.shown.get(form) !== contents(form);
  }

  #forms() {
    return [...this.view.document.querySelectorAll('form[data-guard]')];
  }

  #remember() {
    for (const form of this.#forms()) {
      if (!this.shown.has(form)) {
        this.shown.set(form, contents(form));
      }
    }
  }

  #answered(event) {
    const form = event.detail.ctx.sourceElement;
    if (!this.sending.delete(form)) {
      return; // The request was not the form's own submit: a field that refreshed the others saves nothing.
    }
    const status = event.detail.ctx.response?.status ?? 0;
    if (status >= 200 && status < 400) {
      this.shown.set(form, contents(form));
    }
  }
}

/** Return all that the form would send, as one text to compare. */
function contents(form) {
  const entries = [...new FormData(form)].map(([name, value]) => [
    name,
    value instanceof File ? `${value.name}:${value.size}` : value,
  ]);
  return JSON.stringify(entries);
}
