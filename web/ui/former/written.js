// The file of a form, as text: what form-js only adds for itself is not written into it.

// The version of form-js's format that the server reads (forms/refusal.py); form-js says its own newest in every file.
const VERSION = 18;

export class Written {
  constructor() {
    this.layouts = new Map();
    this.added = new Map();
  }

  /** Remember what ``file`` has of its own, and what form-js added to it as it took it in as ``schema``. */
  opened(file, schema) {
    const own = new Map([...parts(file)].map((one) => [one.id, one]));
    this.layouts = new Map([...own].filter(([, one]) => one.layout).map(([id, one]) => [id, one.layout]));
    this.added = new Map();
    for (const one of parts(schema)) {
      const before = own.get(one.id);
      if (!before) continue;
      const more = Object.entries(one).filter(([name]) => !(name in before));
      this.added.set(one.id, more.map(([name, value]) => [name, JSON.stringify(value)]));
    }
  }

  /** The text of a form.  The clerk's form has one field to a row, so that rows and columns are nobody's. */
  text(schema) {
    const written = { ...structuredClone(schema), schemaVersion: VERSION };
    for (const one of parts(written)) {
      for (const [name, value] of this.added.get(one.id) ?? []) if (JSON.stringify(one[name]) === value) delete one[name];
      const own = this.layouts.get(one.id);
      if (own) one.layout = own;
      else delete one.layout;
      if (one.properties && !Object.keys(one.properties).length) delete one.properties;
    }
    return `${JSON.stringify(written, null, 2)}\n`;
  }
}

/**
 * A form as form-js should open it: each field in a row of its own that keeps its name.  Rows without a name get a new one
 * with every change, are drawn from the beginning, and take the keyboard away from where somebody is typing.
 */
export function placed(file) {
  const form = structuredClone(file);
  for (const one of parts(form)) one.layout = { row: `Row_${one.id}`, ...one.layout };
  return form;
}

/** Every component of a form, those in groups and lists too. */
function* parts({ components = [] }) {
  for (const one of components) {
    yield one;
    yield* parts(one);
  }
}
