"""The parts of the bench of deadlines: each module gives ``measure(quick=…)`` and asserts that its work was done."""
