// Reading and writing what stands in extensionElements, each edit as one step of undo.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

/** The model element that an element's settings belong to: the process of a pool, else the element's own. */
export function modelOf(element) {
  const model = getBusinessObject(element);
  return is(model, 'bpmn:Participant') ? model.processRef : model;
}

/** Every extension element of a type (such as yc:Clause) of a model element, in the order of the file. */
export function extensionsOf(model, type) {
  return (model?.extensionElements?.values ?? []).filter((each) => is(each, type));
}

/** The first extension element of a type, or undefined. */
export function extensionOf(model, type) {
  return extensionsOf(model, type)[0];
}

/** Several changes of the model that are done, and undone, as one. */
export class Edit {
  constructor(injector, element) {
    this.injector = injector;
    this.element = element;
    this.commands = [];
  }

  create(type, properties, parent) {
    const made = this.injector.get('bpmnFactory').create(type, properties);
    made.$parent = parent;
    return made;
  }

  set(model, properties) {
    const context = { element: this.element, moddleElement: model, properties };
    this.commands.push({ cmd: 'element.updateModdleProperties', context });
    return this;
  }

  /** Replace the extension elements of one type by others; the box goes when nothing is left in it. */
  replace(model, type, wanted) {
    const box = model.extensionElements;
    const before = box?.values ?? [];
    const at = before.findIndex((each) => is(each, type));
    const rest = before.filter((each) => !is(each, type));
    const place = at < 0 ? (type === 'yc:Clause' ? rest.length : 0) : Math.min(at, rest.length);
    const values = [...rest.slice(0, place), ...wanted, ...rest.slice(place)];
    if (!values.length) return this.set(model, { extensionElements: undefined });
    if (!box) {
      const made = this.create('bpmn:ExtensionElements', { values }, model);
      for (const each of values) each.$parent = made;
      return this.set(model, { extensionElements: made });
    }
    for (const each of wanted) each.$parent = box;
    return this.set(box, { values });
  }

  /** Set attributes of the one extension element of a type; it comes and goes with its attributes. */
  attributes(model, type, properties) {
    const given = Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, value || undefined]));
    const found = extensionOf(model, type);
    if (!found) {
      return Object.values(given).some(Boolean) ? this.replace(model, type, [this.create(type, given)]) : this;
    }
    const after = { ...attributesOf(found), ...given };
    const empty = !Object.values(after).some(Boolean) && !found.get('parameters')?.length;
    return empty ? this.replace(model, type, extensionsOf(model, type).slice(1)) : this.set(found, given);
  }

  run() {
    if (this.commands.length) {
      this.injector.get('commandStack').execute('properties-panel.multi-command-executor', this.commands);
    }
  }
}

function attributesOf(extension) {
  const named = extension.$descriptor.properties.filter((each) => each.isAttr).map((each) => each.name);
  return { ...extension.$attrs, ...Object.fromEntries(named.map((name) => [name, extension.get(name)])) };
}
