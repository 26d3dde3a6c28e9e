"""The log over all chains: their heads, sealed in a Merkle tree whose root is signed."""
