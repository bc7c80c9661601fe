"""The front: connections, requests and their limits, before a thread of the server is taken."""
