"""Data sets: folders of labelled and of empty photos, their parts, subsets and variants."""
