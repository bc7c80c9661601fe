"""A folder of drawn photos in the formats that training reads."""

import contextlib
import hashlib
import importlib
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from model.categories import CATEGORIES
from tests.support.onnx_files import finder

np = pytest.importorskip("numpy")
cv2 = pytest.importorskip("cv2")

# Loading Detectron2 calls what PyTorch has deprecated: theirs to mend. Once loaded
# here, no test module meets those warnings.
with warnings.catch_warnings(), contextlib.suppress(ImportError):
    warnings.simplefilter("ignore")
    importlib.import_module("model.training.cli")
    # A worker has one processor to itself, and threads that wait for another busily take it away.
    importlib.import_module("torch").set_num_threads(1)


@pytest.fixture(scope="module", autouse=True)
def one_thread_a_process() -> Iterator[None]:
    """Likewise for the processes that training starts."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("OMP_NUM_THREADS", "1")
        yield


def _figure(seed: int) -> tuple[Any, list[dict[str, Any]]]:
    """Draw someone in a shirt and trousers: the photo and its annotations."""
    random = np.random.default_rng(seed)
    picture = np.full((180, 120, 3), 225, np.uint8)
    x = int(random.integers(25, 45))
    regions = {
        2: [x, 30, x + 50, 30, x + 50, 85, x, 85],
        8: [x, 87, x + 50, 87, x + 45, 165, x + 5, 165],
    }
    annotations = []
    for category, polygon in regions.items():
        colour = [int(v) for v in random.integers(0, 160, 3)]
        points = np.reshape(polygon, (-1, 2)).astype(np.int32)
        cv2.fillPoly(picture, [points], colour)
        low, high = points.min(axis=0), points.max(axis=0)
        annotations.append(
            {
                "category_id": category,
                "segmentation": [polygon],
                "bbox": [*low.tolist(), *(high - low).tolist()],
                "area": int(np.prod(high - low)),
                "iscrowd": 0,
            }
        )
    return picture, annotations


def write_source(folder: Path, split: str, names: list[str]) -> None:
    """Write drawn photos of those names and their COCO file."""
    (folder / "photos").mkdir(parents=True, exist_ok=True)
    images, annotations, ignored = [], [], []
    for number, name in enumerate(names, 1):
        picture, found = _figure(number)
        cv2.imwrite(str(folder / "photos" / name), picture)
        images.append({"id": number, "file_name": f"photos/{name}", "height": 180, "width": 120})
        for annotation in found:
            annotations.append({**annotation, "id": len(annotations) + 1, "image_id": number})
        ignored.append(
            {"id": number, "image_id": number, "segmentation": [[0, 0, 10, 0, 10, 10, 0, 10]]}
        )
    content = {"images": images, "annotations": annotations, "ignored_regions": ignored}
    (folder / f"{split}.json").write_text(json.dumps({"categories": [], **content}))


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a street, a shop and a folder of single garments."""
    data = tmp_path_factory.mktemp("photos")
    write_source(data / "street", "train", [f"{n:04}.jpg" for n in range(4)])
    write_source(data / "street", "val", [f"v{n}.jpg" for n in range(2)])
    write_source(data / "shop", "train", [f"style{n}-red.jpg" for n in range(20)])
    single = data / "single"
    (single / "images").mkdir(parents=True)
    (single / "masks").mkdir()
    entries = [("a", "T-Shirt"), ("b", "Dress"), ("c", "Pants"), ("broken", "Skirt")]
    for name, _ in entries[:3]:
        cv2.imwrite(str(single / "images" / f"{name}.jpg"), np.full((60, 50, 3), 90, np.uint8))
        mask = np.zeros((60, 50), np.uint8)
        mask[10:50, 10:40] = 1
        cv2.imwrite(str(single / "masks" / f"{name}.png"), mask)
    listing = [{"image": name, "label": label} for name, label in entries]
    (single / "index.json").write_text(json.dumps(listing))
    return data


@pytest.fixture
def graph(tmp_path: Path):
    """Writes a graph that finds one garment, and what `weights.json` says of it."""

    def write(name: str = "weights", *, score: float = 0.9, **changes: object) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        data = finder(
            boxes=np.array([[30, 30, 80, 90]], np.float32), scores=np.array([score], np.float32)
        )
        (folder / "segmenter.onnx").write_bytes(data)
        entry = {
            "file": "segmenter.onnx",
            "sha256": hashlib.sha256(data).hexdigest(),
            "input": "image",
            "score_input": "min_score",
            "short_side": 120,
            "max_side": 400,
            "score_threshold": 0.61,
            "categories": [category.name for category in CATEGORIES],
            **changes,
        }
        (folder / "weights.json").write_text(json.dumps({"segmenter": entry}))
        return folder / "segmenter.onnx"

    return write
