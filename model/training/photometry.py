"""Changes of a photo that leave its garments where they are, as training uses them."""

from model.photometry import Picture, disturb

__all__ = ["Picture", "disturb"]
