"""What a folder of drafts would change of what is published."""
