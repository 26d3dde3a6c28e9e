// Who does a task and with which form, what a service is given, which decision is asked.
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { Edit, extensionOf, extensionsOf, modelOf } from '../extensions.js';
import { check, choice, expression, group, list, pressed, text, told } from './fields.js';

/** 办理: form, act and role of a user task. */
export function taskGroup(element, { injector, vocabulary }) {
  if (!is(element, 'bpmn:UserTask')) return null;
  const model = modelOf(element);
  const read = (name) => () => extensionOf(model, 'yc:Task')?.get(name) ?? '';
  const write = (name) => (value) => edit({ [name]: value });
  const edit = (properties) => new Edit(injector, element).attributes(model, 'yc:Task', properties).run();
  const pick = (name, label, from, more) =>
    choice(`yc-task-${name}`, label, vocabulary.choices(from, read(name)()), read(name), write(name), more);
  const facts = vocabulary.find('acts', read('act')())?.facts ?? [];
  return group('yc-task', '办理', [
    pick('form', '表单', 'forms'),
    pick('role', '岗位', 'roles', { description: '综合窗口的岗位在中心，其余在事项的主管部门。' }),
    pick('act', '提交后系统做什么', 'acts'),
    ...told('yc-task-facts', facts.length && `给出：${facts.join('、')}`),
    check(
      'yc-task-place',
      '由多实例当前一项所指的部门办理',
      () => read('place')() === 'item',
      (on) => edit({ place: on ? 'item' : '' }),
    ),
  ], { shouldOpen: true }); // prettier-ignore
}

/** 服务: which service a service task calls, and an expression for each of its parameters. */
export function serviceGroup(element, { injector, vocabulary }) {
  if (!is(element, 'bpmn:ServiceTask')) return null;
  const model = modelOf(element);
  const service = extensionOf(model, 'yc:Service');
  const name = service?.get('name') ?? '';
  const known = vocabulary.find('services', name);
  const given = service?.get('parameters') ?? [];
  const names = [...new Set([...(known?.parameters ?? []), ...(known?.optional ?? []), ...given.map((each) => each.name)])];
  const call = (called) => new Edit(injector, element).attributes(model, 'yc:Service', { name: called }).run();
  return group('yc-service', '服务', [
    choice('yc-service-name', '调用的服务', vocabulary.choices('services', name), () => name, call),
    ...names.map((each) => parameterEntry(element, { injector, service, name: each, known })),
    ...told('yc-service-facts', known?.facts?.length && `给出：${known.facts.join('、')}`),
  ], { shouldOpen: true }); // prettier-ignore
}

function parameterEntry(element, { injector, service, name, known }) {
  const found = (service?.get('parameters') ?? []).find((each) => each.name === name);
  const needed = known?.parameters?.includes(name);
  const strange = known && !needed && !known.optional?.includes(name);
  const label = `参数 ${name}${needed ? '（必填）' : strange ? '（这个服务不用，清空即删除）' : '（可选）'}`;
  const write = (value) => {
    const edit = new Edit(injector, element);
    const rest = service.get('parameters') ?? [];
    if (found && value) edit.set(found, { value });
    else if (found) edit.set(service, { parameters: rest.filter((each) => each !== found) });
    else if (value) edit.set(service, { parameters: [...rest, edit.create('yc:Parameter', { name, value }, service)] });
    edit.run();
  };
  const hint = { description: "事实的名字，或带引号的文字，如 'closed'" };
  return expression(`yc-parameter-${name}`, label, () => found?.value ?? '', write, hint);
}

/** 决策: which decision a business rule task asks. */
export function decisionGroup(element, { injector, vocabulary }) {
  if (!is(element, 'bpmn:BusinessRuleTask')) return null;
  const model = modelOf(element);
  const ref = extensionOf(model, 'yc:Decision')?.get('ref') ?? '';
  const write = (value) => new Edit(injector, element).attributes(model, 'yc:Decision', { ref: value }).run();
  const entry = vocabulary.decisions.length
    ? choice('yc-decision-ref', '问哪个决策', vocabulary.choices('decisions', ref), () => ref, write)
    : text('yc-decision-ref', '问哪个决策（编号）', () => ref, write);
  const facts = vocabulary.find('decisions', ref)?.facts ?? [];
  const says = told('yc-decision-facts', facts.length && `给出：${facts.join('、')}`);
  return group('yc-decision', '决策', [entry, ...says], { shouldOpen: true });
}

/** 环节时限: the stage a user task belongs to; tasks of one stage say the same about it, so they change together. */
export function stageGroup(element, { injector }) {
  if (!is(element, 'bpmn:UserTask')) return null;
  const model = modelOf(element);
  const stage = extensionOf(model, 'yc:Stage');
  const key = stage?.get('key') ?? '';
  const own = (properties) => new Edit(injector, element).attributes(model, 'yc:Stage', properties).run();
  const belong = (wanted) => {
    const other = stagesIn(injector).find((each) => each !== stage && each.get('key') === wanted);
    const said = other ? { title: other.get('title'), days: other.get('days'), restart: other.get('restart') } : {};
    own(wanted ? { key: wanted, ...said } : { key: '', title: '', days: '', restart: '' });
  };
  const together = (name) => (value) => {
    const edit = new Edit(injector, element);
    const same = key ? stagesIn(injector).filter((each) => each.get('key') === key) : [];
    if (!same.length) return own({ [name]: value });
    for (const each of same) edit.set(each, { [name]: value || undefined });
    return edit.run();
  };
  const read = (name) => () => stage?.get(name) ?? '';
  return group('yc-stage', '环节时限', [
    text('yc-stage-key', '编号（小写字母开头）', () => key, belong),
    text('yc-stage-title', '名称', read('title'), together('title')),
    text('yc-stage-days', '工作日数', read('days'), together('days'), {
      description: '可以有半日，如 0.5；不写的按事项的环节时限。同一编号的任务一起改。',
    }),
    check('yc-stage-restart', '再次进入时重新计', () => read('restart')() === 'true', (on) => together('restart')(on ? 'true' : '')),
  ]); // prettier-ignore
}

function stagesIn(injector) {
  const registry = injector.get('elementRegistry');
  const tasks = registry.filter((each) => is(each, 'bpmn:UserTask') && !each.labelTarget);
  return tasks.map((each) => extensionOf(modelOf(each), 'yc:Stage')).filter(Boolean);
}

/** 依据条款: the clauses of the standard that an element carries out. */
export function clauseGroup(element, { injector, vocabulary }) {
  if (!is(element, 'bpmn:FlowNode')) return null;
  const model = modelOf(element);
  const clauses = extensionsOf(model, 'yc:Clause');
  const keep = (wanted) => (edit) => edit.replace(model, 'yc:Clause', wanted).run();
  const items = clauses.map((clause, place) => {
    const ref = clause.get('ref') ?? '';
    const title = vocabulary.find('clauses', ref)?.label ?? '';
    const write = (value) => new Edit(injector, element).set(clause, { ref: value }).run();
    return {
      id: `yc-clause-${place}`,
      label: ref ? `${ref} ${title}`.trim() : '（未选择）',
      entries: [choice(`yc-clause-${place}-ref`, '条款', vocabulary.choices('clauses', ref), () => ref, write)],
      remove: pressed(() => keep(clauses.filter((each) => each !== clause))(new Edit(injector, element))),
    };
  });
  const add = () => {
    const edit = new Edit(injector, element);
    keep([...clauses, edit.create('yc:Clause', { ref: '' })])(edit);
  };
  return list('yc-clauses', '依据条款', items, pressed(add));
}
