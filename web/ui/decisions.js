// The editor of a file of decision tables: web/templates/designing/editor.html is its page.
import './designer/tables/styles.js';
import { start } from './designer/desk.js';
import { TableDesk } from './designer/tables/desk.js';

start(TableDesk);
