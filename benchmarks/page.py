"""The benchmark page: measured figures as tables and a chart.

`python benchmarks/page.py out/bench/results.json` writes the page of an earlier run again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from growth import exponent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

Row = dict[str, Any]

LONG_S, SHOWN_S = 0.3, 0.05
"""Stages that are listed, and figures that are shown, s."""
OURS, THEIRS = "#0b5fa5", "#8a8f98"


def write(results: Row, folder: Path) -> None:
    """Write `benchmarks.md` and `benchmarks.svg`."""
    folder.mkdir(parents=True, exist_ok=True)
    _chart(results, folder / "benchmarks.svg")
    parts = (_head, _tables, _areas, _extracts, _growth, _stages)
    (folder / "benchmarks.md").write_text("\n".join(part(results) for part in parts))


def _head(results: Row) -> str:
    machine = results["machine"]
    network = results["network"]
    return f"""# Benchmarks

Measured in one run of `{results["command"]}` on {machine["measured"]}:
{machine["processor"]}, {machine["cores"]} cores, {machine["memory"]}, {machine["system"]},
Python {machine["Python"]}. This page is written by that command.

Every engine gets the main part of the embedded study's network ({network["nodes"]:,} nodes,
{network["edges"]:,} edges, one-way streets and colocate's drive times) and runs in a process of
its own. Times are medians of repeated calls; CPU time counts all threads. “Prepared” is what is
done once for a network and its points and is not part of the time beside it.

