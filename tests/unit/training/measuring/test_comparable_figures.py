"""Figures that others can compare theirs with: pasting, results files, subsets, intervals."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("detectron2")

import numpy as np
import torch
from click.testing import CliRunner
from detectron2.layers import paste_masks_in_image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from model.training.cli import main
from model.training.data.dataset_names import UnknownDatasetError
from model.training.data.datasets import load_coco
from model.training.detecting.detectors import Detections
from model.training.detecting.pasting import PASTES
from model.training.measuring.coco_figures import CocoFigures, headline
from model.training.measuring.evaluation import Measurement
from model.training.measuring.in_processes import measure_variants
from model.training.measuring.intervals import average_precisions, photo_draws
from model.training.measuring.results_file import ResultsError, with_truth
from tests.support.deepfashion2 import convert_made, write_photo

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

SIZE = 60


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def square(left: int, top: int, side: int) -> list[float]:
    return [left, top, left + side, top, left + side, top + side, left, top + side]


def photo(number: int, garments: list[dict[str, Any]]) -> dict[str, Any]:
    annotations = [
        {"bbox": [*g["at"][:2], g["at"][2], g["at"][2]], "category_id": 0, "iscrowd": 0,
         "segmentation": [square(*g["at"])], **g.get("facts", {})}
        for g in garments
    ]  # fmt: skip
    size = {"height": SIZE, "width": SIZE}
    return {"image_id": number, **size, "annotations": annotations, "ignored": []}


def finds(*found: tuple[int, int, int, float]) -> Detections:
    masks = np.zeros((len(found), SIZE, SIZE), bool)
    for mask, (left, top, side, _) in zip(masks, found, strict=True):
        mask[top : top + side, left : left + side] = True
    boxes = np.array([(x, y, x + s, y + s) for x, y, s, _ in found], float).reshape(-1, 4)
    return Detections(boxes, np.array([f[3] for f in found]), np.zeros(len(found), int), masks)


def random_figures(seed: int, photos: int = 12) -> CocoFigures:
    """Photos with garments of which some are found, some badly, and some that are not there."""
    random = np.random.default_rng(seed)
    figures = CocoFigures()
    for number in range(photos):
        places = [(int(x), int(y), 14) for x, y in random.integers(0, 45, (3, 2))]
        found = [
            (x + int(random.integers(0, 6)), y, 14, float(random.random()))
            for x, y, _ in places
            if random.random() < 0.8
        ]
        found.append((int(random.integers(0, 45)), 3, 12, float(random.random())))
        figures.add(photo(number * 7 + 3, [{"at": p} for p in places]), finds(*found))
    return figures


def test_masks_are_pasted_as_detectron2_does() -> None:
    random = np.random.default_rng(3)
    mask, box = random.random((28, 28)).astype(np.float32), (5.3, 8.1, 77.4, 60.9)
    picture = random.integers(0, 255, (80, 90, 3)).astype(np.uint8)
    wanted = paste_masks_in_image(torch.from_numpy(mask)[None], torch.tensor([box]), (80, 90), 0.5)[
        0
    ].numpy()
    np.testing.assert_array_equal(PASTES["detectron2"](mask, box, picture), wanted)
    assert (PASTES["served"](mask, box, picture) != wanted).any()


def test_any_evaluation_reads_the_results_and_comes_to_the_same_figures(
    graph, photos: Path, tmp_path: Path
) -> None:
    results, figures = tmp_path / "results.json", tmp_path / "figures.json"
    run(
        "evaluate", "--data", str(photos), "--onnx", str(graph()), "--dataset", "street_train",
        "--paste", "detectron2", "--results", str(results), "--json", str(figures),
    )  # fmt: skip
    # COCO reads the annotation file by itself; it lacks the names of the categories.
    content = json.loads((photos / "street" / "train.json").read_text())
    content["categories"] = [{"id": n, "name": str(n)} for n in range(1, 14)]
    (tmp_path / "truth.json").write_text(json.dumps(content))
    truth = COCO(str(tmp_path / "truth.json"))
    summary = json.loads(figures.read_text())["plain"]
    assert summary["paste"] == "detectron2"
    for kind, name in (("mask", "segm"), ("box", "bbox")):
        evaluation = COCOeval(truth, truth.loadRes(str(results)), name)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
        assert summary[kind]["AP"] == pytest.approx(evaluation.stats[0])
        assert summary[kind]["AP50"] == pytest.approx(evaluation.stats[1])


def test_results_keep_the_ids_of_the_annotation_file(photos: Path) -> None:
    records = load_coco(photos / "street" / "val.json")
    for number, record in enumerate(records):
        record["image_id"] = 4000 + number
    measurement = Measurement(0.5)
    for record in records:
        measurement.add(record, Detections(*_one_find(record)))
    assert {r["image_id"] for r in measurement.coco.results} == {4000, 4001}


def _one_find(record: dict[str, Any]) -> tuple[Any, ...]:
    mask = np.ones((1, record["height"], record["width"]), bool)
    box = np.array([[0, 0, record["width"], record["height"]]], float)
    return box, np.array([0.9]), np.array([0]), mask


def test_results_of_other_photos_are_refused(photos: Path, tmp_path: Path) -> None:
    records = load_coco(photos / "street" / "val.json")
    path = tmp_path / "results.json"
    mask = {"size": [2, 2], "counts": "04"}
    stranger = {"image_id": 99, "category_id": 1, "score": 1, "bbox": [0, 0, 1, 1]}
    path.write_text(json.dumps([{**stranger, "segmentation": mask}]))
    with pytest.raises(ResultsError, match="1 photos that are not in the data set, such as 99"):
        with_truth(path, records)
    path.write_text('{"images": []}')
    with pytest.raises(ResultsError, match="no list of finds"):
        with_truth(path, records)


def test_several_processes_measure_what_one_does(graph, photos: Path, tmp_path: Path) -> None:
    path, written = str(graph()), {}
    for processes in ("1", "2"):
        files = [tmp_path / f"{processes}-{kind}.json" for kind in ("figures", "results")]
        run(
            "evaluate", "--data", str(photos), "--onnx", path, "--dataset", "shop_train",
            "--processes", processes, "--json", str(files[0]), "--results", str(files[1]),
        )  # fmt: skip
        written[processes] = [file.read_text() for file in files]
    assert written["1"] == written["2"]


def test_the_photos_of_all_parts_are_measured_in_order(graph, photos: Path) -> None:
    records = load_coco(photos / "shop" / "train.json")
    measured = measure_variants(_NothingFound, records, ["plain", "four-in-one"], 0.5, processes=2)
    assert [i["id"] for i in measured["plain"].coco.images] == [r["image_id"] for r in records]
    assert measured["four-in-one"].photos == 5


class _NothingFound:
    """A detector that finds nothing, and that another process can make."""

    def __call__(self, picture: Any) -> Detections:
        height, width = picture.shape[:2]
        empty = np.zeros(0)
        return Detections(
            np.zeros((0, 4)), empty, empty.astype(int), np.zeros((0, height, width), bool)
        )


def test_a_subset_counts_its_garments_and_ignores_the_others() -> None:
    heavy, slight = {"occlusion": 3}, {"occlusion": 1}
    measurement = Measurement(0.5)
    both = photo(1, [{"at": (2, 2, 20), "facts": heavy}, {"at": (30, 30, 20), "facts": slight}])
    # The heavily occluded one is missed; the find on the other is neither right nor wrong.
    measurement.add(both, finds((30, 30, 20, 0.9)))
    measurement.add(photo(2, [{"at": (5, 5, 20), "facts": slight}]), finds((5, 5, 20, 0.8)))
    subsets = measurement.summary()["subsets"]
    assert list(subsets) == ["occlusion: slight", "occlusion: heavy"]
    assert subsets["occlusion: heavy"]["garments"] == 1
    assert subsets["occlusion: heavy"]["mask"]["AP"] == 0
    assert subsets["occlusion: slight"]["mask"]["AP"] == pytest.approx(1)


def test_a_find_on_another_garment_does_not_spoil_a_subset() -> None:
    heavy, slight = {"occlusion": 3}, {"occlusion": 1}
    measurement = Measurement(0.5)
    both = photo(1, [{"at": (2, 2, 20), "facts": heavy}, {"at": (30, 30, 20), "facts": slight}])
    measurement.add(both, finds((30, 30, 20, 0.9), (2, 2, 20, 0.5)))
    for subset in measurement.summary()["subsets"].values():
        assert subset["mask"]["AP"] == pytest.approx(1)


def test_without_facts_there_are_no_subsets() -> None:
    measurement = Measurement(0.5)
    measurement.add(photo(1, [{"at": (2, 2, 20)}]), finds((2, 2, 20, 0.9)))
    assert "subsets" not in measurement.summary()


def test_one_draw_of_every_photo_is_cocos_own_figure() -> None:
    figures = random_figures(5)
    evaluation = figures.evaluation("mask")
    once = np.ones((1, 12), int)
    assert average_precisions(evaluation, once)[0] == pytest.approx(headline(evaluation)["AP"])
    fifty = average_precisions(evaluation, once, 0)[0]
    assert fifty == pytest.approx(headline(evaluation)["AP50"])


def test_a_draw_is_coco_on_photos_that_occur_several_times() -> None:
    figures = random_figures(6)
    weights = photo_draws(12, 3)
    assert (weights.sum(axis=1) == 12).all()
    computed = average_precisions(figures.evaluation("mask"), weights)
    for draw, value in zip(weights, computed, strict=True):
        repeated = CocoFigures()
        ordered = sorted(figures.images, key=lambda image: image["id"])
        for image, times in zip(ordered, draw, strict=True):
            for _ in range(times):
                number = len(repeated.images)
                repeated.images.append({**image, "id": number})
                for kept, source in (
                    (repeated.truth, figures.truth), (repeated.results, figures.results)
                ):  # fmt: skip
                    for entry in source:
                        if entry["image_id"] == image["id"]:
                            kept.append({**entry, "image_id": number, "id": len(kept) + 1})
        assert value == pytest.approx(headline(repeated.evaluation("mask"))["AP"])


def test_intervals_are_around_the_figures() -> None:
    measurement = Measurement(0.5)
    measurement.coco = random_figures(7)
    measurement._counts = [(3, 2, 1, n % 2) for n in range(12)]
    summary = measurement.summary(200)
    for kind in ("mask", "box"):
        low, high = summary["intervals"][f"{kind} AP"]
        assert low < summary[kind]["AP"] < high
    assert summary["intervals"]["recall"] == pytest.approx([2 / 3, 2 / 3])
    low, high = summary["intervals"]["false_per_photo"]
    assert low < 0.5 < high


@pytest.mark.parametrize(("worse", "verdict"), [(True, ""), (False, "may be chance")])
def test_a_difference_is_told_from_chance(
    photos: Path, tmp_path: Path, worse: bool, verdict: str
) -> None:
    records = load_coco(photos / "shop" / "train.json")
    files = []
    for name, missed in (("first", 10 if worse else 1), ("second", 0)):
        figures = CocoFigures()
        for number, record in enumerate(records):
            masks = np.zeros((1, record["height"], record["width"]), bool)
            x, y, wide, high = (int(v) for v in record["annotations"][0]["bbox"])
            masks[0, y : y + high, x : x + wide] = True
            box = np.array([[x, y, x + wide, y + high]], float)
            chosen = number >= missed
            figures.add(
                record,
                Detections(box, np.array([0.9]), np.array([1]), masks)[[0] if chosen else []],
            )
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(json.dumps(figures.results))
    printed = run("difference", *map(str, files), "--data", str(photos), "--dataset", "shop_train")
    row = next(line for line in printed.splitlines() if line.startswith("| mask AP50"))
    assert row.split("|")[-2].strip() == verdict
    assert "+" in row.split("|")[4]


def test_the_converter_keeps_the_authors_photo_numbers(tmp_path: Path) -> None:
    for number, source in ((7, "user"), (12, "shop")):
        write_photo(tmp_path, number, source, 1, [(2, 1, (10, 20, 60, 90))])
    content = json.loads(convert_made(tmp_path).read_text())
    assert [image["id"] for image in content["images"]] == [7, 12]
    assert [a["image_id"] for a in content["annotations"]] == [7, 12]


def test_facts_of_photos_and_garments_are_read(tmp_path: Path) -> None:
    write_photo(tmp_path, 7, "user", 1, [(2, 1, (10, 20, 60, 90))])
    (record,) = load_coco(convert_made(tmp_path))
    assert (record["source"], record["pair_id"]) == ("user", 1)
    (annotation,) = record["annotations"]
    facts = ("style", "scale", "occlusion", "zoom_in", "viewpoint")
    assert [annotation[fact] for fact in facts] == [1, 2, 1, 1, 2]


@pytest.mark.parametrize("command", ["evaluate", "retrieve"])
def test_a_data_set_that_is_not_there_is_named(graph, photos: Path, command: str) -> None:
    arguments = [command, "--data", str(photos), "--onnx", str(graph()), "--dataset", "street_tset"]
    result = CliRunner().invoke(main, arguments)
    assert isinstance(result.exception, UnknownDatasetError)
    assert "street_val" in result.exception.hint
