"""Training on whatever lies in the folders of data."""

import math
from collections.abc import Iterable

from detectron2.config import CfgNode
from detectron2.data import DatasetCatalog

from model.errors import WhereToBuyError
from model.training.network.config import ConfigurationError

# In DATASETS.TRAIN: all that can be trained on.
EVERYTHING = "*"
# Most that pictures without garments are drawn: as often as for the weights that ship.
_MOST_EMPTY = 0.2


class NothingToTrainOnError(WhereToBuyError):
    """The folders of data hold nothing to train on."""

    code = "nothing-to-train-on"


def take_what_is_there(cfg: CfgNode, names: Iterable[str]) -> None:
    """Replace `*` in `DATASETS.TRAIN` by the data sets that are there, with shares to draw.

    `SOURCE/train.json` is trained on and `SOURCE/val.json` (DeepFashion2's `validation.json`)
    measured on; without any of the latter, each eighth photo is put aside for it. Photos of one
    garment (`single`) and pictures without garments join in. A data set is drawn by the root of
    its number of photos, so that a small one is not lost beside a large one; pictures without
    garments at most a fifth of the time.

    Args:
        cfg: The configuration, which is changed.
        names: All data sets that are registered.

    Raises:
        NothingToTrainOnError: There is none to train on.
    """
    if EVERYTHING not in cfg.DATASETS.TRAIN:
        return
    # Files of wearables label nothing else, so on them garments would be background.
    usual = [name for name in dict.fromkeys(names) if not {"@", "+"} & set(name)]
    whole = [name for name in usual if "_wearables_" not in name]
    labelled = [name for name in whole if name.endswith("_train")]
    measured = [name for name in whole if name.endswith(("_val", "_validation"))]
    if not measured:
        measured = [f"{name}@choosing" for name in labelled]
        labelled = [f"{name}@fit" for name in labelled]
    labelled += [name for name in whole if name == "single_index"]
    empty = [f"{name}@fit" for name in whole if name.endswith("_photos")]
    roots = {name: math.sqrt(len(DatasetCatalog.get(name))) for name in labelled + empty}
    if not any(roots[name] for name in labelled):
        raise NothingToTrainOnError(
            "There are no labelled photos to train on in the folders of data.",
            hint="Put annotations at DATA/NAME/train.json, two photos or more; "
            "`import-annotations` writes such files.",
        )
    total = sum(roots.values())
    without = min(_MOST_EMPTY, sum(roots[name] for name in empty) / total)
    shares = {
        **_parts(labelled, roots, 1 - without),
        **_parts(empty, roots, without),
    }
    partial = {_base(name) for name in cfg.INPUT.COLLAGE.PARTIAL}
    chosen = [name for name, share in shares.items() if share > 0]
    cfg.DATASETS.TRAIN = tuple(chosen)
    cfg.DATASETS.TEST = tuple(measured)
    cfg.INPUT.COLLAGE.SHARES = [round(shares[name], 4) for name in chosen]
    cfg.INPUT.COLLAGE.PARTIAL = [name for name in chosen if _base(name) in partial]


def need_shares(cfg: CfgNode) -> None:
    """Refuse shares of other data sets than those that are trained on.

    Raises:
        ConfigurationError: `INPUT.COLLAGE.SHARES` has a number too many or too few.
    """
    shares, names = cfg.INPUT.COLLAGE.SHARES, cfg.DATASETS.TRAIN
    if cfg.INPUT.COMPOSITION == "collage" and shares and len(shares) != len(names):
        raise ConfigurationError(
            f"INPUT.COLLAGE.SHARES has {len(shares)} numbers, and DATASETS.TRAIN "
            f"{len(names)} data sets: {', '.join(names)}.",
            hint="Give a share for each, or INPUT.COLLAGE.SHARES '[]' to draw by their numbers of "
            "photos; --config own_photos takes all that is there.",
        )


def _parts(names: list[str], roots: dict[str, float], whole: float) -> dict[str, float]:
    total = sum(roots[name] for name in names) or 1.0
    return {name: whole * roots[name] / total for name in names}


def _base(name: str) -> str:
    return name.partition("@")[0]