![CPU time of tables and catchments by engine, and growth of colocate](benchmarks.svg)
"""


def _tables(results: Row) -> str:
    sources, targets = results["pairs"]
    parts = [f"## Travel times: {sources:,} × {targets:,}\n"]
    for turns, about in (
        (
            False,
            (
                "Without turn costs. “Off” is the difference from scipy: the median against the "
                "median trip, and the largest."
            ),
        ),
        (True, "With turn costs, those of OSRM's car profile."),
    ):
        rows = [row for row in results["tables"] if row["turns"] == turns]
        ours = [row for row in rows if row["package"] == "colocate"] or results["tables"][:1]
        parts.append(f"{about}\n\n" + _markdown(
            ("engine", "CPU, s", "wall, s", f"CPU against {ours[0]['name']}", "prepared, wall s",
             "off", "repeats"),
            ((
                _name(row), _number(row["table"]["cpu_s"]), _number(row["table"]["wall_s"]),
                _ratio(row["table"]["cpu_s"], ours[0]["table"]["cpu_s"]),
                _number(row["prepared"]["wall_s"]),
                "{:.4%}, {:.2f} s".format(*row["off"]) if row["off"] else "",
                row["table"]["repeats"],
            ) for row in rows),
        ))  # fmt: skip
    parts.extend(
        f"{row['name']}: measured on {row['sample']} of the {sources} sources and scaled up.\n"
        for row in results["tables"]
        if row["sample"]
    )
    parts.append(
        "OSRM rounds the time of each straight piece of a road to a tenth of a second, hence its "
        "difference. Its points are snapped beforehand, and reading its answer into an array is "
        "not counted: both would add to its time. “New speeds” is the same table after every "
        "drive time has changed.\n"
    )
    return "\n".join([*parts, *_absent(results["tables_absent"])])


def _areas(results: Row) -> str:
    limits = results["limits_min"]
    rows = results["areas"]
    table = _markdown(
        ("engine", "CPU a site, s", "wall a site, s", "CPU against colocate",
         "prepared, CPU s", *(f"fidelity at {limit} min" for limit in limits), "sites", "repeats"),
        ((
            _name(row), _number(row["site"]["cpu_s"]), _number(row["site"]["wall_s"]),
            _ratio(row["site"]["cpu_s"], rows[0]["site"]["cpu_s"]),
            _number(row["prepared"]["cpu_s"]),
            *(f"{score:.3f}" for score in row["fidelity"]), row["sites"], row["site"]["repeats"],
        ) for row in rows),
    )  # fmt: skip
    about = (
        f"Polygons at {', '.join(map(str, limits))} minutes from each site. Fidelity is "
        "intersection over union of the polygon and what is truly reached, on points every 25 m "
        "along the roads. Valhalla adds turn times of its own and keeps whole km/h, so its "
        "polygons are judged by the times of its own matrix. A site is one more beside what is "
        "prepared once.\n"
    )
    return "\n".join(
        ["## Catchments: five limits a site\n", about, table, *_absent(results["areas_absent"])]
    )


def _extracts(results: Row) -> str:
    if not results["extracts"]:
        return f"## From an extract to a ready graph\n\nNot measured: no {results['extract']}.\n"
    table = _markdown(
        ("engine", "wall, s", "CPU, s", "peak memory, MB"),
        ((_name(row), _number(row["cost"]["wall_s"]), _number(row["cost"]["cpu_s"]),
          f"{row['peak_mb']:,.0f}") for row in results["extracts"]),
    )  # fmt: skip
    about = f"`{results['extract']}`, once. OSRM extracts with its own car profile and contracts.\n"
    return "\n".join(
        ["## From an extract to a ready graph\n", about, table,
         *_absent(results["extracts_absent"])]
    )  # fmt: skip


def _growth(results: Row) -> str:
    parts = ["## Growth\n"]
    for series, size, about in _series(results):
        rows = results[series]
        steps = list(rows[0]["costs"])
        sizes = [row[size] for row in rows]
        fitted = [exponent(sizes, values) for values in _values(rows).values()]
        parts.append(about + "\n\n" + _markdown(
            ("nodes", "sources", "sites", *(f"{step}, CPU s" for step in steps), "memory, MB"),
            (
                *((f"{row['nodes']:,}", row["sources"], row["sites"],
                   *(_number(row["costs"][step]["cpu_s"]) for step in steps),
                   f"{row['memory_mb']:,.0f}") for row in rows),
                ("**exponent**", "", "", *(f"**{power:.2f}**" for power in fitted)),
            ),
        ))  # fmt: skip
    parts.append("An exponent of 1 is growth in proportion. Memory is above what imports take.\n")
    return "\n".join(parts)


def _stages(results: Row) -> str:
    """Stages from nothing and after one weight, and their growth; nothing where not measured."""
    if "by_run" not in results:
        return ""
    runs, sizes = results["by_run"], results["by_options"]
    ran = _markdown(
        ("wall s", *(run["run"] for run in runs)),
        (
            *((stage, *(_seconds(run["stages"].get(stage)) for run in runs))
              for stage in _longest(run["stages"] for run in runs)),
            ("**the whole run**", *(f"**{run['wall_s']:.1f}**" for run in runs)),
        ),
    )  # fmt: skip
    options = [size["options"] for size in sizes]
    grown = _markdown(
        ("CPU s", *(f"{size['sites']} sites, {size['options']:,} options" for size in sizes),
         "grows with options"),
        ((stage, *(_seconds(size["steps"].get(stage)) for size in sizes),
          _power(options, [size["steps"].get(stage, 0.0) for size in sizes]))
         for stage in _longest(size["steps"] for size in sizes)),
    )  # fmt: skip
    ended = [f"{size['sites']} sites: {size['wall']}\n" for size in sizes if size["wall"]]
    about = (
        "Devon & Somerset as it is shipped, in one process (`--processes 1`; two make stages side "
        f"by side and take less). Stages that never took {LONG_S} s are left out.\n"
    )
    more = (
        "Made-up studies on the same roads, crowded with sites (`benchmarks/crowded.py`), in one "
        "process. An exponent stands where a stage takes a second or more at the largest.\n"
    )
    return "\n".join(["## Stages\n", about, ran, more, grown, *ended])


def _longest(told: Iterable[dict[str, float]]) -> list[str]:
    """Stages that took long in any of some runs, in the order in which they are made."""
    told = list(told)
    names = dict.fromkeys(name for each in told for name in each)
    return [name for name in names
            if max(each.get(name, 0.0) for each in told) >= LONG_S]  # fmt: skip


def _seconds(value: float | None) -> str:
    return "" if value is None or value < SHOWN_S else f"{value:.1f}"


def _power(sizes: list[int], values: list[float]) -> str:
    return f"n^{exponent(sizes, values):.2f}" if values[-1] >= 1 and min(values) > 0 else ""


def _series(results: Row) -> Iterable[tuple[str, str, str]]:
    """Key of each series of growth, the size that grows, and what it is."""
    first = results["by_sites"][0]
    yield (
        "by_nodes", "nodes",
        f"Nested cuts around Exeter; {first['sources']} sources, {first['sites']} catchment sites.",
    )  # fmt: skip
    yield "by_sites", "sites", "More sources and catchment sites on the whole network."


def _values(rows: Sequence[Row]) -> dict[str, list[float]]:
    """CPU seconds by step, and memory, over a series."""
    steps = {step: [row["costs"][step]["cpu_s"] for row in rows] for step in rows[0]["costs"]}
    return {**steps, "memory": [row["memory_mb"] for row in rows]}


def _name(row: Row) -> str:
    return f"{row['name']} {row['version']}"


def _number(value: float) -> str:
    """Three significant digits, without an exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:#.3g}".rstrip(".")


