// Finding things in decision tables: the cell, row or column that an id of the file stands for, its name, going there,
// and marks on it.  The library draws its tables anew as it likes, so marks are put on again whenever it has.

const ROWS = 'td.rule-index';
const HERE = { block: 'nearest', inline: 'nearest' };

export class TableDrawing {
  constructor(modeler, container) {
    Object.assign(this, { modeler, container });
    this.marks = [];
    this.index();
    const seen = { childList: true, subtree: true };
    new MutationObserver(() => this.paint()).observe(container, seen);
    container.addEventListener('click', ({ target }) => this.marksAt(target.closest(ROWS)).forEach((each) => each.onclick()));
  }

  /** Read the file's elements anew: the model has changed. */
  index() {
    this.models = new Map();
    this.parents = new Map();
    this.found = new Map();
    if (this.modeler.definitions) this.walk(this.modeler.definitions, null);
  }

  walk(model, parent) {
    this.parents.set(model, parent);
    if (model.id) this.models.set(model.id, model);
    for (const each of model.$descriptor?.properties ?? []) {
      if (each.isReference || each.isAttr) continue;
      for (const child of [model.get(each.name)].flat()) if (child?.$type) this.walk(child, model);
    }
  }

  /** The cell, rule, column, table or decision that an id stands for, or that it lies in. */
  find(id) {
    if (!id) return null;
    if (!this.found.has(id)) this.found.set(id, this.placeOf(this.models.get(id)));
    return this.found.get(id);
  }

  placeOf(model) {
    for (let here = model; here; here = this.parents.get(here)) {
      const kind = this.kindOf(here);
      if (!kind) continue;
      const known = this.found.get(here.id);
      if (known?.model === here) return known;
      const made = { id: here.id, kind, model: here, ...this.around(here) };
      this.found.set(here.id, made);
      return made;
    }
    return null;
  }

  kindOf(model) {
    const above = this.parents.get(model);
    if (above?.$type === 'dmn:DecisionRule' && [...(above.inputEntry ?? []), ...(above.outputEntry ?? [])].includes(model)) return 'cell';
    return KINDS[model.$type];
  }

  around(model) {
    const said = {};
    for (let here = model; here; here = this.parents.get(here)) {
      if (here.$type === 'dmn:DecisionRule') said.rule = here;
      if (here.$type === 'dmn:DecisionTable') said.table = here;
      if (here.$type === 'dmn:Decision') said.decision = here;
    }
    return said;
  }

  name(element) {
    const { kind, model, rule, table, decision } = element;
    if (kind === 'cell') return `规则 ${numberOf(rule, table)}，${columnName(columnOf(model, rule, table), table)}`;
    if (kind === 'rule') return `规则 ${numberOf(rule, table)}`;
    if (kind === 'input' || kind === 'output') return columnName(model, table);
    return `决策“${decision?.name || decision?.id || model.name || model.id}”`;
  }

  /** Open the view in which an element is, show it and select it. */
  async go(element) {
    if (!element) return;
    const { views, view } = this.modeler;
    const wanted = views.find((each) => each.element === element.decision) ?? views.find((each) => each.type === 'drd');
    if (wanted && wanted.id !== view?.id) await this.modeler.open(wanted);
    const cell = element.kind === 'rule' ? firstCell(element.model) : element.kind === 'cell' ? element.model : null;
    if (cell) this.modeler.get('selection', false)?.select(cell.id);
    const node = this.nodesOf(element)[0] ?? this.container.querySelector('tfoot.add-rule');
    node?.scrollIntoView(HERE);
  }

  /** Put a mark on an element; on a table as a whole there is no place for one, the list says it. */
  mark(element, mark) {
    this.marks.push({ ...mark, element });
    this.paint();
  }

  /** Take all marks of a type away. */
  unmark(type) {
    this.marks = this.marks.filter((each) => each.type !== type);
    this.index();
    this.paint();
  }

  paint() {
    const wanted = new Map();
    for (const mark of this.marks) {
      for (const node of this.nodesOf(mark.element)) wanted.set(node, [...(wanted.get(node) ?? []), mark]);
    }
    for (const node of this.container.querySelectorAll('[data-yc-level]')) if (!wanted.has(node)) clear(node);
    for (const [node, marks] of wanted) put(node, marks);
    // The library leaves the head of the column of numbers empty.
    for (const head of this.container.querySelectorAll('th.index-column:empty')) head.append('规则');
  }

  /** Where an element is seen in the open view: a cell with the number of its row, a row's number, a column's head. */
  nodesOf({ kind, id, rule }) {
    const all = (selector) => [...this.container.querySelectorAll(selector)];
    if (kind === 'cell') return all(`td[data-element-id="${CSS.escape(id)}"], ${ROWS}[data-row-id="${CSS.escape(rule.id)}"]`);
    if (kind === 'rule') return all(`${ROWS}[data-row-id="${CSS.escape(id)}"]`);
    return kind === 'input' || kind === 'output' ? all(`th[data-col-id="${CSS.escape(id)}"]`) : [];
  }

  marksAt(node) {
    return node ? this.marks.filter(({ element }) => this.nodesOf(element).includes(node)).slice(0, 1) : [];
  }
}

const KINDS = {
  'dmn:DecisionRule': 'rule', 'dmn:InputClause': 'input', 'dmn:OutputClause': 'output', 'dmn:DecisionTable': 'table',
  'dmn:Decision': 'decision', 'dmn:InputData': 'data',
}; // prettier-ignore
const WORST = ['error', 'warning', 'comment'];

function put(node, marks) {
  const level = WORST.find((each) => marks.some((mark) => mark.level === each));
  const said = {
    'data-yc-level': level,
    'data-yc-sign': [...new Set(marks.map((each) => each.sign))].join(' '),
    title: marks.map((each) => each.label).join('\n'),
  };
  for (const [name, value] of Object.entries(said)) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function clear(node) {
  for (const name of ['data-yc-level', 'data-yc-sign', 'title']) node.removeAttribute(name);
}

function numberOf(rule, table) {
  return (table?.rule ?? []).indexOf(rule) + 1;
}

function firstCell(rule) {
  return rule.inputEntry?.[0] ?? rule.outputEntry?.[0];
}

function columnOf(cell, rule, table) {
  const at = (rule.inputEntry ?? []).indexOf(cell);
  return at >= 0 ? table.input?.[at] : table.output?.[(rule.outputEntry ?? []).indexOf(cell)];
}

function columnName(column, table) {
  const isInput = column?.$type === 'dmn:InputClause';
  const at = ((isInput ? table?.input : table?.output) ?? []).indexOf(column) + 1;
  const name = column?.label || column?.name || column?.inputExpression?.text;
  return `${isInput ? '输入' : '输出'}${name ? `“${name}”` : ` ${at}`}`;
}
