// 回放: stepping through a case without leaving the page.  Without it the page's links do the same, one page a step.
import { Replay } from './parts/replay.js';

const form = document.querySelector('[data-replay]');
if (form) new Replay(document, form).start();
document.documentElement.dataset.replay = 'ready';
