// The bar over a process: besides what every file has, how the drawing is looked at, walked through and printed.
import { Bar } from './bar.js';
import { fill } from './sheets.js';
import { fit } from './view.js';

export class ProcessBar extends Bar {
  watch(modeler) {
    super.watch(modeler);
    modeler.on('tokenSimulation.toggleMode', ({ active }) => {
      this.root.querySelector('[data-act="simulate"]').setAttribute('aria-pressed', String(Boolean(active)));
    });
    this.keepReady(modeler);
  }

  /**
   * The browser's own printing cannot wait for sheets, and to make them anew at every edit would halt whoever draws.
   * So its key is taken for ours; for its menu they are made when the pointer leaves the page on the way there.
   */
  keepReady(modeler) {
    this.stale = true;
    modeler.on(['import.done', 'commandStack.changed'], () => {
      this.stale = true;
    });
    document.documentElement.addEventListener('mouseleave', () => this.stale && this.sheets());
    window.addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'p') return;
      event.preventDefault();
      this.print();
    });
  }

  fit() {
    fit(this.modeler);
  }

  closer() {
    this.modeler.get('zoomScroll').stepZoom(1);
  }

  farther() {
    this.modeler.get('zoomScroll').stepZoom(-1);
  }

  simulate() {
    this.modeler.get('toggleMode').toggleMode();
  }

  /** Print the drawing alone, on as many sheets as it takes to be read. */
  async print() {
    await this.sheets();
    window.print();
  }

  sheets() {
    this.stale = false;
    return fill(this.root.querySelector('#yc-sheets'), this.modeler);
  }
}
