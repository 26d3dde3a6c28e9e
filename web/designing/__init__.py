"""流程设计: what designers do with processes, items and forms, and what becomes of the cases that run."""
