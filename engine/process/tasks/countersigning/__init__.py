"""加签与会签: the holder of a task asks others for their opinion before completing it."""
