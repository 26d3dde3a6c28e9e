"""What the bench of the engine is made of: drawings, houses in pairs, steps recorded and replayed, clients."""
