"""Decoding strangers' pictures where it can be stopped: in child processes with limits."""
