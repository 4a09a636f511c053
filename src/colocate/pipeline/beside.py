"""Publishing in two processes: each writes what the other has not begun."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from colocate.pipeline import manifest, standing
from colocate.pipeline.worker import GoneError, portable
from colocate.publish.published import LEFT_OUT, Published

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from colocate.io import Tables
    from colocate.pipeline.locate import Place
    from colocate.pipeline.worker import Worker


class Share(NamedTuple):
    """What another process may write of a run."""

    folder: Path
    taken: Path
    run_id: str
    files: Mapping[str, Path]
    parts: Mapping[str, Sequence[Path]]
    """Where the run's tables lie, as `io.Tables` has them."""

    def do(
        self,
        place: Place,
        *,
        tables: Tables,
        tell: Callable[..., Any],  # noqa: ARG002 - as a task
    ) -> dict[str, Exception]:
        """Write it.

        Args:
            place: the study of the run.
            tables: those in memory.
            tell: has nothing to tell.

        Returns:
            What could not be made, by name.
        """
        from colocate.publish.output_folder import publish_apart

        tables.forget(LEFT_OUT)
        tables.add(self.files)
        tables.parts.update(self.parts)
        missing = publish_apart(
            tables,
            self.folder,
            study=place.study,
            run_id=self.run_id,
            version=manifest.own_version(),
            taken=self.taken,
            shelf=standing.shelf(place.work),
        )
        return {name: portable(fault) for name, fault in missing.items()}


def publish(
    tables: Tables, folder: Path, *, place: Place, run_id: str, by: Sequence[Worker]
) -> Published:
    """Fill the folder of a run, with the first of the processes, where there is one.

    Args:
        tables: all of the run's tables by name.
        folder: the empty folder.
        place: the study of the run.
        run_id: name of the run.
        by: processes with nothing else to do.

    Returns:
        What could not be made, and a line on each pack.

    Raises:
        OutputError: a file cannot be written.
    """
    with tempfile.TemporaryDirectory() as aside:
        taken = Path(aside)
        share = Share(folder, taken, run_id, tables.files, tables.parts)
        answer = by[0].hand(share, place) if by else dict

        def apart() -> dict[str, Exception] | None:
            try:
                return answer()
            except GoneError:  # what it has written is written again
                return None

        # Its import takes a second, for which the other process need not wait.
        from colocate.publish import output_folder

        return output_folder.publish(
            tables,
            folder,
            study=place.study,
            run_id=run_id,
            version=manifest.own_version(),
            shelf=standing.shelf(place.work),
            taken=taken,
            apart=apart,
        )
