"""Parts of ``bench audit`` that want a file of their own."""
