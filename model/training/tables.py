"""Figures as tables in Markdown."""

from typing import Any


def figures_table(rows: dict[str, dict[str, Any]]) -> str:
    """Return one row of headline figures per measurement."""
    lines = [
        "| | photos | mask AP | AP50 | AP75 | box AP | recall | category right | false a photo |",
        "| --- " * 9 + "|",
    ]
    for name, summary in rows.items():
        served = summary["served"]
        cells = [served["recall"], served["category_right"], served["false_per_photo"]]
        numbers = _row(cells)
        if "mask" in summary:
            mask, box = summary["mask"], summary["box"]
            cells = [mask["AP"], mask["AP50"], mask["AP75"], box["AP"]]
            numbers = f"{_row(cells)} | {numbers}"
        else:
            numbers = "- | - | - | - | " + numbers
        lines.append(f"| {name} | {summary['photos']} | {numbers} |")
    return "\n".join(lines)


def sizes_table(rows: dict[str, dict[str, Any]]) -> str:
    """Return one row per measurement, with boxes and with garments by COCO's sizes.

    Small is under 32 x 32 pixels, large over 96 x 96; a size that does not occur has a dash.
    """
    lines = [
        "| | box AP50 | AP75 | mask AP small | medium | large | box AP small | medium | large |",
        "| --- " * 9 + "|",
    ]
    for name, summary in rows.items():
        mask, box = summary["mask"], summary["box"]
        values = [box["AP50"], box["AP75"]]
        values += [figures[key] for figures in (mask, box) for key in ("APs", "APm", "APl")]
        lines.append(f"| {name} | {_row(values)} |")
    return "\n".join(lines)


def categories_table(summary: dict[str, Any]) -> str:
    """Return one row per category that occurs."""
    lines = ["| category | garments | mask AP | AP50 | AP75 | box AP |", "| --- " * 6 + "|"]
    for name, mask in summary["mask"]["categories"].items():
        box = summary["box"]["categories"][name]
        numbers = _row([mask["AP"], mask["AP50"], mask["AP75"], box["AP"]])
        lines.append(f"| {name} | {mask['garments']} | {numbers} |")
    return "\n".join(lines)


def _row(values: list[float | None]) -> str:
    """Return a row's cells, with a dash for what does not occur."""
    return " | ".join("-" if value is None else f"{value:.3f}" for value in values)
