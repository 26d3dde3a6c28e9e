"""What holds in the house after every command and every fault."""
