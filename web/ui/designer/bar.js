// The bar over the drawing: besides what every editor has, how it is looked at, walked through and printed.
import { EditorBar } from './editor_bar.js';
import { fit } from './view.js';

export class Bar extends EditorBar {
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