def _ratio(value: float, base: float) -> str:
    return f"{_number(value / base)} ×"


def _absent(rows: Sequence[tuple[str, str]]) -> list[str]:
    return [f"Absent: {name}: {reason}.\n" for name, reason in rows]


def _markdown(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Markdown table: the first column to the left, the others to the right."""
    lines = [head, ("---", *("--:" for _ in head[1:])), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def _chart(results: Row, path: Path) -> None:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams.update(
        {"svg.hashsalt": "colocate", "svg.fonttype": "none", "font.family": "sans-serif"}
    )
    figure = Figure(figsize=(9, 9), layout="constrained")
    tables, areas, growth = figure.subplots(3, 1, height_ratios=(6, 3, 4))
    sources, targets = results["pairs"]
    _dots(
        tables,
        [(row["name"] + (" (scaled up)" if row["sample"] else ""), row["table"]["cpu_s"])
         for row in results["tables"]],
        title=f"{sources:,} × {targets:,} travel times, CPU seconds",
    )  # fmt: skip
    _dots(
        areas,
        [(row["name"], row["site"]["cpu_s"]) for row in results["areas"]],
        title="Catchments, five limits, CPU seconds a site",
    )
    _lines(growth, results)
    figure.savefig(path, metadata={"Date": None, "Creator": None, "Title": "colocate benchmarks"})


def _dots(axes: Axes, rows: Sequence[tuple[str, float]], *, title: str) -> None:
    names, values = zip(*rows, strict=True)
    axes.scatter(
        values, names, s=60, c=[OURS if name.startswith("colocate") else THEIRS for name in names]
    )
    for name, value in rows:
        axes.annotate(
            _number(value), (value, name), (7, 0), textcoords="offset points", va="center"
        )
    axes.set(xscale="log", title=title)
    axes.grid(alpha=0.3)
    axes.margins(x=0.15, y=0.1)
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)


def _lines(axes: Axes, results: Row) -> None:
    rows = results["by_nodes"]
    nodes = [row["nodes"] for row in rows]
    markers = dict(zip(rows[0]["costs"], "os^Dv", strict=True))
    for step, marker in markers.items():
        values = _values(rows)[step]
        label = f"{step}: n^{exponent(nodes, values):.2f}"
        axes.plot(nodes, values, marker=marker, label=label)
    axes.set(xscale="log", yscale="log", title="Growth with the network, CPU seconds")
    axes.set_xlabel("nodes")
    axes.set_xticks(nodes, [f"{count:,}" for count in nodes], minor=False)
    axes.set_xticks([], minor=True)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    axes.spines[["top", "right"]].set_visible(False)


if __name__ == "__main__":
    found = Path(sys.argv[1])
    write(json.loads(found.read_text()), Path(__file__).parents[1] / "docs")
