// Signs on the elements of a drawing: problems on the upper left, comments on the upper right.
import { SIGNS, WORDS } from './checking.js';
import { make } from './dom.js';

export class Marks {
  constructor(modeler) {
    this.modeler = modeler;
  }

  /** ``found`` has the problems of each element that has any; ``open(element)`` hears that a sign was pressed. */
  problems(found, open) {
    const overlays = this.modeler.get('overlays');
    overlays.remove({ type: 'yc-problem' });
    for (const [element, problems] of found) {
      const level = problems.some((each) => each.level === 'error') ? 'error' : 'warning';
      const says = problems.map((each) => `${WORDS[each.level]}：${each.sentence}`).join('\n');
      const looks = { type: 'button', class: `yc-mark yc-mark--${level}`, title: says, 'aria-label': says };
      const html = make('button', { ...looks, onclick: () => open(element) }, SIGNS[level]);
      overlays.add(element, 'yc-problem', { position: placeOf(element), html });
    }
  }

  /** ``counts`` has how many open comments each element has. */
  comments(counts, open) {
    const overlays = this.modeler.get('overlays');
    overlays.remove({ type: 'yc-comment' });
    for (const [element, count] of counts) {
      if (element.waypoints) continue;
      const label = `${count} 条批注`;
      const looks = { type: 'button', class: 'yc-mark yc-mark--comment', title: label, 'aria-label': label };
      const html = make('button', { ...looks, onclick: () => open(element) }, `批${count}`);
      overlays.add(element, 'yc-comment', { position: { top: -11, right: 17 }, html });
    }
  }
}

/** Where a mark stands: on the upper left of a shape, at the middle of a line. */
function placeOf(element) {
  if (!element.waypoints) return { top: -11, left: -11 };
  const middle = element.waypoints[Math.floor((element.waypoints.length - 1) / 2)];
  const next = element.waypoints[Math.floor((element.waypoints.length - 1) / 2) + 1];
  const box = [Math.min(...element.waypoints.map((p) => p.x)), Math.min(...element.waypoints.map((p) => p.y))];
  return { left: (middle.x + next.x) / 2 - box[0] - 11, top: (middle.y + next.y) / 2 - box[1] - 11 };
}
