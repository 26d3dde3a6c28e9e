// Finding things in the drawing: the shape that an id of the file stands for, what people call it, and going there.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

import { make } from './dom.js';
import { translate } from './translate.js';

export class Drawing {
  constructor(modeler) {
    this.modeler = modeler;
  }

  /** The shape or line of an id; a process is found by its pool, what is not drawn by nothing. */
  find(id) {
    const registry = this.modeler.get('elementRegistry');
    if (!id) return null;
    return registry.get(id) ?? registry.find((each) => getBusinessObject(each)?.processRef?.id === id) ?? null;
  }

  /** What people call an element: its name, else its kind. */
  name(element) {
    const model = getBusinessObject(element);
    return (model?.name || model?.text || '').replace(/\s+/g, ' ') || this.kind(element);
  }

  kind(element) {
    return KINDS.find(([type]) => is(element, type))?.[1] ?? translate(element.type.replace('bpmn:', ''));
  }

  /** Every element that a person may want to go to, in reading order. */
  all() {
    const registry = this.modeler.get('elementRegistry');
    const wanted = registry.filter(
      (each) => each.parent && !each.labelTarget && KINDS.some(([type]) => is(each, type)) && each.type !== 'bpmn:SequenceFlow',
    );
    return wanted.sort((one, other) => one.y + one.x / 1e4 - other.y - other.x / 1e4);
  }

  /** Select an element and show it. */
  go(element) {
    if (!element) return;
    this.modeler.get('selection', false)?.select(element);
    const canvas = this.modeler.get('canvas');
    canvas.scrollToElement(element, { top: 80, bottom: 120, left: 140, right: 130 });
  }

  /** Put a mark on an element: a sign whose label says what it is about. */
  mark(element, { type, level, sign, label, onclick }) {
    const html = make('button', { type: 'button', class: `yc-mark yc-mark--${level}`, title: label, 'aria-label': label, onclick }, sign);
    const position = type === 'yc-comment' ? { top: -11, right: 17 } : placeOf(element);
    this.modeler.get('overlays').add(element, type, { position, html });
  }

  /** Take all marks of a type away. */
  unmark(type) {
    this.modeler.get('overlays').remove({ type });
  }

  /** Put the keyboard's focus on the drawing, so that its keys act on what is selected. */
  focus() {
    this.modeler.get('canvas').focus();
  }
}

const KINDS = [
  ['bpmn:Participant', '泳池'], ['bpmn:Lane', '泳道'], ['bpmn:StartEvent', '开始事件'], ['bpmn:EndEvent', '结束事件'],
  ['bpmn:BoundaryEvent', '边界事件'], ['bpmn:IntermediateCatchEvent', '中间捕获事件'],
  ['bpmn:IntermediateThrowEvent', '中间抛出事件'], ['bpmn:UserTask', '用户任务'], ['bpmn:ServiceTask', '服务任务'],
  ['bpmn:BusinessRuleTask', '业务规则任务'], ['bpmn:ReceiveTask', '接收任务'], ['bpmn:CallActivity', '调用活动'],
  ['bpmn:SubProcess', '子流程'], ['bpmn:Task', '任务'], ['bpmn:ExclusiveGateway', '排他网关'],
  ['bpmn:ParallelGateway', '并行网关'], ['bpmn:InclusiveGateway', '包容网关'], ['bpmn:EventBasedGateway', '事件网关'],
  ['bpmn:Gateway', '网关'], ['bpmn:SequenceFlow', '连线'], ['bpmn:MessageFlow', '消息流'],
  ['bpmn:TextAnnotation', '文字注释'], ['bpmn:DataObjectReference', '数据对象'], ['bpmn:DataStoreReference', '数据存储'],
  ['bpmn:Group', '分组'], ['bpmn:Process', '流程'], ['bpmn:Collaboration', '协作图'],
]; // prettier-ignore

/** Where a mark stands: on the upper left of a shape, at the middle of a line. */
function placeOf(element) {
  if (!element.waypoints) return { top: -11, left: -11 };
  const middle = element.waypoints[Math.floor((element.waypoints.length - 1) / 2)];
  const next = element.waypoints[Math.floor((element.waypoints.length - 1) / 2) + 1];
  const box = [Math.min(...element.waypoints.map((p) => p.x)), Math.min(...element.waypoints.map((p) => p.y))];
  return { left: (middle.x + next.x) / 2 - box[0] - 11, top: (middle.y + next.y) / 2 - box[1] - 11 };
}
