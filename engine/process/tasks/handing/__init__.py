"""One task goes to a colleague for good (转办), or to be prepared (委派)."""
