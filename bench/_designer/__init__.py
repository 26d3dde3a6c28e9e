"""The parts of the bench of the editor of process files: the same edits here and in plain bpmn-js."""
