// What the libraries say without asking for a translation: the token simulation (走一遍) throughout, and the panel here
// and there.  Their few texts are put into Chinese as they appear.
import { replaceWords } from './replacing.js';
import { translate } from './translate.js';

const TEXTS = {
  'Token Simulation': '走一遍',
  'Simulation Log': '经过',
  'No Entries': '还没有经过任何元素',
  'Toggle Simulation Log': '显示或收起经过',
  'Reset Simulation': '从头再来',
  'Play/Pause Simulation': '继续或暂停',
  'Pause Simulation': '已暂停',
  'Play Simulation': '继续',
  'Found unsupported elements': '图中有不能走的元素',
  'Not supported': '不能走',
  'Set Sequence Flow': '选择走哪一条',
  'Add pause point': '在这里停一停',
  'Remove pause point': '不在这里停',
  'Trigger Event': '触发',
  'Start Event': '开始',
  'End Event': '结束',
  'Intermediate Event': '中间事件',
  'Boundary Event': '边界事件',
  'Service Task': '服务任务',
  'User Task': '用户任务',
  'Call Activity': '调用活动',
  'Script Task': '脚本任务',
  'Business Rule Task': '业务规则任务',
  'Manual Task': '手工任务',
  'Receive Task': '接收任务',
  'Send Task': '发送任务',
  Task: '任务',
  'Exclusive Gateway': '排他网关',
  'Parallel Gateway': '并行网关',
  'Inclusive Gateway': '包容网关',
  'Event-based Gateway': '事件网关',
  Process: '流程',
  Close: '关闭',
  Results: '结果',
  Finished: '结束',
  Started: '开始',
  Canceled: '取消',
};
const PATTERNS = [
  [/^Set animation speed = (.*)$/, (found) => `速度：${SPEEDS[found[1]] ?? found[1]}`],
  [/^Focus process instance (.*)$/, (found) => `只看这一次（${found[1]}）`],
  [/^(.*) (started|finished|canceled)$/i, (found) => `${said(found[1])}${ENDS[found[2].toLowerCase()]}`],
];
const PANEL = new Set([
  'Toggle section', 'Toggle list item', 'Section contains edits', 'Section contains an error', 'Open pop-up editor',
  'Opened in editor', 'Create new list item', 'Delete item', 'Create', '<empty>',
]); // prettier-ignore
const SPEEDS = { Slow: '慢', Normal: '中', Fast: '快' };
const ENDS = { started: '开始', finished: '结束', canceled: '取消' };

function said(text) {
  const trimmed = text.trim();
  if (trimmed in TEXTS) return TEXTS[trimmed];
  for (const [pattern, say] of PATTERNS) {
    const found = trimmed.match(pattern);
    if (found) return say(found);
  }
  return PANEL.has(trimmed) ? translate(trimmed) : trimmed;
}

const HOMES = '.djs-popup, [class*="bts-"], .bio-properties-panel, .bio-properties-panel-popup';

function Leftovers(eventBus, canvas) {
  const roots = [canvas.getContainer(), ...document.querySelectorAll('#yc-properties')];
  const watcher = replaceWords({ roots, homes: HOMES, said });
  eventBus.on('diagram.destroy', () => watcher.disconnect());
}
Leftovers.$inject = ['eventBus', 'canvas'];

export default { __init__: ['ycLeftovers'], ycLeftovers: ['type', Leftovers] };
