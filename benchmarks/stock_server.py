"""A plain Flask view that runs Detectron2's stock Mask R-CNN, for `benchmarks/load.py`.

python -m benchmarks.stock_server PORT
"""

import sys
from threading import Lock

import numpy as np
from flask import Flask, request

from benchmarks import stock_mask_rcnn
from model.picture import decode_picture

MODEL = "R50-FPN"
# About as many as a street photo has.
_GARMENTS = 3
_THREADS = 2


def main() -> None:
    """Serve until killed."""
    sample = np.random.default_rng(0).integers(0, 255, (830, 550, 3)).astype(np.uint8)
    run = stock_mask_rcnn.runner(MODEL, sample, _GARMENTS, _THREADS)
    app = Flask("stock")
    turn = Lock()

    @app.get("/")
    @app.get("/metrics")
    def nothing() -> tuple[str, int]:
        return "", 404

    @app.post("/api/v1/looks")
    def look() -> tuple[dict[str, object], int]:
        picture = decode_picture(request.files["image"].read())
        with turn:  # two at once would each take twice as long
            boxes = run(picture)
        return {"boxes": boxes}, 201

    app.run(port=int(sys.argv[1]), threaded=True)


if __name__ == "__main__":
    main()
