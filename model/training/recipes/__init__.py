"""How the segmenter is trained: start, schedule, loop, polish."""
