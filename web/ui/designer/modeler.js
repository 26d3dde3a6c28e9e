// The modeler itself: bpmn-js with our extension elements, words, groups and blocks.
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from 'bpmn-js-properties-panel';
import TokenSimulationModule from 'bpmn-js-token-simulation';
import ViewerSimulationModule from 'bpmn-js-token-simulation/lib/viewer.js';
import BpmnModeler from 'bpmn-js/lib/Modeler';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import blocks from './blocks.js';
import copying from './copying.js';
import leftovers from './leftovers.js';
import loops from './loops.js';
import offered from './offered.js';
import properties from './properties/provider.js';
import translate from './translate.js';
import yc from './yc.json';

/** Make a modeler in ``container``, its properties in ``panel``. */
export function createModeler(container, panel, vocabulary) {
  return new BpmnModeler({
    container,
    propertiesPanel: { parent: panel },
    moddleExtensions: { yc },
    additionalModules: [
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      CreateAppendAnythingModule,
      TokenSimulationModule,
      { ycVocabulary: ['value', vocabulary] },
      translate,
      blocks,
      copying,
      loops,
      offered,
      properties,
      leftovers,
    ],
  });
}

/** Make a viewer in ``container``: the same drawing for who may not change it. */
export function createViewer(container) {
  return new NavigatedViewer({
    container,
    moddleExtensions: { yc },
    additionalModules: [ViewerSimulationModule, translate, leftovers],
  });
}
