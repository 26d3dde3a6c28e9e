/**
 * The key "/" goes to the page's search box, as in other work-list programs.
 *
 * The search box is the page's own input marked data-search, else the header's, else the first of type search.  While somebody types, "/" is
 * an ordinary character.
 */
export class SearchKey {
  /** @param {Document} page */
  constructor(page) {
    this.page = page;
  }

  listen() {
    this.page.addEventListener('keydown', (event) => this.#onKey(event));
  }

  #onKey(event) {
    if (event.key !== '/' || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) {
      return;
    }
    if (event.target.closest('input, textarea, select, [contenteditable]')) {
      return;
    }
    const box =
      this.page.querySelector('main input[data-search]') ??
      this.page.querySelector('input[data-search]') ??
      this.page.querySelector('input[type="search"]');
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  }
}
