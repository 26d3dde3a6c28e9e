// The desk of a file of decision tables: the tables, and under them what the check says, rule by rule.
import { Desk } from '../desk.js';
import { TableDrawing } from './drawing.js';
import { Leftovers } from './leftovers.js';
import { TableModeler } from './modeler.js';
import { Views } from './views.js';

export class TableDesk extends Desk {
  suffix = 'dmn';

  get canvas() {
    return this.root.querySelector('#yc-canvas');
  }

  create() {
    return new TableModeler(this.canvas, this.mayWrite);
  }

  draw() {
    return new TableDrawing(this.modeler, this.canvas);
  }

  furnish() {
    this.views = new Views({ modeler: this.modeler, place: this.root.querySelector('#yc-views') });
    this.leftovers = new Leftovers([this.canvas]);
  }

  /** A table tells of one selected cell, the picture of the decisions of a list. */
  chosen({ selection, newSelection }) {
    return this.drawing.find((selection ?? newSelection?.[0])?.id);
  }

  begin() {
    this.redrawn();
    this.views.show();
  }

  redrawn() {
    this.drawing.index();
    this.drawing.paint();
  }
}
