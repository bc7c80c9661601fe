"""A Detectron2 project: trains, measures and exports the garment segmenter.

Nothing else in the project imports this package. It needs the extra `train`.
"""
