// The editor of a form: web/templates/designing/form.html is its page.
import './former/styles.js';
import { FormDesk } from './former/desk.js';

const root = document.getElementById('yc-designer');
if (root) {
  const desk = new FormDesk(root);
  root.ycDesk = desk;
  // Tests and other scripts wait for this instead of guessing how long loading takes.
  desk.open().finally(() => {
    root.dataset.ready = desk.failed ? 'failed' : 'yes';
  });
}
