"""The products of shops that the operator knows, imported from feeds and searched here."""
