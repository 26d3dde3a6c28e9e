// What a new field begins with: words in Chinese, for the library's own are English, and a row of its own (written.js).
import { KINDS } from './kinds.js';

function Beginnings(eventBus, formLayouter) {
  eventBus.on('commandStack.formField.add.preExecute', ({ context }) => begin(context.formField, formLayouter));
}
Beginnings.$inject = ['eventBus', 'formLayouter'];

function begin(field, layouter) {
  field.layout = { row: layouter.nextRowId(), ...field.layout };
  const name = KINDS[field.type];
  if (!name) return;
  if (typeof field.label === 'string' && field.label) field.label = name;
  if (field.type === 'datetime') Object.assign(field, { dateLabel: '日期' });
  if (field.type === 'text') field.text = '说明文字';
  if (field.values) field.values = [{ label: '选项一', value: 'one' }, { label: '选项二', value: 'two' }];
  for (const inner of field.components ?? []) begin(inner, layouter);
}

export default { __init__: ['ycBeginnings'], ycBeginnings: ['type', Beginnings] };
