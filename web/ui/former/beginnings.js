// What a new field begins with is said in Chinese; the library's own beginnings are English.
import { KINDS } from './kinds.js';

function Beginnings(eventBus) {
  eventBus.on('commandStack.formField.add.preExecute', ({ context }) => begin(context.formField));
}
Beginnings.$inject = ['eventBus'];

function begin(field) {
  const name = KINDS[field.type];
  if (!name) return;
  if (typeof field.label === 'string' && field.label) field.label = name;
  if (field.type === 'datetime') Object.assign(field, { dateLabel: '日期' });
  if (field.type === 'text') field.text = '说明文字';
  if (field.values) field.values = [{ label: '选项一', value: 'one' }, { label: '选项二', value: 'two' }];
  for (const inner of field.components ?? []) begin(inner);
}

export default { __init__: ['ycBeginnings'], ycBeginnings: ['type', Beginnings] };
