"""The paper's recipe from DeepFashion2's own files to a comparison, with thinner layers.

A local server stands in for Detectron2's model zoo, drawn people for the photos.
"""

import hashlib
import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("detectron2")

import cv2
import numpy as np
import torch
from click.testing import CliRunner
from detectron2.modeling import build_model

from model.training.checkpoints.runs import last_checkpoint
from model.training.cli import main
from model.training.network.config import load_config
from tests.support.http_server import local_server, reply

pytestmark = [
    # What torch, its exporter and Detectron2 warn of is theirs to mend.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

THIN = [
    "MODEL.DEVICE", "cpu",
    "MODEL.RESNETS.DEPTH", "18",
    "MODEL.RESNETS.RES2_OUT_CHANNELS", "64",
    "MODEL.FPN.OUT_CHANNELS", "16",
    "MODEL.ROI_BOX_HEAD.FC_DIM", "32",
    "MODEL.ROI_MASK_HEAD.CONV_DIM", "16",
    "MODEL.ROI_HEADS.BATCH_SIZE_PER_IMAGE", "16",
    "MODEL.RPN.POST_NMS_TOPK_TEST", "50",
    "INPUT.MIN_SIZE_TRAIN", "(96,)",
    "INPUT.MIN_SIZE_TEST", "96",
    "SOLVER.IMS_PER_BATCH", "2",
    "DATALOADER.NUM_WORKERS", "0",
]  # fmt: skip


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def write_split(folder: Path, photos: int) -> None:
    """Write drawn people as DeepFashion2's authors distribute theirs."""
    (folder / "image").mkdir(parents=True)
    (folder / "annos").mkdir()
    for number in range(1, photos + 1):
        picture = np.full((180, 120, 3), 225, np.uint8)
        left = 20 + 4 * number
        content: dict[str, Any] = {"source": "shop", "pair_id": number}
        for item, (category, top, bottom) in enumerate(((2, 30, 85), (8, 87, 165)), 1):
            cv2.rectangle(picture, (left, top), (left + 50, bottom), (30 * number, 90, 40), -1)
            content[f"item{item}"] = {
                "category_id": category,
                "category_name": "long sleeve top" if category == 2 else "trousers",
                "style": number,
                "bounding_box": [left, top, left + 50, bottom],
                "segmentation": [
                    [left, top, left + 50, top, left + 50, bottom, left, bottom],
                ],
                "landmarks": [left, top, 2],
                "scale": 2,
                "occlusion": 1,
                "zoom_in": 1,
                "viewpoint": 2,
            }
        cv2.imwrite(str(folder / "image" / f"{number:06}.jpg"), picture)
        (folder / "annos" / f"{number:06}.json").write_text(json.dumps(content))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `convert-deepfashion2` makes of two splits."""
    source, data = tmp_path_factory.mktemp("deepfashion2"), tmp_path_factory.mktemp("data")
    for split, photos in (("train", 5), ("validation", 2)):
        write_split(source / split, photos)
        target = data / "deepfashion2" / f"{split}.json"
        printed = run("convert-deepfashion2", str(source / split), str(target))
        assert f"{photos} photos, 0 problems" in printed
    return data


@pytest.fixture(scope="module")
def pretrained() -> bytes:
    """Thin weights for COCO's 80 categories, in the zoo's format."""
    overrides = [*THIN, "MODEL.ROI_HEADS.NUM_CLASSES", "80"]
    torch.manual_seed(7)
    model = build_model(load_config("mask_rcnn_R_50_FPN", overrides))
    state = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    return pickle.dumps({"model": state, "__author__": "Stand-in for the zoo"})


@pytest.fixture(scope="module")
def trained(
    data: Path, pretrained: bytes, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """A run from the zoo's weights, in two processes, and the folder of downloads."""
    output, cache = tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("cache")
    digits = hashlib.md5(pretrained).hexdigest()[:6]
    path = f"COCO-InstanceSegmentation/thin/1/model_final_{digits}.pkl"
    with (
        local_server({f"/{path}": reply(pretrained)}) as zoo,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("FVCORE_CACHE", os.fspath(cache))
        run(
            "train", "--config", "mask_rcnn_R_50_FPN", "--data", str(data), "--output", str(output),
            "--processes", "2", "--zoo", zoo.url(), *THIN, "MODEL.WEIGHTS", f"detectron2://{path}",
            "SOLVER.MAX_ITER", "4", "SOLVER.STEPS", "()", "TEST.EVAL_PERIOD", "2",
        )  # fmt: skip
        assert len(zoo.requests) == 1
    return output, cache


def test_training_starts_from_the_zoos_weights(trained, pretrained: bytes) -> None:
    stored = torch.load(last_checkpoint(trained[0]), weights_only=True)["model"]
    # The stem is frozen, so it is still what was downloaded.
    name = "backbone.bottom_up.stem.conv1.weight"
    np.testing.assert_array_equal(stored[name].numpy(), pickle.loads(pretrained)["model"][name])
    assert stored["roi_heads.box_predictor.cls_score.weight"].shape[0] == 14


def test_tensorboard_can_read_the_run(trained) -> None:
    assert list(trained[0].glob("events.out.tfevents.*"))


def test_the_run_is_measured_while_it_lasts(trained) -> None:
    lines = [json.loads(line) for line in (trained[0] / "metrics.json").read_text().splitlines()]
    figures = [line for line in lines if "mask/AP50" in line]
    assert [line["iteration"] for line in figures][:1] == [1]
    assert {"box/AP", "mask/AP", "served/recall"} <= figures[0].keys()


def test_a_run_is_measured_with_tables_and_pictures(trained, data: Path, tmp_path: Path) -> None:
    printed = run(
        "evaluate", "--config", "mask_rcnn_R_50_FPN", "--data", str(data), "--output",
        str(trained[0]), "--dataset", "deepfashion2_validation", "--plots", str(tmp_path), *THIN,
    )  # fmt: skip
    for heading in ("mask AP", "box AP50", "small", "large", "long sleeve top"):
        assert heading in printed
    for name in ("confusion", "precision-recall"):
        picture = cv2.imread(str(tmp_path / f"plain-{name}.png"))
        assert picture is not None
        assert picture.std() > 1


def test_two_models_are_compared_on_a_photo(trained, data: Path, tmp_path: Path) -> None:
    photo = next(Path(data).glob("deepfashion2/validation.json"))
    record = json.loads(photo.read_text())["images"][0]
    path = (photo.parent / record["file_name"]).resolve()
    other = tmp_path / "other"
    other.mkdir()
    for name in ("config.yaml", "last_checkpoint", last_checkpoint(trained[0]).name):
        (other / name).symlink_to(trained[0] / name)
    printed = run(
        "compare", str(trained[0]), str(other), "--photo", str(path), "--to", str(tmp_path)
    )
    assert f"| {trained[0].name} | 1 |" in printed
    assert "| other | 1 |" in printed
    drawn = cv2.imread(str(tmp_path / "000001.png"))
    assert drawn.shape[1] == 240  # the photo twice, side by side
