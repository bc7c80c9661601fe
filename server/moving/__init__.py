"""The history and what was saved, moved from one installation to another."""
