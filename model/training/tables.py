"""Figures as tables in Markdown."""

from typing import Any


def figures_table(rows: dict[str, dict[str, Any]]) -> str:
    """Return one row of headline figures per measurement."""
    lines = [
        "| | photos | mask AP | AP50 | AP75 | box AP | recall | category right | false a photo |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, summary in rows.items():
        served = summary["served"]
        cells = [served["recall"], served["category_right"], served["false_per_photo"]]
        numbers = " | ".join(f"{value:.3f}" for value in cells)
        if "mask" in summary:
            mask, box = summary["mask"], summary["box"]
            cells = [mask["AP"], mask["AP50"], mask["AP75"], box["AP"]]
            numbers = " | ".join(f"{value:.3f}" for value in cells) + " | " + numbers
        else:
            numbers = "- | - | - | - | " + numbers
        lines.append(f"| {name} | {summary['photos']} | {numbers} |")
    return "\n".join(lines)


def categories_table(summary: dict[str, Any]) -> str:
    """Return one row per category that occurs."""
    lines = ["| category | garments | mask AP | AP50 | AP75 | box AP |", "| --- " * 6 + "|"]
    for name, mask in summary["mask"]["categories"].items():
        box = summary["box"]["categories"][name]
        numbers = " | ".join(
            f"{v:.3f}" for v in (mask["AP"], mask["AP50"], mask["AP75"], box["AP"])
        )
        lines.append(f"| {name} | {mask['garments']} | {numbers} |")
    return "\n".join(lines)
