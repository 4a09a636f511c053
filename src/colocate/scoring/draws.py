"""What is drawn at random, each kind from a stream of its own.

A stream is named: drawing more of one kind, or a new kind, leaves all others as they were. Equal
seeds give equal draws with the same version of numpy, which the manifest names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from colocate.scoring import measures
from colocate.tables.choice import DRAWN_MEASURES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from colocate.scoring.drawn_services import Columns
    from colocate.study import Nearness
    from colocate.travel.draws import Drawn

    Floats = NDArray[np.float64]

CLASS_GROUPS = ("motorway_trunk", "main", "minor", "built_up")


def stream(name: str, /, *, seed: int) -> np.random.Generator:
    """Return the random numbers of one kind of draw.

    Args:
        name: of the kind of draw.
        seed: the study's seed.
    """
    # SeedSequence([seed, *name.encode()]), which reads a list number by number, ten times slower.
    words = seed.to_bytes(max(1, -(-seed.bit_length() // 32)) * 4, "little")
    numbers = *np.frombuffer(words, "<u4"), *name.encode()
    return np.random.default_rng(np.random.SeedSequence(np.array(numbers, "uint32")))


def weights_near(
    weights: Sequence[float], /, *, count: int, concentration: float, seed: int
) -> Floats:
    """Draw weights around the agreed ones: Dirichlet(concentration × agreed share).

    Their mean is the agreed share s, their standard deviation sqrt(s (1 - s) / (concentration +
    1)). A criterion that weighs nothing still does.

    Args:
        weights: the agreed ones, of any sum.
        count: how many draws.
        concentration: the larger, the nearer to the agreed ones.
        seed: the study's seed.

    Returns:
        Shape (count, criteria).
    """
    shares = np.array(weights) / np.sum(weights)
    weighing = shares > 0
    drawn = np.zeros((count, len(shares)))
    rng = stream("weights_near", seed=seed)
    drawn[:, weighing] = rng.dirichlet(concentration * shares[weighing], size=count)
    return drawn


def weights_any(criteria: int, /, *, count: int, seed: int) -> Floats:
    """Draw weights evenly over all there could be: Dirichlet(1, …, 1), shape (count, criteria).

    Args:
        criteria: how many criteria.
        count: how many draws.
        seed: the study's seed.
    """
    return stream("weights_any", seed=seed).dirichlet(np.ones(criteria), size=count)


def speed_factors(count: int, /, *, spread: float, seed: int) -> pd.DataFrame:
    """Draw factors on speed, each class group's for itself, evenly within 1 ± spread.

    Args:
        count: how many draws.
        spread: largest share by which speeds change.
        seed: the study's seed.

    Returns:
        One row a draw, by its number from 1; one column a class group.
    """
    shape = (count, len(CLASS_GROUPS))
    drawn = stream("speeds", seed=seed).uniform(1 - spread, 1 + spread, size=shape)
    draws = pd.RangeIndex(1, count + 1, name="draw")
    return pd.DataFrame(drawn, columns=list(CLASS_GROUPS), index=draws)


def cost_factors(
    option_ids: Sequence[str],
    /,
    *,
    assumed: NDArray[np.bool_],
    count: int,
    spread: float,
    seed: int,
) -> Floats:
    """Draw factors on what options save, evenly within 1 ± spread.

    Every option has a factor of its own, from a stream of its own: a new option changes no other's.
    Figures that are assumed rest on the same prior, so they share a second factor, drawn likewise,
    on top: they may be wrong alike.

    Args:
        option_ids: the options.
        assumed: of each, whether its figure is assumed.
        count: draws.
        spread: largest change, as a share.
        seed: the study's.

    Returns:
        Shape (count, options).
    """
    low, high = 1 - spread, 1 + spread
    own = [
        stream(f"costs/{option_id}", seed=seed).uniform(low, high, size=count)
        for option_id in option_ids
    ]
    shared = stream("costs", seed=seed).uniform(low, high, size=(count, 1))
    return np.reshape(own, (-1, count)).T * np.where(assumed, shared, 1.0)


def in_ranges(
    keys: Sequence[tuple[str, str]],
    /,
    *,
    ranges: tuple[Floats, Floats, Floats],
    count: int,
    seed: int,
) -> Floats:
    """Draw values over their ranges: as often below the centre as above, evenly on either side.

    Every value has a stream of its own, so a new option or criterion changes no other's. What
    rests on one prior is drawn apart too, which makes the order no surer than it is.

    Args:
        keys: option and criterion of each value.
        ranges: low, centre and high of each.
        count: draws.
        seed: the study's.

    Returns:
        Shape (count, values).
    """
    low, centre, high = ranges
    drawn = [
        stream(f"ranges/{criterion}/{option_id}", seed=seed).uniform(-1, 1, size=count)
        for option_id, criterion in keys
    ]
    at = np.reshape(drawn, (-1, count)).T
    return centre + np.where(at < 0, at * (centre - low), at * (high - centre))


class Measures(NamedTuple):
    """How options are measured on a drawn network."""

    options: pd.DataFrame
    """Table `options`, those to be ranked; distances stay as they are."""
    nearness: Mapping[str, Nearness]
    """`choice.nearness` of the study."""
    driven: Callable[[Drawn], Floats]
    """The longest drive between the sites of each, s."""
    cover: Callable[[Drawn], Columns]
    """Figures of table `cover`, of options that move a crew."""
    access: Callable[[Drawn], Columns]
    """Figures of table `access`, of options that move a desk."""


def drawn_measures(how: Measures, networks: Mapping[int, Drawn], /) -> pd.DataFrame:
    """Measure options on drawn networks.

    Args:
        how: options, and how to measure them.
        networks: the drives of each draw, by its number.

    Returns:
        Rows of table `drawn_measures`, in order of its key.
    """
    listed = how.options["option_id"].to_numpy("object")
    each = pd.Index([f"{draw} {option_id}" for draw in networks for option_id in listed])
    rows = how.options.iloc[np.tile(np.arange(len(listed)), len(networks))]
    time_s = np.concatenate([how.driven(times) for times in networks.values()])
    tables = {
        "options": rows.assign(option_id=each.astype("str"), travel_time_s=time_s),
        "cover": _of_all(networks, how.cover),
        "access": _of_all(networks, how.access),
    }
    # To the criteria an option on another network is another option: all are measured at once.
    found = measures.drawn(tables, nearness=how.nearness)
    at = each.get_indexer(found["option_id"])
    found = found.assign(
        draw=np.array(list(networks), "int64")[at // len(listed)],
        option_id=pd.Series(listed[at % len(listed)], found.index, dtype="str"),
    )
    found = found.sort_values(["draw", "option_id", "criterion"], ignore_index=True)
    return found[DRAWN_MEASURES.names]


def _of_all(networks: Mapping[int, Drawn], figures: Callable[[Drawn], Columns]) -> pd.DataFrame:
    """Put the figures of all networks one below the other, each option by its draw and id."""
    found = {draw: figures(times) for draw, times in networks.items()}
    ids = [f"{draw} {option_id}" for draw in found for option_id in found[draw]["option_id"]]
    names = [name for name in next(iter(found.values()), ()) if name != "option_id"]
    return pd.DataFrame(
        {"option_id": pd.Series(ids, dtype="str")}
        | {name: np.concatenate([each[name] for each in found.values()]) for name in names}
    )
