"""The project's configuration: Detectron2's own, and what is added to it."""

from pathlib import Path

import yaml
from detectron2.config import CfgNode, get_cfg

from model.errors import WhereToBuyError

# These modules register themselves under the names that the configuration files use.
from model.training.network import backbone as _backbone  # noqa: F401
from model.training.network import ignoring as _ignoring  # noqa: F401
from model.training.network import mask_head as _mask_head  # noqa: F401
from model.training.network import roi_heads as _roi_heads  # noqa: F401
from model.training.network import wearables as _wearables  # noqa: F401

CONFIGS = Path(__file__).parents[1] / "configs"
LIGHT = "mask_rcnn_lite0_FPN"
# A run's own copy of its configuration.
RUN_CONFIG = "config.yaml"


class ConfigurationError(WhereToBuyError):
    """A configuration cannot be read, or contradicts itself."""

    code = "training-configuration"


def add_where_to_buy_config(cfg: CfgNode) -> None:
    """Add this project's keys, with defaults that change nothing."""
    cfg.MODEL.EFFICIENTNET = CfgNode()
    cfg.MODEL.EFFICIENTNET.FROZEN_BLOCKS = 2
    cfg.MODEL.EFFICIENTNET.PRETRAINED = True

    # Masks cover boxes grown by this share of their width and height on each side.
    cfg.MODEL.ROI_MASK_HEAD.BOX_MARGIN = 0.0
    # Masks are learnt from at most this many of a picture's proposals; 0 for all.
    cfg.MODEL.ROI_MASK_HEAD.MOST_LEARNT = 0
    # For FashionMaskHead: the branch that sees the whole shape, and the weight of the dice loss.
    cfg.MODEL.ROI_MASK_HEAD.WHOLE_SHAPE = False
    cfg.MODEL.ROI_MASK_HEAD.DICE_WEIGHT = 0.0

    # For WearablesRCNN: channels of the wearables' features, and how the configuration of their
    # proposals and heads differs from that of the garments (alternating keys and values).
    cfg.MODEL.WEARABLES = CfgNode()
    cfg.MODEL.WEARABLES.CHANNELS = 64
    cfg.MODEL.WEARABLES.HEADS = []
    # Earlier pictures to learn from beside each new one, and how many of one size to keep.
    cfg.MODEL.WEARABLES.REPLAYED = 0
    cfg.MODEL.WEARABLES.KEPT = 150

    # "single" takes one photo per sample (Detectron2's own mapper), "collage" composes.
    cfg.INPUT.COMPOSITION = "single"
    cfg.INPUT.COLLAGE = CfgNode()
    # Share of samples drawn from each of DATASETS.TRAIN, in its order.
    cfg.INPUT.COLLAGE.SHARES = []
    # Data sets that label only one of the garments in a photo.
    cfg.INPUT.COLLAGE.PARTIAL = []
    # Data sets whose masks are guesses; only boxes and categories are learnt from them.
    cfg.INPUT.COLLAGE.ROUGH = []
    # Sizes of a composed picture, height and width, as one flat list.
    cfg.INPUT.COLLAGE.SIZES = [576, 384, 480, 448, 416, 512, 512, 416, 448, 352]
    # A category in less than this share of photos is drawn more often, at most MAX_REPEAT.
    cfg.INPUT.COLLAGE.REPEAT_BELOW = 0.25
    cfg.INPUT.COLLAGE.MAX_REPEAT = 3.0
    # Draw bags that are no garments; not where bags are to be found.
    cfg.INPUT.COLLAGE.DRAWN_BAGS = True

    cfg.SOLVER.OPTIMIZER = "SGD"  # or "AdamW"
    cfg.SOLVER.BACKBONE_LR_FACTOR = 1.0
    cfg.SOLVER.CLIP_NORM = 0.0  # of the whole gradient; 0 for no clipping
    cfg.SOLVER.EMA_DECAY = 0.0  # 0 for no averaged weights
    # Minutes after which to stop instead of at MAX_ITER; the learning rate follows the clock too.
    cfg.SOLVER.MAX_MINUTES = 0.0
    cfg.SOLVER.LOG_PERIOD = 20
    cfg.SOLVER.CHECKPOINTS_KEPT = 2


def config_file(name: str | None, run: Path | None = None) -> Path:
    """Return the file of a configuration.

    Args:
        name: A configuration's name or path; None for what `run` was trained with, or,
            without a run, for the light one.
        run: A training run, or any folder or file.
    """
    if name is None:
        own = None if run is None else run / RUN_CONFIG
        if own is not None and own.is_file():
            return own
        name = LIGHT
    known = CONFIGS / f"{name}.yaml"
    return known if known.exists() else Path(name)


def load_config(
    name: str | None = None, overrides: list[str] | None = None, run: Path | None = None
) -> CfgNode:
    """Read a configuration; `overrides` are alternating keys and values.

    Args:
        name: See `config_file`.
        overrides: Keys and values in turn.
        run: The training run whose configuration is taken if `name` is None.

    Raises:
        ConfigurationError: There is no such configuration, or a key or value of it is wrong.
    """
    cfg = get_cfg()
    add_where_to_buy_config(cfg)
    path = config_file(name, run)
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in CONFIGS.glob("[!b]*.yaml")))
        raise ConfigurationError(
            f"There is no configuration {name}.", hint=f"Take a file, or one of: {known}."
        )
    try:
        # A run's folder may be a stranger's: no YAML that builds objects.
        cfg.merge_from_file(str(path), allow_unsafe=False)
    except (KeyError, ValueError, AssertionError, yaml.YAMLError) as error:
        raise ConfigurationError(
            f"{path} is no configuration of this trainer: {_said(error)}.",
            hint="Its keys are those of Detectron2 and of model/training/network/config.py.",
        ) from error
    try:
        cfg.merge_from_list(overrides or [])
    except (KeyError, ValueError, AssertionError) as error:
        raise ConfigurationError(
            f"These keys and values do not fit the configuration: {_said(error)}.",
            hint="Give them in turn at the end: SOLVER.BASE_LR 0.0002 SOLVER.MAX_ITER 3000.",
        ) from error
    return cfg


def _said(error: Exception) -> str:
    return str(error.args[0] if error.args else error).rstrip(".")
