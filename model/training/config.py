"""The project's configuration: Detectron2's own, and what is added to it."""

from pathlib import Path

from detectron2.config import CfgNode, get_cfg

# These modules register themselves under the names that the configuration files use.
from model.training import backbone as _backbone  # noqa: F401
from model.training import ignoring as _ignoring  # noqa: F401
from model.training import mask_head as _mask_head  # noqa: F401
from model.training import roi_heads as _roi_heads  # noqa: F401

CONFIGS = Path(__file__).parent / "configs"
LIGHT = "mask_rcnn_lite0_FPN"


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

    cfg.SOLVER.OPTIMIZER = "SGD"  # or "AdamW"
    cfg.SOLVER.BACKBONE_LR_FACTOR = 1.0
    cfg.SOLVER.CLIP_NORM = 0.0  # of the whole gradient; 0 for no clipping
    cfg.SOLVER.EMA_DECAY = 0.0  # 0 for no averaged weights
    # Minutes after which to stop instead of at MAX_ITER; the learning rate follows the clock too.
    cfg.SOLVER.MAX_MINUTES = 0.0
    cfg.SOLVER.LOG_PERIOD = 20
    cfg.SOLVER.CHECKPOINTS_KEPT = 2


def config_file(name: str) -> Path:
    """Return the file of a configuration, given by name or as a path."""
    known = CONFIGS / f"{name}.yaml"
    return known if known.exists() else Path(name)


def load_config(name: str = LIGHT, overrides: list[str] | None = None) -> CfgNode:
    """Read a configuration; `overrides` are alternating keys and values."""
    cfg = get_cfg()
    add_where_to_buy_config(cfg)
    cfg.merge_from_file(str(config_file(name)))
    cfg.merge_from_list(overrides or [])
    return cfg
