"""Publishing: processes, items and forms become releases that the next case takes."""
