// Marks on the fields of the canvas.  They are attributes that our style sheet shows: form-js draws its fields anew all
// the time, and would not keep a node of ours between its own.

const NAMES = { 'yc-problem': 'ycSays', 'yc-comment': 'ycRemarks' };

export class Marks {
  /** A form without a ``canvas`` has no marks. */
  constructor(canvas) {
    this.canvas = canvas;
    this.said = Object.fromEntries(Object.keys(NAMES).map((type) => [type, new Map()]));
    if (canvas) new MutationObserver(() => this.put()).observe(canvas, { childList: true, subtree: true, attributeFilter: ['data-id'] });
  }

  /** The sign of a problem stands before its sentence; how many remarks there are is said in words alone. */
  add(id, { type, level, sign, label }) {
    this.said[type].set(id, level === 'comment' ? label : `${sign} ${label}`);
    this.put();
  }

  clear(type) {
    this.said[type].clear();
    this.put();
  }

  put() {
    for (const node of this.canvas?.querySelectorAll('[data-id]') ?? []) {
      for (const [type, name] of Object.entries(NAMES)) set(node, name, this.said[type].get(node.dataset.id));
    }
  }
}

function set(node, name, text) {
  if (text === undefined) delete node.dataset[name];
  else if (node.dataset[name] !== text) node.dataset[name] = text;
}
