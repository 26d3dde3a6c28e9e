// dmn-js with the part of bpmn-js's face that a desk asks for: one modeler, whichever of its views is open.
import DmnModeler from 'dmn-js/lib/Modeler';
import DmnViewer from 'dmn-js/lib/NavigatedViewer';

import translate, { learn } from '../translate.js';
import words from './words.json';

// What the engine reads (engine/process/bpmn/decisions/values.py), in the words of the standard.
const TYPES = ['string', 'number', 'integer', 'boolean', 'date', 'dayTimeDuration', 'yearMonthDuration'];
const LANGUAGES = { options: [{ label: 'FEEL', value: 'feel' }], defaults: { editor: 'feel' } };
const PASSED_ON = ['commandStack.changed', 'selection.changed', 'cellSelection.changed'];
const FIRST = ['decisionTable', 'literalExpression', 'boxedExpression', 'drd'];

export class TableModeler {
  constructor(container, mayWrite) {
    learn(words);
    const own = { additionalModules: [translate] };
    const views = Object.fromEntries(FIRST.map((view) => [view, own]));
    const common = { dataTypes: TYPES, expressionLanguages: LANGUAGES };
    this.heard = new Map();
    this.manager = new (mayWrite ? DmnModeler : DmnViewer)({ container, common, ...views });
    this.manager.on('viewer.created', ({ viewer }) => {
      for (const name of PASSED_ON) viewer.on(name, (event) => this.tell(name, event));
    });
    this.manager.on('views.changed', (event) => {
      this.tell('views.changed', event);
      // Each view has commands of its own to undo.
      this.tell('commandStack.changed', { trigger: 'clear' });
    });
  }

  /** Call ``callback`` with every event of this name, of whichever view. */
  on(name, callback) {
    this.heard.set(name, [...(this.heard.get(name) ?? []), callback]);
  }

  tell(name, event) {
    for (const callback of this.heard.get(name) ?? []) callback(event);
  }

  /** A service of the open view. */
  get(name, strict = true) {
    return this.manager.getActiveViewer()?.get(name, strict);
  }

  /** Read a text and open the view that was open before, else the first table. */
  async importXML(text) {
    const before = this.view?.id;
    const { warnings } = await this.manager.importXML(text, { open: false });
    const views = this.manager.getViews();
    const view = views.find(({ id }) => id === before) ?? FIRST.map((type) => views.find((each) => each.type === type)).find(Boolean);
    if (!view) throw new Error('文件里没有可以显示的决策。');
    const opened = await this.open(view);
    return { warnings: [...warnings, ...(opened?.warnings ?? [])].filter(Boolean) };
  }

  saveXML(options) {
    return this.manager.saveXML(options);
  }

  /** Open a view as it is now: the library makes new ones, with the same id, when a decision changes its kind. */
  open({ id }) {
    return this.manager.open(this.manager.getViews().find((each) => each.id === id));
  }

  /**
   * The views that are offered.  The picture of the decisions is not, where the file has none and its decisions need
   * each other: the library would draw one without the lines, and then drop what has no line.
   */
  get views() {
    const { dmnDI, drgElement = [] } = this.definitions ?? {};
    const needs = drgElement.some((each) => each.informationRequirement?.length || each.knowledgeRequirement?.length);
    const drawable = Boolean(dmnDI?.diagrams?.length) || !needs;
    return this.manager.getViews().filter((each) => each.type !== 'drd' || drawable || each.id === this.view?.id);
  }

  get view() {
    return this.manager.getActiveView();
  }

  get definitions() {
    return this.manager.getDefinitions();
  }
}
