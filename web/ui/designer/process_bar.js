// The bar over a process: besides what every file has, how the drawing is looked at, walked through and printed.
import { Bar } from './bar.js';
import { fit } from './view.js';

export class ProcessBar extends Bar {
  watch(modeler) {
    super.watch(modeler);
    modeler.on('tokenSimulation.toggleMode', ({ active }) => {
      this.root.querySelector('[data-act="simulate"]').setAttribute('aria-pressed', String(Boolean(active)));
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

  /** Print the drawing alone, as large as the sheet is. */
  async print() {
    const { svg } = await this.modeler.saveSVG();
    const image = this.root.querySelector('#yc-sheet');
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    await image.decode();
    window.print();
  }
}
