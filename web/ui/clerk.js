// What every page of a clerk or an applicant loads.  All of it is enhancement; none of it is needed.
import './parts/htmx.js';
import { Diagrams } from './parts/diagrams.js';
import { DirtyForms } from './parts/dirty-forms.js';
import { SearchKey } from './parts/search-key.js';
import { SignaturePads } from './parts/signature.js';
import { SingleSubmit } from './parts/single-submit.js';

// Style sheets hide what only a page without script needs (html.js .nojs).
document.documentElement.classList.add('js');

new SingleSubmit(document).listen();
new DirtyForms(window).listen();
new SearchKey(document).listen();
new SignaturePads(document).listen();
new Diagrams(document).show();

// Tests and other scripts wait for this instead of guessing how long loading takes.
document.documentElement.dataset.ready = 'clerk';
