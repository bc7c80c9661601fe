"""Weights between those of two runs."""

import pytest

pytest.importorskip("detectron2")

from pathlib import Path

import torch
from click.testing import CliRunner

from model.training.checkpoints.mixing import mixed
from model.training.cli import main


def run(folder: Path, weights: dict[str, torch.Tensor], **average: torch.Tensor) -> Path:
    folder.mkdir()
    stored = {"model": weights, **({"average": {**average, "steps": 3}} if average else {})}
    torch.save(stored, folder / "model_final.pth")
    (folder / "last_checkpoint").write_text("model_final.pth")
    return folder


def test_a_share_of_each_is_taken() -> None:
    before, after = {"w": torch.tensor([0.0, 10.0])}, {"w": torch.tensor([1.0, 20.0])}
    torch.testing.assert_close(mixed(before, after, 0.7)["w"], torch.tensor([0.7, 17.0]))
    torch.testing.assert_close(mixed(before, after, 0.0)["w"], before["w"])


def test_what_is_new_or_counted_is_taken_from_after() -> None:
    before = {"n": torch.tensor(3)}
    after = {"n": torch.tensor(8), "new": torch.ones(2)}
    found = mixed(before, after, 0.5)
    assert found["n"] == 8
    torch.testing.assert_close(found["new"], torch.ones(2))


def test_other_networks_are_refused(tmp_path: Path) -> None:
    before = run(tmp_path / "before", {"w": torch.ones(3)})
    after = run(tmp_path / "after", {"w": torch.ones(4)})
    arguments = ["mix", str(before), str(after), "--output", str(tmp_path / "mixed")]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1
    assert "w is (3,) before, (4,) after" in done.output
    assert not (tmp_path / "mixed").exists()


def test_averaged_weights_are_mixed_into_what_can_be_exported_like_a_run(tmp_path: Path) -> None:
    before = run(tmp_path / "before", {"w": torch.ones(1), "fixed": torch.zeros(1)})
    after = run(
        tmp_path / "after",
        {"w": torch.full((1,), 100.0), "fixed": torch.zeros(1)},
        w=torch.full((1,), 3.0),
    )
    output = tmp_path / "mixed"
    arguments = ["mix", str(before), str(after), "--share", "0.5", "--output", str(output)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    path = output / (output / "last_checkpoint").read_text()
    stored = torch.load(path, weights_only=True)["model"]
    torch.testing.assert_close(stored["w"], torch.tensor([2.0]))
