// What the menus, the palette and the pad beside an element offer: kinds that the server's check admits.  An element of
// another kind, in a file of another tool, is drawn as it is, and its menu offers these in its place.
import { is } from 'bpmn-js/lib/util/ModelUtil';

const LAST = 100;

const OFFERED = new Set([
  'user-task', 'service-task', 'receive-task', 'rule-task', 'call-activity',
  'subprocess', 'collapsed-subprocess', 'expanded-subprocess',
  'exclusive-gateway', 'parallel-gateway', 'inclusive-gateway', 'event-based-gateway',
  'none-start', 'none-start-event', 'none-end', 'none-end-event', 'none-intermediate-throw', 'none-intermediate-throwing',
  'message-intermediate-catch', 'timer-intermediate-catch', 'escalation-intermediate-throw',
  'message-boundary', 'timer-boundary', 'escalation-boundary', 'error-boundary',
  'non-interrupting-message-boundary', 'non-interrupting-timer-boundary', 'non-interrupting-escalation-boundary',
  'escalation-end', 'error-end', 'terminate-end',
  'data-object-reference', 'expanded-pool', 'collapsed-pool',
  'sequence-flow', 'default-flow', 'conditional-flow',
]); // prettier-ignore
const PREFIX = /^(create|append|replace-with)-/;

// Entries of the palette and of the pad that draw what is refused, or a pool whether there is one or not; the plain task
// is drawn as a user task.
const REFUSED = [
  'create.data-store', 'create.participant-expanded', 'append.receive-task', 'append.condition-intermediate-event', 'append.signal-intermediate-event',
  'append.compensation-activity',
]; // prettier-ignore
const SEVERAL = ['toggle-parallel-mi', 'toggle-sequential-mi'];

class Offered {
  constructor(popupMenu, palette, contextPad, injector) {
    this.injector = injector;
    for (const menu of ['bpmn-create', 'bpmn-append', 'bpmn-replace']) {
      popupMenu.registerProvider(menu, LAST, {
        getPopupMenuEntries: (target) => (stock) => this.kept(stock, (id) => this.offers(id, target)),
        getPopupMenuHeaderEntries: (target) => (stock) => this.kept(stock, (id, { active }) => active || repeats(id, target)),
      });
    }
    palette.registerProvider(LAST, { getPaletteEntries: () => (stock) => this.drawn(stock) });
    contextPad.registerProvider(LAST, { getContextPadEntries: (source) => (stock) => this.drawn(stock, source) });
  }

  kept(stock, wanted) {
    return Object.fromEntries(Object.entries(stock).filter(([id, entry]) => wanted(id, entry)));
  }

  offers(id, target) {
    const name = id.replace(PREFIX, '');
    if (id.startsWith('yc-')) return true;
    return OFFERED.has(name) && !(name === 'expanded-pool' && !is(target, 'bpmn:Participant') && this.hasPool());
  }

  /** A file holds one process: a second pool that is drawn in would be a second one. */
  hasPool() {
    const registry = this.injector.get('elementRegistry');
    return Boolean(registry.find((each) => is(each, 'bpmn:Participant') && each.businessObject.processRef));
  }

  drawn(stock, source) {
    const kept = this.kept(stock, (id) => !REFUSED.includes(id));
    for (const id of ['create.task', 'append.append-task']) {
      if (kept[id]) kept[id] = { ...kept[id], ...this.userTask(source) };
    }
    return kept;
  }

  userTask(source) {
    const shape = () => this.injector.get('elementFactory').createShape({ type: 'bpmn:UserTask' });
    const pull = (event) => this.injector.get('create').start(event, shape(), source ? { source } : {});
    const draw = () => this.injector.get('autoPlace').append(source, shape());
    return {
      className: 'bpmn-icon-user-task',
      title: source ? '添加用户任务' : '创建用户任务',
      action: { dragstart: pull, click: source ? draw : pull },
    };
  }
}
Offered.$inject = ['popupMenu', 'palette', 'contextPad', 'injector'];

/** Loops are drawn with a gateway; only people's tasks and calls are done for each of several. */
function repeats(id, target) {
  if (SEVERAL.includes(id)) return is(target, 'bpmn:UserTask') || is(target, 'bpmn:CallActivity');
  return id !== 'toggle-loop';
}

export default { __init__: ['ycOffered'], ycOffered: ['type', Offered] };
