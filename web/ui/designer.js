// The editor of a process file: web/templates/designing/editor.html is its page.
import './designer/styles.js';
import { start } from './designer/desk.js';
import { ProcessDesk } from './designer/process.js';

start(ProcessDesk);
