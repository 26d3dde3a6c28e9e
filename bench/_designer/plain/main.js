// bpmn-js as it comes, with nothing of ours: what the editor of process files is measured against.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import BpmnModeler from 'bpmn-js/lib/Modeler';

Object.assign(document.body.style, { margin: 0, height: '100vh' });
const container = document.getElementById('canvas');
container.style.height = '100%';

const modeler = new BpmnModeler({ container });
window.plain = { modeler };
const text = await (await fetch('./drawing.bpmn')).text();
await modeler.importXML(text);
document.body.dataset.ready = 'yes';
