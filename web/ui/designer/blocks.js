// 业务环节: blocks of our domain that are drawn with their settings already in them; blocks.json lists them.
import { is } from 'bpmn-js/lib/util/ModelUtil';

import groups from './blocks.json';
import { wantList } from './loops.js';

const BEFORE_STOCK = 500;

const ICONS = {
  'bpmn:UserTask': 'bpmn-icon-user-task',
  'bpmn:ServiceTask': 'bpmn-icon-service-task',
  'bpmn:CallActivity': 'bpmn-icon-call-activity',
  'bpmn:ReceiveTask': 'bpmn-icon-receive-task',
  'bpmn:BoundaryEvent': 'bpmn-icon-intermediate-event-catch-timer',
};

class Blocks {
  constructor(popupMenu, injector) {
    this.injector = injector;
    popupMenu.registerProvider('bpmn-create', BEFORE_STOCK, { getPopupMenuEntries: () => this.entries(null) });
    popupMenu.registerProvider('bpmn-append', BEFORE_STOCK, {
      getPopupMenuEntries: (element) => this.entries(element),
    });
  }

  /** Ours before what the libraries offer. */
  entries(source) {
    const may = !source || this.injector.get('rules').allowed('shape.append', { element: source });
    const ours = Object.fromEntries(
      (may ? groups : []).flatMap((group) =>
        group.blocks
          .filter((block) => fits(block, source))
          .map((block) => [`yc-${source ? 'append' : 'create'}-${block.key}`, this.entry(group, block, source)]),
      ),
    );
    return (stock) => ({ ...ours, ...stock });
  }

  entry(group, block, source) {
    const draw = (event) => this.draw(event, block, source);
    const pull = (event) => this.pull(event, block, source);
    return {
      label: block.name,
      search: `${block.search ?? ''} ${block.key}`,
      className: block.event === 'bpmn:MessageEventDefinition' ? 'bpmn-icon-intermediate-event-catch-message' : ICONS[block.type],
      group: { id: `yc-${group.key}`, name: group.title },
      action: { click: source ? draw : pull, dragstart: pull },
    };
  }

  /** Put the block beside its source, or on its edge. */
  draw(event, block, source) {
    const shape = this.shape(block);
    this.injector.get('popupMenu').close();
    if (block.type !== 'bpmn:BoundaryEvent') return this.injector.get('autoPlace').append(source, shape);
    const edge = { x: source.x + source.width / 2, y: source.y + source.height };
    const [made] = this.injector.get('modeling').createElements(shape, edge, source, { attach: true });
    return this.injector.get('selection').select(made);
  }

  /** Let the pointer carry the block to where it belongs. */
  pull(event, block, source) {
    this.injector.get('popupMenu').close();
    const start = event instanceof KeyboardEvent ? this.injector.get('mouse').getLastMoveEvent() : event;
    return this.injector.get('create').start(start, this.shape(block), source && block.type !== 'bpmn:BoundaryEvent' ? { source } : {});
  }

  shape(block) {
    const more = block.event ? { eventDefinitionType: block.event } : {};
    const businessObject = modelFor(block, this.injector.get('bpmnFactory'));
    return this.injector.get('elementFactory').createShape({ type: block.type, businessObject, ...more });
  }
}
Blocks.$inject = ['popupMenu', 'injector'];

/** A boundary goes onto an activity only; everything else follows anything that can be followed. */
function fits(block, source) {
  return !source || block.type !== 'bpmn:BoundaryEvent' || is(source, 'bpmn:Activity');
}

/** The model element of a block, with its extension elements. */
function modelFor(block, factory) {
  const model = factory.create(block.type, { name: block.name });
  const values = [
    block.task && factory.create('yc:Task', block.task),
    block.service && serviceFor(block.service, factory),
    block.clock && factory.create('yc:Clock', { name: block.clock }),
    block.message && factory.create('yc:Message', block.message),
    block.stage && factory.create('yc:Stage', block.stage),
    ...block.clauses.map((ref) => factory.create('yc:Clause', { ref })),
  ].filter(Boolean);
  const box = factory.create('bpmn:ExtensionElements', { values });
  for (const each of values) each.$parent = box;
  box.$parent = model;
  model.extensionElements = box;
  if (block.called) model.calledElement = block.called;
  if (block.loop) model.loopCharacteristics = loopFor(block.loop, model, factory);
  return model;
}

function serviceFor({ name, parameters }, factory) {
  const service = factory.create('yc:Service', { name });
  service.parameters = Object.entries(parameters).map(([parameter, value]) => {
    const made = factory.create('yc:Parameter', { name: parameter, value });
    made.$parent = service;
    return made;
  });
  return service;
}

function loopFor({ list, item }, model, factory) {
  const loop = factory.create('bpmn:MultiInstanceLoopCharacteristics', { isSequential: false });
  loop.$parent = model;
  loop.inputDataItem = factory.create('bpmn:DataInput', { name: item });
  loop.inputDataItem.$parent = loop;
  wantList(loop, list);
  return loop;
}

export default { __init__: ['ycBlocks'], ycBlocks: ['type', Blocks] };
