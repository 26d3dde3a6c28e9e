"""An administrator's change to where a running case stands, with a written reason."""
