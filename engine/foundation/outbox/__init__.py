"""The outbox: work to be done after the commit, written in it."""
