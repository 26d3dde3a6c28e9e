"""Messages from outside: rows of who waits for which key, and the command that delivers one."""
