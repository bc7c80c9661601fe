"""Annotations as others write them, converted to the files that training reads."""
