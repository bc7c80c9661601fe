"""The palette: the names of colours, and how cloth of each looks."""

from typing import Final

# By name, in the order of a shop's list: the shades that cloth is named by, `#rrggbb` as
# cameras show it. The names are identifiers; what shops say for them is in the languages' files.
SHADES: Final[dict[str, tuple[str, ...]]] = {
    "black": (
        "#0a0a0b", "#1b1b1e", "#2a292b", "#2c2c33", "#333238",
    ),
    "charcoal": (
        "#3d3d40", "#3d4048", "#4c4c50", "#505560",
    ),
    "grey": (
        "#6b6b6e", "#6a6f7a", "#8b8b8d", "#8e929c",
    ),
    "light grey": (
        "#b0b0b2", "#b4b8c2", "#c9c9cb",
    ),
    "white": (
        "#d9d9e4", "#dddbe6", "#e4e4e6", "#f8f8f8",
    ),
    "ivory": (
        "#e6dcc4", "#f2ead6",
    ),
    "beige": (
        "#a39786", "#c2ab8a", "#c2b5a4", "#d3c0a0", "#d9c49c", "#dac7bb", "#d6cabf",
    ),
    "camel": (
        "#a67645", "#b88a55",
    ),
    "brown": (
        "#634023", "#5d5146", "#7d5233", "#6d5650", "#96482c", "#74635a", "#8f6a50",
    ),
    "dark brown": (
        "#2b211e", "#33241d", "#402a1c", "#472e30", "#3f342d",
    ),
    "khaki": (
        "#50493c", "#6f6b5a", "#83784f", "#78836d", "#9a8f68",
    ),
    "olive": (
        "#484a2a", "#4a4a3c", "#5f6136",
    ),
    "green": (
        "#2f7d3a", "#2f9a7a", "#3f9c48", "#3fa588", "#58a878", "#6fae3c", "#9cc44a",
    ),
    "dark green": (
        "#23382b", "#1f4a2c", "#2f4a38", "#415044",
    ),
    "mint": (
        "#7fcdb0", "#a9dcc3",
    ),
    "teal": (
        "#14595c", "#1f7d7d",
    ),
    "light blue": (
        "#7fb2dd", "#b5bfe2", "#b4c2d6", "#a9c9e6", "#b7c8ee", "#c4d8ea", "#cdd8e8",
    ),
    "blue": (
        "#10109c", "#061b78", "#1a10c0", "#2a20d0", "#2b3f9c", "#1d4fa3", "#42549c",
        "#2a6fc4", "#3b8bd8",
    ),
    "navy": (
        "#12182b", "#191d2c", "#162036", "#252734", "#1f2a48", "#2f3346", "#27355a", "#09225d",
    ),
    "denim blue": (
        "#47607f", "#5c7596", "#7b90ab", "#8e9db4", "#6075ad",
    ),
    "purple": (
        "#30162a", "#3f2440", "#4b2a63", "#40308a", "#6a3a8c", "#84489c", "#6e6490",
    ),
    "lavender": (
        "#9f8fc4", "#9c97c6", "#b9a3d6", "#b8b9da", "#c9c1e6",
    ),
    "pink": (
        "#e394ab", "#f0b6c4", "#f5d0d6",
    ),
    "hot pink": (
        "#c42a6c", "#dc3a86",
    ),
    "coral": (
        "#dd6f76", "#ec7a74", "#e8838c", "#f69c95",
    ),
    "red": (
        "#a81c26", "#c8202e", "#e0443e",
    ),
    "burgundy": (
        "#4c1722", "#5a1420", "#6b1a2a", "#7e354f", "#7e1d1b",
    ),
    "orange": (
        "#b0522c", "#d95f1e", "#e8762a", "#f09a4a", "#e2a45a",
    ),
    "yellow": (
        "#e6c82a", "#f3d33a", "#f5e27a", "#edeba9",
    ),
    "mustard": (
        "#a87f24", "#c79a2a",
    ),
}  # fmt: skip
