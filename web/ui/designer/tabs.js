// The tabs of the side panel, by pointer and by arrow keys.

export class Tabs {
  constructor(list) {
    this.tabs = [...list.querySelectorAll('[role="tab"]')];
    for (const tab of this.tabs) tab.addEventListener('click', () => this.open(tab));
    list.addEventListener('keydown', (event) => this.step(event));
  }

  open(wanted) {
    for (const tab of this.tabs) {
      const chosen = tab === wanted;
      tab.setAttribute('aria-selected', String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute('aria-controls'));
      panel.hidden = !chosen;
      if (chosen) panel.dispatchEvent(new Event('yc-opened'));
    }
  }

  /** Open the tab whose panel has this id. */
  openPanel(id) {
    this.open(this.tabs.find((tab) => tab.getAttribute('aria-controls') === id));
  }

  step(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const at = this.tabs.findIndex((tab) => tab.getAttribute('aria-selected') === 'true');
    const next = this.tabs[(at + by + this.tabs.length) % this.tabs.length];
    this.open(next);
    next.focus();
    event.preventDefault();
  }
}
