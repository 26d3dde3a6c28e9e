// The editor of a form: web/templates/designing/editor.html is its page.
import './former/styles.js';
import { start } from './designer/desk.js';
import { FormDesk } from './former/desk.js';

start(FormDesk);
