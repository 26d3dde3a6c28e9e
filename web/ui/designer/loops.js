// Multi-instances: bpmn-js reads their list as the id of an element, so it is a bpmn:property of the process.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

/** The process that a model element lies in. */
export function processOf(model) {
  let each = model;
  while (each && !is(each, 'bpmn:Process')) each = each.$parent;
  return each;
}

/** The name of the variable that a declaration stands for: its name if that can be one, else its id. */
export function variableOf(declared) {
  const name = (declared?.name ?? '').trim();
  return /^[A-Za-z_]\w*$/.test(name) ? name : (declared?.id ?? '');
}

/** The property of the process that declares a variable, or undefined. */
export function declarationOf(process, name) {
  return (process?.get('properties') ?? []).find((each) => variableOf(each) === name);
}

/** Every multi-instance of a process, also in its subprocesses. */
export function loopsIn(scope) {
  return (scope?.flowElements ?? []).flatMap((each) => [
    ...(each.loopCharacteristics ? [each.loopCharacteristics] : []),
    ...(each.flowElements ? loopsIn(each) : []),
  ]);
}

/** Put into an edit that a multi-instance goes over the list ``name``, which is declared, and the former no more. */
export function setList(edit, model, loop, name) {
  const process = processOf(model);
  const before = loop.get('loopDataInputRef');
  const others = loopsIn(process).filter((each) => each !== loop);
  const kept = (process.get('properties') ?? []).filter(
    (each) => each !== before || others.some((other) => other.get('loopDataInputRef') === each) || variableOf(each) === name,
  );
  let declared = kept.find((each) => variableOf(each) === name);
  if (name && !declared) {
    declared = edit.create('bpmn:Property', { id: freeId(edit, name), name }, process);
    kept.push(declared);
  }
  edit.set(process, { properties: kept });
  edit.set(loop, { loopDataInputRef: name ? declared : undefined });
}

/** An id for a declaration: the variable's name where nobody has it. */
export function freeId(edit, name) {
  const { ids } = edit.injector.get('moddle');
  return ids.assigned(name) ? ids.nextPrefixed(`${name}_`, {}) : name;
}

// A block with a multi-instance names its list; it is declared when the block is drawn, within the same step of undo.
const WANTED = new WeakMap();

/** Note that a new multi-instance is to go over ``name``. */
export function wantList(loop, name) {
  WANTED.set(loop, name);
}

function Declaring(eventBus, injector) {
  eventBus.on('commandStack.shape.create.postExecuted', ({ context: { shape } }) => {
    const model = getBusinessObject(shape);
    const loop = model.loopCharacteristics;
    if (!loop || !WANTED.has(loop) || loop.get('loopDataInputRef') || !processOf(model)) return;
    const name = WANTED.get(loop);
    const process = processOf(model);
    const modeling = injector.get('modeling');
    let declared = declarationOf(process, name);
    if (!declared) {
      declared = injector.get('bpmnFactory').create('bpmn:Property', { id: freeId({ injector }, name), name });
      declared.$parent = process;
      modeling.updateModdleProperties(shape, process, { properties: [...(process.get('properties') ?? []), declared] });
    }
    modeling.updateModdleProperties(shape, loop, { loopDataInputRef: declared });
  });
}
Declaring.$inject = ['eventBus', 'injector'];

export default { __init__: ['ycDeclaring'], ycDeclaring: ['type', Declaring] };
