// The panel beside the drawing: the groups of the standard model that are executed here, and ours.
import { callGroup, conditionGroup, dataGroups, loopGroup, processGroup } from './flows.js';
import { messageGroup, timeGroup } from './events.js';
import { clauseGroup, decisionGroup, serviceGroup, stageGroup, taskGroup } from './tasks.js';

const AFTER_STOCK = 500;

// What these stock groups would write is not executed here, or is asked for by a group of ours.
const REPLACED = new Set(['message', 'multiInstance', 'timer', 'signal', 'compensation', 'adHocCompletion', 'link']);

const OURS = [
  taskGroup, serviceGroup, decisionGroup, timeGroup, messageGroup, conditionGroup, callGroup, processGroup, loopGroup,
  stageGroup, clauseGroup, dataGroups,
]; // prettier-ignore

class Provider {
  constructor(propertiesPanel, injector, vocabulary) {
    this.surroundings = { injector, vocabulary };
    propertiesPanel.registerProvider(AFTER_STOCK, this);
  }

  getGroups(element) {
    return (stock) => {
      const kept = stock.filter((group) => !REPLACED.has(group.id));
      const ours = OURS.flatMap((make) => make(element, this.surroundings)).filter(Boolean);
      const [first, ...rest] = kept;
      return first ? [first, ...ours, ...rest] : ours;
    };
  }
}
Provider.$inject = ['propertiesPanel', 'injector', 'ycVocabulary'];

export default { __init__: ['ycProperties'], ycProperties: ['type', Provider] };
