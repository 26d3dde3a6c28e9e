// What dmn-js says without asking for a translation: its few fixed words, and the names of types.
import { Replacing } from '../replacing.js';

const TEXTS = {
  'Decision table context menu': '决策表菜单',
  'Move Input': '移动输入列',
  'Move Output': '移动输出列',
  Value: '值',
  'Open decision table': '打开决策表',
  'Open literal expression': '打开表达式',
};
const HOMES = '.dmn-decision-table-container, .dmn-drd-container, .dmn-literal-expression-container, .context-menu, .djs-popup';

export class Leftovers extends Replacing {
  constructor(roots) {
    super({ roots, homes: HOMES, said: (text) => (Object.hasOwn(TEXTS, text) ? TEXTS[text] : text) });
  }
}
