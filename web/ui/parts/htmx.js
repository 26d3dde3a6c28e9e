// htmx, with its settings.
import './htmx-settings.js';
import htmx from 'htmx.org';

export default htmx;
