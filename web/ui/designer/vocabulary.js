// What an element may name, as the server tells it; a list that is missing is empty, a name without title is its own.
const LISTS = ['roles', 'forms', 'acts', 'clocks', 'services', 'messages', 'processes', 'departments', 'decisions'];

export class Vocabulary {
  constructor(told = {}) {
    for (const list of LISTS) {
      this[list] = (told[list] ?? []).map((each) => ({ ...each, label: each.label || each.value }));
    }
    this.clocks = this.clocks.filter((each) => each.boundary !== false);
    this.clauses = (told.clauses ?? []).map(({ number, title }) => ({ value: number, label: title || '' }));
  }

  /** The entry of a list with this value, or undefined. */
  find(list, value) {
    return this[list].find((each) => each.value === value);
  }

  /** The choices of a list for a select: nothing first, and a value that is in no list stays a choice. */
  choices(list, current, none = '（未选择）') {
    const known = this[list].map((each) => ({ value: each.value, label: titled(each) }));
    const strange = current && !this.find(list, current) ? [{ value: current, label: `${current}（清单里没有）` }] : [];
    return [{ value: '', label: none }, ...strange, ...known];
  }
}

function titled({ value, label }) {
  if (!label || label === value) return value;
  return /^[\d.]+$/.test(value) ? `${value} ${label}` : `${label}（${value}）`;
}
