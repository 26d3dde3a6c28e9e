// form-js's editor with our words, our properties, and without what the server would not render.
import { FormEditor } from '@bpmn-io/form-js';

import { addByPress } from './adding.js';
import beginnings from './beginnings.js';
import house from './house.js';
import rows from './rows.js';
import { speakChinese } from './speaking.js';

/** Make an editor in ``container``, its properties in ``panel``. */
export function createEditor(container, panel) {
  const editor = new FormEditor({
    container,
    propertiesPanel: { parent: panel },
    additionalModules: [beginnings, house, rows],
  });
  addByPress(editor, container);
  speakChinese();
  return editor;
}
