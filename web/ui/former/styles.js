// The style sheets of form-js, and ours over them.
import '@bpmn-io/form-js/dist/assets/form-js.css';
import '@bpmn-io/form-js/dist/assets/form-js-editor.css';
import '../designer/designer.css';
import './former.css';
