"""What the house could not do by itself: told, listed, tried again, or settled by hand."""
