// Where a token goes and how often: conditions, calls, multi-instances, and what a process takes and gives.
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { Edit, extensionOf, modelOf } from '../extensions.js';
import { freeId, setList, variableOf } from '../loops.js';
import { check, choice, expression, group, list, pressed, text, told } from './fields.js';

/** 条件: when a flow out of a gateway is taken. */
export function conditionGroup(element, { injector }) {
  if (!is(element, 'bpmn:SequenceFlow')) return null;
  const model = modelOf(element);
  const source = model.sourceRef;
  if (!is(source, 'bpmn:ExclusiveGateway') && !is(source, 'bpmn:InclusiveGateway') && !model.conditionExpression) return null;
  const write = (body) => {
    const edit = new Edit(injector, element);
    const made = body ? edit.create('bpmn:FormalExpression', { body }, model) : undefined;
    if (body && source.default === model) edit.set(source, { default: undefined });
    edit.set(model, { conditionExpression: made }).run();
  };
  const usual = (on) => {
    const edit = new Edit(injector, element).set(source, { default: on ? model : undefined });
    if (on && model.conditionExpression) edit.set(model, { conditionExpression: undefined });
    edit.run();
  };
  const isDefault = source.default === model;
  const body = () => model.conditionExpression?.get('body') ?? '';
  const hint = { description: "只能比较事实，可以用 and、or、not，如 case_type == 'instant'" };
  return group('yc-condition', '条件', [
    check('yc-condition-default', '默认：其他条件都不成立时走这里', () => isDefault, usual),
    ...(isDefault ? [] : [expression('yc-condition-body', '走这里的条件', body, write, hint)]),
  ], { shouldOpen: true }); // prettier-ignore
}

/** 被调用的流程: which one, and what it takes and gives. */
export function callGroup(element, { injector, vocabulary }) {
  if (!is(element, 'bpmn:CallActivity')) return null;
  const model = modelOf(element);
  const called = model.get('calledElement') ?? '';
  const write = (value) => new Edit(injector, element).set(model, { calledElement: value || undefined }).run();
  const known = vocabulary.find('processes', called);
  const names = (list) => (list?.length ? list.join('、') : '无');
  const entry = vocabulary.processes.length
    ? choice('yc-call-process', '调用的流程', vocabulary.choices('processes', called), () => called, write)
    : text('yc-call-process', '调用的流程（编号）', () => called, write);
  const io = known ? [`收：${names(known.inputs)}`, `还：${names(known.outputs)}`] : [];
  return group('yc-call', '被调用的流程', [entry, ...told('yc-call-data', io)], { shouldOpen: true });
}

/** 多实例: for each item of a list, at once or one after the other. */
export function loopGroup(element, { injector }) {
  if (!is(element, 'bpmn:UserTask') && !is(element, 'bpmn:CallActivity')) return null;
  const model = modelOf(element);
  const found = model.loopCharacteristics;
  const loop = is(found, 'bpmn:MultiInstanceLoopCharacteristics') ? found : null;
  const way = loop ? (loop.isSequential ? 'one' : 'all') : '';
  const options = [
    { value: '', label: '不重复' },
    { value: 'all', label: '每一项各办一份，同时进行' },
    { value: 'one', label: '每一项各办一份，依次进行' },
  ];
  const choose = (value) => {
    const edit = new Edit(injector, element);
    if (loop && value) edit.set(loop, { isSequential: value === 'one' });
    else if (value) edit.set(model, { loopCharacteristics: newLoop(edit, model, value) });
    else {
      if (loop) setList(edit, model, loop, '');
      edit.set(model, { loopCharacteristics: undefined });
    }
    edit.run();
  };
  return group('yc-loop', '多实例', [
    choice('yc-loop-way', '办几份', options, () => way, choose),
    ...(loop ? loopEntries(element, { injector, model, loop }) : []),
  ]); // prettier-ignore
}

function newLoop(edit, model, way) {
  return edit.create('bpmn:MultiInstanceLoopCharacteristics', { isSequential: way === 'one' }, model);
}

