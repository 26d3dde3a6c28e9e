"""Official documents: running numbers, frozen data, rendering after the commit; and uploaded files."""
