// The bar over a process: besides what every file has, how the drawing is looked at, walked through and printed.
import { Bar } from './bar.js';
import { fill } from './sheets.js';
import { fit } from './view.js';

const SOON = 1500; // Milliseconds.

export class ProcessBar extends Bar {
  watch(modeler) {
    super.watch(modeler);
    modeler.on('tokenSimulation.toggleMode', ({ active }) => {
      this.root.querySelector('[data-act="simulate"]').setAttribute('aria-pressed', String(Boolean(active)));
    });
    this.keepReady(modeler);
  }

  /** The browser's own printing cannot wait: make the sheets when nothing has been drawn for a while. */
  keepReady(modeler) {
    const soon = () => {
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.sheets(), SOON);
    };
    modeler.on(['import.done', 'commandStack.changed'], soon);
    soon();
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
    return fill(this.root.querySelector('#yc-sheets'), this.modeler);
  }
}