function loopEntries(element, { injector, model, loop }) {
  const over = (name) => {
    const edit = new Edit(injector, element);
    setList(edit, model, loop, (name ?? '').trim());
    edit.run();
  };
  const item = loop.get('inputDataItem');
  const call = (name) => {
    const edit = new Edit(injector, element);
    if (item && name) edit.set(item, { name });
    else edit.set(loop, { inputDataItem: name ? edit.create('bpmn:DataInput', { id: freeId(edit, name), name }, loop) : undefined });
    edit.run();
  };
  const fixed = loop.get('loopCardinality')?.get('body');
  const list = () => variableOf(loop.get('loopDataInputRef'));
  return [
    text('yc-loop-list', '列表变量', list, over, { description: '同名变量会登记在流程上（bpmn:property），保存后不会丢失。' }),
    text('yc-loop-item', '每一项叫什么', () => variableOf(item), call, { description: '英文名字，不与列表变量相同，如 branch' }),
    ...told('yc-loop-fixed', fixed && `写有固定次数 ${fixed}；列表与次数二者选一。`),
  ];
}

/** 流程: its title, whether it runs beside a case. */
export function processGroup(element, { injector }) {
  const model = modelOf(element);
  if (!is(model, 'bpmn:Process')) return null;
  const own = extensionOf(model, 'yc:Process');
  const write = (properties) => new Edit(injector, element).attributes(model, 'yc:Process', properties).run();
  return group('yc-process', '流程', [
    text('yc-process-title', '页面上的名称', () => own?.get('title') ?? '', (value) => write({ title: value })),
    check('yc-process-beside', '在办件旁边启动（延期、核查、复核等）', () => own?.get('beside') === 'true', (on) => write({ beside: on ? 'true' : '' })),
  ], { shouldOpen: true }); // prettier-ignore
}

/** 收什么 and 还什么: the inputs and outputs that a called process declares. */
export function dataGroups(element, { injector }) {
  const model = modelOf(element);
  if (!is(model, 'bpmn:Process')) return [];
  return [
    dataGroup(element, { injector, model, kind: 'Input', label: '被调用时收什么' }),
    dataGroup(element, { injector, model, kind: 'Output', label: '被调用后还什么' }),
  ];
}

function dataGroup(element, { injector, model, kind, label }) {
  const io = model.get('ioSpecification');
  const declared = io?.get(`data${kind}s`) ?? [];
  const keep = (edit, wanted) => {
    const box = io ?? edit.create('bpmn:InputOutputSpecification', emptySets(edit), model);
    for (const each of wanted) each.$parent = box;
    const set = box.get(`${kind.toLowerCase()}Sets`)[0] ?? edit.create(`bpmn:${kind}Set`, {}, box);
    if (!io) edit.set(model, { ioSpecification: box });
    edit.set(set, { [`data${kind}Refs`]: wanted });
    edit.set(box, { [`data${kind}s`]: wanted, [`${kind.toLowerCase()}Sets`]: [set] }).run();
  };
  const items = declared.map((each, place) => ({
    id: `yc-${kind}-${place}`,
    label: variableOf(each) || '（没有名字）',
    entries: [
      text(`yc-${kind}-${place}-name`, '名字', () => variableOf(each), (name) => new Edit(injector, element).set(each, { name }).run()),
    ],
    remove: pressed(() => keep(new Edit(injector, element), declared.filter((one) => one !== each))),
  })); // prettier-ignore
  const add = () => {
    const edit = new Edit(injector, element);
    const taken = declared.map(variableOf);
    let name = 'fact';
    for (let number = 2; taken.includes(name); number += 1) name = `fact_${number}`;
    keep(edit, [...declared, edit.create(`bpmn:Data${kind}`, { id: freeId(edit, name), name })]);
  };
  return list(`yc-data-${kind}`, label, items, pressed(add));
}

function emptySets(edit) {
  return { inputSets: [edit.create('bpmn:InputSet', {})], outputSets: [edit.create('bpmn:OutputSet', {})] };
}
