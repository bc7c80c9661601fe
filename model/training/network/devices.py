"""Where training runs, and in which precision."""

import logging
import time

import torch
from torch import nn

from model.errors import WhereToBuyError

logger = logging.getLogger(__name__)


class NoDeviceError(WhereToBuyError):
    """The device that a configuration names is not in this machine."""

    code = "no-such-device"


def is_here(device: str) -> bool:
    """Return whether PyTorch can use the device of that name, such as `cuda` or `cuda:1`."""
    kind, _, number = device.partition(":")
    if kind != "cuda":
        return True
    return bool(torch.cuda.is_available()) and int(number or 0) < torch.cuda.device_count()


def need(device: str) -> None:
    """Refuse a device that is not here.

    Raises:
        NoDeviceError: It is not.
    """
    if not is_here(device):
        raise NoDeviceError(
            f"The configuration trains on {device!r}, and PyTorch finds no such GPU here.",
            hint="Look at `nvidia-smi` and torch.cuda.is_available(), or append MODEL.DEVICE cpu; "
            "on a processor, train the light configuration, mask_rcnn_lite0_FPN.",
        )


def usable(device: str) -> str:
    """Return the device, or `cpu` where it is not here: enough to measure and to export."""
    if is_here(device):
        return device
    logger.warning("There is no %s here: the processor does the work, many times slower.", device)
    return "cpu"


def half_is_faster() -> bool:
    """Measure whether this processor learns a convolution faster in bfloat16 than in float32.

    It does with AVX512-BF16 or AMX, by about a third; elsewhere bfloat16 is imitated and takes
    6 to 15 times as long. Both are timed in turn, and the shortest time of each counts, which
    other work on the machine disturbs least.
    """
    convolution = nn.Conv2d(96, 96, 3, padding=1)
    features = torch.rand(2, 96, 32, 48).requires_grad_(True)

    def seconds(*, half: bool) -> float:
        began = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            loss = convolution(features).float().square().mean()
        loss.backward()
        return time.perf_counter() - began

    shortest = {half: seconds(half=half) for half in (False, True)}
    for _ in range(4):
        for half, before in shortest.items():
            shortest[half] = min(before, seconds(half=half))
    return shortest[True] < shortest[False]
