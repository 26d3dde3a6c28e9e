// The editor of a process file: web/templates/designing_process.html is its page.
import './designer/styles.js';
import { Desk } from './designer/desk.js';

const root = document.getElementById('yc-designer');
if (root) {
  const desk = new Desk(root);
  root.ycDesk = desk;
  // Tests and other scripts wait for this instead of guessing how long loading takes.
  desk.open().finally(() => {
    root.dataset.ready = desk.failed ? 'failed' : 'yes';
  });
}
