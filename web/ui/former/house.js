// Our own properties (forms/refusal.py), each as a choice or a field with a name, in a group of their own.
import { h } from 'preact';

const WIDTHS = { narrow: '窄', medium: '中' };
const CHECKS = {
  'cn-id': '身份证号码',
  uscc: '统一社会信用代码',
  phone: '电话号码',
  'id-by-kind': '按证件类型核对号码',
  'kind-by-applicant': '证件类型与申请对象相符',
};

// Which property, its name, and its values: choices, or the keys of other fields, or any text.
const LIST = [
  ['rows', '行的来源', { choices: { fixed: '由本件给出，不能增删' } }],
  ['row_key', '区分各行的项（只读）', { inner: true }],
  ['row_legend', '作为行标题的项', { inner: true }],
  ['unique', '各行不能重复的项', { inner: true }],
  ['at_least', '至少几行填写', {}],
  ['at_least_key', '计数的项', { inner: true }],
  ['min_rows', '最少行数', {}],
  ['first_rows', '起初行数', {}],
  ['max_rows', '最多行数', {}],
];
const FIELD = [
  ['check', '核对', { choices: CHECKS, kinds: ['textfield', 'select', 'radio'] }],
  ['kind_key', '证件类型所在的项', { keys: true, kinds: ['textfield', 'select', 'radio'] }],
  ['control', '控件', { choices: { signature: '手写签名或者纸质签名' }, kinds: ['textfield'] }],
  ['paper_label', '纸质签名的名称', { when: (props) => props.control === 'signature' }],
  ['scan', '纸质签名的扫描件', { choices: { required: '必须上传' }, when: (props) => props.control === 'signature' }],
  ['default', '初值', { choices: { now: '现在', today: '今天' }, kinds: ['datetime'] }],
  ['not_before', '不早于', { keys: true, moments: true, kinds: ['datetime'] }],
  ['not_after', '不晚于', { keys: true, moments: true, kinds: ['datetime'] }],
  ['must_equal', '必须等于', { keys: true }],
  ['must_all', '必须全部勾选', { choices: { true: '是' }, kinds: ['checklist'] }],
  ['options', '选项的来源', { choices: { context: '由本件给出' }, kinds: ['select', 'radio', 'checklist'] }],
  ['normalise', '全角转半角', { choices: { nfkc: '是' }, kinds: ['textfield', 'textarea'] }],
  ['width', '宽度', { choices: WIDTHS }],
  ['message', '不符时的提示', {}],
];
const STATIC = ['text', 'separator', 'spacer', 'button', 'group', 'default'];

// What the server leaves out, or says once for all fields, is not offered.
const GROUPS = ['layout', 'appearance', 'serialization', 'constraints', 'securityAttributes'];
const ENTRIES = ['versionTag', 'disabled', 'validationType', 'defaultRepetitions', 'allowAddRemove', 'decimalDigits', 'number-decimal-digits', 'number-arrow-step', 'searchable', 'use24h'];

class House {
  constructor(propertiesPanel, modeling, formFieldRegistry, injector) {
    Object.assign(this, { modeling, fields: formFieldRegistry, injector });
    propertiesPanel.registerProvider(this, 500);
  }

  getGroups(field) {
    return (groups) => {
      if (!field) return groups;
      const kept = groups.filter((each) => !GROUPS.includes(each.id));
      for (const each of kept) each.entries = each.entries?.filter((entry) => !ENTRIES.includes(entry.id));
      for (const each of kept) if (each.id === 'general') each.shouldOpen = true;
      const entries = this.entries(field);
      return entries.length ? [...kept, { id: 'yc-house', label: '本系统的设置', entries }] : kept;
    };
  }

  entries(field) {
    if (STATIC.includes(field.type)) return [];
    const props = field.properties ?? {};
    const offered = (field.type === 'dynamiclist' ? LIST : FIELD).filter(
      ([name, , { kinds, when }]) => name in props || ((!kinds || kinds.includes(field.type)) && (!when || when(props))),
    );
    return offered.map(([name, label, of]) => ({
      id: `yc-${name}`,
      component: Entry,
      label,
      value: props[name] ?? '',
      choices: this.choices(field, of, props[name]),
      put: (value) => this.put(field, name, value),
      isEdited: (node) => Boolean(node?.value),
    }));
  }

  /** The values to choose from; null for a text. */
  choices(field, { choices, inner, keys, moments }, current) {
    if (!choices && !inner && !keys) return null;
    const found = { ...choices };
    if (moments) Object.assign(found, { now: '现在', today: '今天' });
    const among = inner ? inside(field) : keys ? this.fields.getAll().filter((each) => each.key && each.id !== field.id) : [];
    for (const { key, label, dateLabel } of among) found[key] = `${label || dateLabel || key}（${key}）`;
    if (current && !(current in found)) found[current] = `${current}（表单里没有）`;
    return found;
  }

  put(field, name, value) {
    const { [name]: _, ...others } = field.properties ?? {};
    const next = value ? { ...field.properties, [name]: value } : others;
    this.modeling.editFormField(field, 'properties', Object.keys(next).length ? next : undefined);
  }
}
House.$inject = ['propertiesPanel', 'modeling', 'formFieldRegistry', 'injector'];

/** The fields in a list, those in its groups too. */
function inside({ components = [] }) {
  return components.flatMap((each) => (each.type === 'group' ? inside(each) : each.key ? [each] : []));
}

function Entry({ id, label, value, choices, put }) {
  const input = `bio-properties-panel-${id}`;
  const changed = (event) => put(event.target.value.trim());
  const options = choices && [['', '（无）'], ...Object.entries(choices)];
  return h(
    'div',
    { class: 'bio-properties-panel-entry', 'data-entry-id': id },
    h('div', { class: choices ? 'bio-properties-panel-select' : 'bio-properties-panel-textfield' }, [
      h('label', { class: 'bio-properties-panel-label', for: input }, label),
      choices
        ? h('select', { id: input, name: id, class: 'bio-properties-panel-input', value, onChange: changed },
            options.map(([key, text]) => h('option', { value: key, selected: key === value }, text)))
        : h('input', { id: input, name: id, type: 'text', class: 'bio-properties-panel-input', value, autocomplete: 'off', onChange: changed }),
    ]),
  );
}

export default { __init__: ['ycHouse'], ycHouse: ['type', House] };
