// What an event waits for: a legal clock, a plain time, or a message.
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { Edit, extensionOf, modelOf } from '../extensions.js';
import { choice, expression, group, text, told } from './fields.js';

const UNITS = [
  { value: '', label: '（按参数表）' },
  { value: 'wd', label: '工作日' },
  { value: 'cd', label: '自然日' },
];
const TIMES = [
  { value: '', label: '（未选择）' },
  { value: 'timeDuration', label: '进入后多久' },
  { value: 'timeDate', label: '到某一时刻' },
  { value: 'timeCycle', label: '每隔多久' },
];
const SAMPLES = {
  timeDuration: '如 P3D（3 天）、PT4H（4 小时）、P1M（1 个月）、P2W（2 周）',
  timeDate: '如 2026-12-01T09:00:00+08:00；不写时区的按北京时间',
  timeCycle: '如 R/PT1H（每小时）、R3/P1D（每天，共 3 次）；只用在不中断的边界事件上',
};

/** The event definition of a type inside an event, or undefined. */
export function definitionOf(model, type) {
  return (model.get('eventDefinitions') ?? []).find((each) => is(each, type));
}

/** 时限: the clock a boundary waits for, else the time of a plain timer. */
export function timeGroup(element, { injector, vocabulary }) {
  const model = modelOf(element);
  const timer = is(element, 'bpmn:Event') && definitionOf(model, 'bpmn:TimerEventDefinition');
  if (!timer) return null;
  const clock = extensionOf(model, 'yc:Clock')?.get('name') ?? '';
  const entries = is(element, 'bpmn:BoundaryEvent') ? clockEntries(element, { injector, vocabulary, model }) : [];
  const plain = clock ? [] : plainEntries(element, { injector, timer });
  return group('yc-time', '时限', [...entries, ...plain], { shouldOpen: true });
}

function clockEntries(element, { injector, vocabulary, model }) {
  const clock = extensionOf(model, 'yc:Clock');
  const name = clock?.get('name') ?? '';
  const known = vocabulary.find('clocks', name);
  const write = (properties) => new Edit(injector, element).attributes(model, 'yc:Clock', properties).run();
  const none = '（不用法定时钟，用普通定时）';
  const chosen = (value) => write(value ? { name: value } : { name: '', quota: '', unit: '' });
  const drawn = known?.cap || clock?.get('quota') || clock?.get('unit');
  const most = known?.cap ? `不能长于 ${known.cap} 个${known.unit === 'cd' ? '自然日' : '工作日'}；不写的按参数表。` : '';
  const own = [
    text('yc-clock-quota', '期限', () => clock?.get('quota') ?? '', (value) => write({ quota: value }), { description: most }),
    choice('yc-clock-unit', '单位', UNITS, () => clock?.get('unit') ?? '', (value) => write({ unit: value })),
  ]; // prettier-ignore
  return [
    choice('yc-clock-name', '时钟', vocabulary.choices('clocks', name, none), () => name, chosen),
    ...(name && drawn ? own : []),
    ...told('yc-clock-told', name && '到期时间以时限台账为准，重新进入这个环节不会重新计时。'),
  ];
}

function plainEntries(element, { injector, timer }) {
  const kind = Object.keys(SAMPLES).find((each) => timer.get(each)) ?? '';
  const say = (wanted, body) => {
    const edit = new Edit(injector, element);
    const made = wanted ? edit.create('bpmn:FormalExpression', { body }, timer) : undefined;
    const times = Object.fromEntries(Object.keys(SAMPLES).map((each) => [each, each === wanted ? made : undefined]));
    edit.set(timer, times).run();
  };
  const body = () => timer.get(kind)?.get('body') ?? '';
  const value = text('yc-timer-value', '时间', body, (said) => say(kind, said ?? ''), { description: SAMPLES[kind] });
  return [
    choice('yc-timer-kind', '普通定时', TIMES, () => kind, (wanted) => say(wanted, '')),
    ...(kind ? [value] : []),
  ]; // prettier-ignore
}

/** 消息: which message an event or a receive task waits for, and its business key. */
export function messageGroup(element, { injector, vocabulary }) {
  const model = modelOf(element);
  const waits = is(element, 'bpmn:BoundaryEvent') || is(element, 'bpmn:IntermediateCatchEvent');
  const message = waits && definitionOf(model, 'bpmn:MessageEventDefinition');
  if (!is(element, 'bpmn:ReceiveTask') && !message) return null;
  const read = (name) => () => extensionOf(model, 'yc:Message')?.get(name) ?? '';
  const write = (properties) => new Edit(injector, element).attributes(model, 'yc:Message', properties).run();
  const known = vocabulary.find('messages', read('name')());
  const keyed = known ? known.keyed : true;
  const key = expression('yc-message-key', '业务键', read('key'), (value) => write({ key: value ?? '' }), {
    description: "由事实算出，如 case_no 或 case_no + '/' + branch；送来的名称和业务键都相同才算数",
  });
  const choices = vocabulary.choices('messages', read('name')());
  return group('yc-message', '消息', [
    choice('yc-message-name', '等待的消息', choices, read('name'), (value) => write({ name: value })),
    ...(keyed || read('key')() ? [key] : told('yc-message-unkeyed', '这个消息送来时不带业务键。')),
    ...told('yc-message-facts', known?.facts?.length && `带来：${known.facts.join('、')}`),
  ], { shouldOpen: true }); // prettier-ignore
}
