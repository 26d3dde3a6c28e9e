// The kinds of entry that our groups are made of.  Each is told how to read its value and the one edit that writes it.
//
// The components stand at module level and get everything as properties: a component made anew with each drawing of
// the panel would lose the caret at every letter.
import {
  CheckboxEntry,
  ListGroup,
  SelectEntry,
  TextAreaEntry,
  TextFieldEntry,
  Group,
  isCheckboxEntryEdited,
  isSelectEntryEdited,
  isTextAreaEntryEdited,
  isTextFieldEntryEdited,
} from '@bpmn-io/properties-panel';
import { jsx } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import { useService } from 'bpmn-js-properties-panel';

import { translate } from '../translate.js';

function shownBy(component) {
  return function Shown(properties) {
    const debounce = useService('debounceInput');
    const { read, write } = properties;
    return component({ ...properties, debounce, translate, getValue: () => read(), setValue: (value) => write(value) });
  };
}

const Text = shownBy(TextFieldEntry);
const Lines = shownBy(TextAreaEntry);
const Choice = shownBy(SelectEntry);
const Check = shownBy(CheckboxEntry);

function Told({ id, lines }) {
  const children = lines.map((line, place) => jsx('p', { children: line }, place));
  return jsx('div', { class: 'bio-properties-panel-entry yc-told', 'data-entry-id': id, children });
}

/** A line of text; ``description`` stands under it. */
export function text(id, label, read, write, more = {}) {
  return { id, label, read, write, component: Text, isEdited: isTextFieldEntryEdited, ...more };
}

/** An expression over the facts, in a fixed-width face. */
export function expression(id, label, read, write, more = {}) {
  const shape = { monospace: true, autoResize: true, rows: 1 };
  return { id, label, read, write, component: Lines, isEdited: isTextAreaEntryEdited, ...shape, ...more };
}

/** A choice; ``options`` are pairs of value and label. */
export function choice(id, label, options, read, write, more = {}) {
  const getOptions = () => options;
  return { id, label, read, write, getOptions, component: Choice, isEdited: isSelectEntryEdited, ...more };
}

/** A yes or no. */
export function check(id, label, read, write, more = {}) {
  return { id, label, read, write, component: Check, isEdited: isCheckboxEntryEdited, ...more };
}

/** Sentences that only tell something; nothing at all when there are none. */
export function told(id, ...lines) {
  const said = lines.flat().filter(Boolean);
  return said.length ? [{ id, lines: said, component: Told }] : [];
}

/** A group of entries; null when there are none. */
export function group(id, label, entries, more = {}) {
  return entries.length ? { id, label, entries, translate, component: Group, ...more } : null;
}

/** A group whose items come and go. */
export function list(id, label, items, add, more = {}) {
  return { id, label, items: items.map((item) => ({ ...item, translate })), add, translate, component: ListGroup, ...more };
}

/** Wrap an act of a list's button, whose click would otherwise fold the group. */
export function pressed(act) {
  return (event) => {
    event.stopPropagation();
    act();
  };
}
