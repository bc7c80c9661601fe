"""The Mask R-CNN that is trained: its layers, and the configuration that names them."""
