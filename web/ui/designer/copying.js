// What a copied, pasted or replaced element keeps: the list of a multi-instance, and no setting that does nothing there.
import { is } from 'bpmn-js/lib/util/ModelUtil';

const HIGH = 2000;

function Copying(eventBus, moddle) {
  eventBus.on('moddleCopy.canCopyProperty', HIGH, ({ parent, property, propertyName }) => {
    if (propertyName === 'loopDataInputRef' && property) return property;
    if (property?.$type?.startsWith('yc:') && !property.$instanceOf('yc:Parameter')) {
      return isAtHome(moddle, property, parent) ? undefined : false;
    }
    return undefined;
  });
}
Copying.$inject = ['eventBus', 'moddle'];

function isAtHome(moddle, extension, box) {
  const homes = moddle.getTypeDescriptor(extension.$type)?.meta?.allowedIn ?? ['*'];
  const host = box?.$parent;
  return !host || homes.includes('*') || homes.some((home) => is(host, home));
}

export default { __init__: ['ycCopying'], ycCopying: ['type', Copying] };
