// Who may only look sees what an element says as a list of words and values.
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';

import { make } from './dom.js';
import { modelOf } from './extensions.js';
import { variableOf } from './loops.js';

const WORDS = {
  form: '表单', act: '提交后系统做什么', role: '岗位', place: '由谁的部门办', name: '名称', key: '编号或业务键', title: '名称',
  days: '工作日数', restart: '再次进入时重新计', ref: '依据条款', quota: '期限', unit: '单位', beside: '在办件旁边启动',
}; // prettier-ignore

const KINDS = {
  'yc:Service': '服务', 'yc:Clock': '时钟', 'yc:Message': '消息', 'yc:Decision': '决策', 'yc:Stage': '环节时限',
}; // prettier-ignore

export class Reading {
  constructor({ modeler, drawing, panel }) {
    Object.assign(this, { drawing, panel });
    modeler.on('selection.changed', ({ newSelection }) => this.show(newSelection[0]));
    this.show(null);
  }

  show(element) {
    const rows = element ? this.rows(element) : [['', '选中一个元素，看它写了什么。']];
    this.panel.replaceChildren(
      make('dl', { class: 'yc-reading' }, ...rows.flatMap(([word, value]) => [make('dt', {}, word), make('dd', {}, value)])),
    );
  }

  rows(element) {
    const model = modelOf(element);
    const own = (model?.extensionElements?.values ?? []).filter((each) => each.$type.startsWith('yc:'));
    const loop = model.loopCharacteristics;
    const found = [
      ['元素', this.drawing.kind(element)],
      ['名称', getBusinessObject(element).name],
      ['标识', model.id],
      ...own.flatMap(told),
      ['调用的流程', model.get('calledElement')],
      ['条件', model.conditionExpression?.get('body')],
      ['多实例', loop && `每一项 ${variableOf(loop.get('inputDataItem'))}，列表 ${variableOf(loop.get('loopDataInputRef'))}`],
      ['说明', model.documentation?.[0]?.text],
    ];
    return found.filter(([, value]) => value);
  }
}

function told(extension) {
  const named = extension.$descriptor.properties.filter((each) => each.isAttr);
  const attributes = named.map((each) => {
    const kind = each.name === 'name' || each.name === 'title' || each.name === 'ref' ? KINDS[extension.$type] : undefined;
    return [kind ?? WORDS[each.name], extension.get(each.name)];
  });
  const parameters = (extension.get('parameters') ?? []).map((each) => [`参数 ${each.name}`, each.value]);
  return [...attributes, ...parameters];
}
