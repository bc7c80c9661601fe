"""Figures as tables in Markdown."""

from typing import Any


def figures_table(rows: dict[str, dict[str, Any]]) -> str:
    """Return one row of headline figures per measurement."""
    heads = ["", "photos", "mask AP", "AP50", "AP75", "box AP", "recall", "category right"]
    heads += ["false a photo", "boundary IoU", "outline off"]
    lines = [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for name, summary in rows.items():
        served = summary["served"]
        cells = [served["recall"], served["category_right"], served["false_per_photo"]]
        cells += [served["boundary_iou"], served["outline_distance"]]
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


def subsets_table(summary: dict[str, Any]) -> str:
    """Return one row per subset of DeepFashion2."""
    lines = ["| subset | garments | mask AP | AP50 | AP75 | box AP |", "| --- " * 6 + "|"]
    for name, subset in summary["subsets"].items():
        mask = subset["mask"]
        numbers = _row([mask["AP"], mask["AP50"], mask["AP75"], subset["box"]["AP"]])
        lines.append(f"| {name} | {subset['garments']} | {numbers} |")
    return "\n".join(lines)


def intervals_table(rows: dict[str, dict[str, Any]]) -> str:
    """Return the 95 % interval of each headline figure, one row per figure."""
    measured = {name: summary for name, summary in rows.items() if "intervals" in summary}
    figures = dict.fromkeys(f for summary in measured.values() for f in summary["intervals"])
    lines = [f"| 95 % interval | {' | '.join(measured)} |", "| --- " * (len(measured) + 1) + "|"]
    for figure in figures:
        pairs = [summary["intervals"].get(figure) for summary in measured.values()]
        cells = ["-" if pair is None else f"{pair[0]:.3f} to {pair[1]:.3f}" for pair in pairs]
        lines.append(f"| {figure.replace('_', ' ')} | {' | '.join(cells)} |")
    return "\n".join(lines)


def retrieval_table(rows: dict[str, dict[str, Any]]) -> str:
    """Return top-k accuracies, one row per way of finding garments, and their intervals."""
    first = next(iter(rows.values()))
    heads = " | ".join(f"top-{k}" for k in first["top"])
    lines = [
        f"| boxes | queries | gallery | missed | {heads} |",
        "| --- " * (4 + len(first["top"])) + "|",
    ]
    for name, row in rows.items():
        counts = f"{row['queries']} | {row['gallery']} | {row['missed']}"
        lines.append(f"| {name} | {counts} | {_row(list(row['top'].values()))} |")
        if "intervals" in row:
            cells = " | ".join(
                f"{low:.3f} to {high:.3f}" for low, high in row["intervals"].values()
            )
            lines.append(f"| 95 % interval | | | | {cells} |")
    return "\n".join(lines)


def retrieval_subsets_table(rows: dict[str, dict[str, Any]]) -> str:
    """Return top-20 accuracies, one row per subset of DeepFashion2's queries."""
    names = dict.fromkeys(name for row in rows.values() for name in row.get("subsets", {}))
    lines = [
        f"| subset | queries | {' | '.join(f'top-20, {name}' for name in rows)} |",
        "| --- " * (2 + len(rows)) + "|",
    ]
    for name in names:
        subsets = [row["subsets"][name] for row in rows.values()]
        cells = _row([subset["top"]["20"] for subset in subsets])
        lines.append(f"| {name} | {subsets[0]['queries']} | {cells} |")
    return "\n".join(lines)


def _row(values: list[float | None]) -> str:
    """Return a row's cells, with a dash for what does not occur."""
    return " | ".join("-" if value is None else f"{value:.3f}" for value in values)
