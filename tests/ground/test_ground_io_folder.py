"""A run replaces what the run before wrote, and nothing else."""

import json
import multiprocessing
import os
import signal
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colocate import io
from colocate.errors import OutputError

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def run(final, tell=lambda _: None, **files):
    """Write an output folder as a run does; `__` stands for a folder in a name."""
    with io.staged_folder(final, tell=tell) as folder:
        for name, text in files.items():
            path = folder / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        outputs = {
            path.relative_to(folder).as_posix(): io.sha256(path)
            for path in folder.rglob("*")
            if path.is_file()
        }
        (folder / io.MANIFEST).write_text(json.dumps({"colocate": "1", "outputs": outputs}))


def contents(folder):
    """Every file and link of a folder but the manifest, and what is in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.name != io.MANIFEST and path.is_file()
    }


def beside(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_run_replaces_the_one_before_and_leaves_nothing_beside_it(tmp_path):
    run(tmp_path / "deep" / "out", old="1")
    run(tmp_path / "deep" / "out", new="2")
    assert contents(tmp_path / "deep" / "out") == {"new": "2"}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_the_old_folder_and_nothing_beside_it(tmp_path, fault):
    def fail():
        with io.staged_folder(tmp_path / "out") as folder:
            (folder / "half").write_text("")
            raise fault

    run(tmp_path / "out", old="1")
    with pytest.raises(fault):
        fail()
    assert contents(tmp_path / "out") == {"old": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_first_run_that_fails_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="x"), io.staged_folder(tmp_path / "out"):
        raise ValueError("x")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_may_be_used(tmp_path):
    (tmp_path / "out").mkdir()
    run(tmp_path / "out", new="1")
    assert contents(tmp_path / "out") == {"new": "1"}


@pytest.mark.parametrize("manifest", [None, "{}", "[]", "not json"])
def test_a_folder_of_somebody_elses_is_never_touched(tmp_path, manifest):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.docx").write_text("years of work")
    if manifest is not None:
        (tmp_path / "out" / io.MANIFEST).write_text(manifest)
    with pytest.raises(OutputError, match="colocate did not write"):
        run(tmp_path / "out")
    assert contents(tmp_path / "out") == {"thesis.docx": "years of work"}


def test_a_file_is_no_place_for_a_folder(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="is a file"):
        run(tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_when_the_swap_fails_the_old_folder_comes_back(tmp_path, monkeypatch):
    run(tmp_path / "out", old="1")
    path_type = type(tmp_path)
    rename = path_type.rename

    def held_open(self, target):
        if self.name == "out" and self.parent != tmp_path:
            raise PermissionError(13, "in use")
        return rename(self, target)

    monkeypatch.setattr(path_type, "rename", held_open)
    with pytest.raises(OutputError, match="Close whatever holds its files open"):
        run(tmp_path / "out", new="2")
    assert contents(tmp_path / "out") == {"old": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permission bits")
def test_others_may_read_what_was_written(tmp_path):
    (tmp_path / "plain").mkdir()
    run(tmp_path / "out", new="1")
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_a_killed_run_left_aside_is_swept_after_a_day(tmp_path):
    for name, holds in (("old", "out"), ("new", "out"), ("theirs", "thesis.txt")):
        room = tmp_path / f".out.{name:_<8}"
        (room / holds).mkdir(parents=True)
        if name != "new":
            os.utime(room, (0, 0))
    with io.staged_folder(tmp_path / "out") as staged:
        (staged / "manifest.json").write_text("{}")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".out.new_____", ".out.theirs__", "out",
    ]  # fmt: skip


# --- what people put there --------------------------------------------------------------------


def test_a_document_beside_the_report_stays(tmp_path):
    out, told = tmp_path / "out", []
    run(out, report="1", sheets__a="1")
    (out / "minutes.docx").write_text("theirs")
    (out / "sheets" / "a-signed.pdf").write_text("theirs")
    (out / "board" / "2026").mkdir(parents=True)
    (out / "board" / "2026" / "paper.txt").write_text("theirs")
    (out / "empty").mkdir()
    theirs = {"minutes.docx": "theirs", "sheets/a-signed.pdf": "theirs",
              "board/2026/paper.txt": "theirs"}  # fmt: skip
    for text in ("2", "3"):
        run(out, tell=told.append, report=text, sheets__b=text)
        assert contents(out) == theirs | {"report": text, "sheets/b": text}
    assert (out / "empty").is_dir()
    assert beside(tmp_path) == ["out"]
    assert told[0] == (
        f"kept in {out}, not written by colocate: 4 (board/2026/paper.txt, empty, minutes.docx "
        "and 1 more)"
    )


def test_an_output_that_was_edited_is_set_aside(tmp_path):
    out, told = tmp_path / "out", []
    run(out, report="1", sheets__a="1")
    (out / "report").write_text("1, with our notes")
    run(out, tell=told.append, report="2", sheets__a="2")
    assert contents(out) == {"report": "2", "sheets/a": "2", "kept/report": "1, with our notes"}
    assert told == [f"set aside in {out / 'kept'}, edited or in the way: 1 (report)"]
    (out / "report").write_text("2, with our notes")
    run(out, report="3")
    assert contents(out) == {
        "report": "3", "kept/report": "1, with our notes", "kept-2/report": "2, with our notes",
    }  # fmt: skip


def test_what_stands_in_the_way_of_a_new_output_is_set_aside(tmp_path):
    out = tmp_path / "out"
    run(out, report="1")
    (out / "decisions").write_text("theirs")
    (out / "sheets").write_text("theirs")
    (out / "list").mkdir()
    (out / "list" / "deep").write_text("theirs")
    run(out, report="2", decisions="2", sheets__a="2", list="2")
    assert contents(out) == {
        "report": "2", "decisions": "2", "sheets/a": "2", "list": "2",
        "kept/decisions": "theirs", "kept/sheets": "theirs", "kept/list/deep": "theirs",
    }  # fmt: skip


def test_a_file_called_kept_is_kept_too(tmp_path):
    out = tmp_path / "out"
    run(out, report="1")
    (out / "kept").write_text("theirs")
    (out / "report").write_text("edited")
    run(out, report="2")
    assert contents(out) == {"report": "2", "kept": "theirs", "kept-2/report": "edited"}


def test_a_run_that_fails_leaves_what_people_put_there(tmp_path):
    out = tmp_path / "out"
    run(out, report="1")
    (out / "minutes.docx").write_text("theirs")
    (out / "report").write_text("edited")

    def fail():
        with io.staged_folder(out):
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        fail()
    assert contents(out) == {"report": "edited", "minutes.docx": "theirs"}
    assert beside(tmp_path) == ["out"]


@POSIX
def test_links_are_kept_as_links_and_never_followed(tmp_path):
    out, theirs = tmp_path / "out", tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis").write_text("years of work")
    run(out, report="1", tables__a="1")
    (out / "link").symlink_to(theirs)
    (out / "broken").symlink_to("nowhere")
    (out / "loop").symlink_to(out)
    (out / "report").unlink()
    (out / "report").symlink_to(theirs / "thesis")
    (out / "tables" / "a").unlink()
    (out / "tables").rmdir()
    (out / "tables").symlink_to(theirs)
    run(out, report="2", tables__a="2")
    assert (theirs / "thesis").read_text() == "years of work"
    assert beside(theirs) == ["thesis"]
    assert (out / "report").read_text() == (out / "tables" / "a").read_text() == "2"
    assert not (out / "report").is_symlink()
    assert not (out / "tables").is_symlink()
    assert {path.name: str(path.readlink()) for path in (out / "kept").iterdir()} == {
        "report": str(theirs / "thesis"), "tables": str(theirs),
    }  # fmt: skip
    assert str((out / "link").readlink()) == str(theirs)
    assert str((out / "broken").readlink()) == "nowhere"
    assert str((out / "loop").readlink()) == str(out)


@POSIX
def test_a_linked_output_folder_is_replaced_where_it_lies(tmp_path):
    (tmp_path / "out").symlink_to(tmp_path / "disk" / "real")
    run(tmp_path / "out", report="1")
    (tmp_path / "disk" / "real" / "mine").write_text("theirs")
    run(tmp_path / "out", report="2")
    assert (tmp_path / "out").is_symlink()
    assert contents(tmp_path / "disk" / "real") == {"report": "2", "mine": "theirs"}


@POSIX
def test_a_linked_manifest_makes_no_folder_ours(tmp_path):
    run(tmp_path / "ours", report="1")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / io.MANIFEST).symlink_to(tmp_path / "ours" / io.MANIFEST)
    with pytest.raises(OutputError, match="did not write"):
        run(tmp_path / "out")


@POSIX
def test_folders_stay_as_closed_as_they_were(tmp_path):
    out = tmp_path / "out"
    run(out, report="1")
    (out / "private").mkdir(mode=0o700)
    (out / "private" / "a").write_text("theirs")
    (out / "private" / "a").chmod(0o600)
    run(out, report="2")
    assert (out / "private").stat().st_mode & 0o777 == 0o700
    assert (out / "private" / "a").stat().st_mode & 0o777 == 0o600


def test_a_read_only_folder_is_refused_before_anything_else(tmp_path, monkeypatch):
    run(tmp_path / "out", report="1")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    with pytest.raises(OutputError, match="is read-only"):
        run(tmp_path / "out", report="2")
    assert contents(tmp_path / "out") == {"report": "1"}


def test_what_cannot_be_kept_stops_the_run_by_name(tmp_path, monkeypatch):
    out = tmp_path / "out"
    run(out, report="1")
    (out / "minutes.docx").write_text("theirs")

    def refuse(*_, **__):
        raise PermissionError(13, "not allowed", str(out / "minutes.docx"))

    monkeypatch.setattr(type(out), "hardlink_to", refuse)
    monkeypatch.setattr(io.folder.shutil, "copy2", refuse)
    with pytest.raises(OutputError, match=r"minutes\.docx: .* cannot be kept \(not allowed\)"):
        run(out, report="2")
    assert contents(out) == {"report": "1", "minutes.docx": "theirs"}
    assert beside(tmp_path) == ["out"]


def test_a_file_system_without_second_names_gets_copies(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(95, "not supported")

    run(tmp_path / "out", report="1")
    (tmp_path / "out" / "minutes.docx").write_text("theirs")
    monkeypatch.setattr(type(tmp_path), "hardlink_to", refuse)
    run(tmp_path / "out", report="2")
    assert contents(tmp_path / "out") == {"report": "2", "minutes.docx": "theirs"}


@pytest.mark.parametrize("outputs", [None, [], "x", {"../../etc/passwd": "0", "report": 5}])
def test_a_manifest_that_does_not_say_what_was_written_loses_nothing(tmp_path, outputs):
    out = tmp_path / "out"
    run(out, report="1", old="1")
    (out / io.MANIFEST).write_text(json.dumps({"colocate": "1", "outputs": outputs}))
    run(out, report="2")
    assert contents(out) == {"report": "2", "kept/report": "1", "old": "1"}


@pytest.mark.parametrize(
    "name", ["-rf", " ", "a\nb", "..x", "~$report", ".hidden", "*", "ünï\u202e", "manifest.json "]
)
@POSIX
def test_any_name_is_kept(tmp_path, name):
    run(tmp_path / "out", report="1")
    (tmp_path / "out" / name).write_text("theirs")
    run(tmp_path / "out", report="2")
    assert contents(tmp_path / "out") == {"report": "2", name: "theirs"}


@POSIX
def test_bytes_that_are_no_text_may_name_a_file(tmp_path):
    run(tmp_path / "out", report="1")
    path = os.fsencode(tmp_path / "out") + b"/\xff\xfe"
    with open(path, "wb") as file:  # noqa: PTH123 - a name that pathlib cannot be given
        file.write(b"theirs")
    run(tmp_path / "out", report="2")
    assert os.path.exists(path)  # noqa: PTH110


# --- killed runs ------------------------------------------------------------------------------


def test_what_lies_aside_after_a_kill_is_put_back(tmp_path):
    run(tmp_path / "out", report="1")
    (tmp_path / "out" / "minutes.docx").write_text("theirs")
    (tmp_path / "out").rename(tmp_path / ".out.previous")
    run(tmp_path / "out", report="2")
    assert contents(tmp_path / "out") == {"report": "2", "minutes.docx": "theirs"}
    assert beside(tmp_path) == ["out"]


def test_what_lies_aside_is_looked_through_before_it_goes(tmp_path):
    run(tmp_path / "out", report="1")
    (tmp_path / "out" / "minutes.docx").write_text("theirs")
    (tmp_path / "out").rename(tmp_path / ".out.previous")
    run(tmp_path / "new", report="2")
    (tmp_path / "new").rename(tmp_path / "out")
    run(tmp_path / "out", report="3")
    assert contents(tmp_path / "out") == {"report": "3", "minutes.docx": "theirs"}
    assert beside(tmp_path) == ["out"]


def test_a_folder_of_somebody_elses_in_the_old_ones_place_is_refused(tmp_path):
    run(tmp_path / "out", report="1")
    (tmp_path / ".out.previous").mkdir()
    (tmp_path / ".out.previous" / "thesis").write_text("years of work")
    with pytest.raises(OutputError, match=r"\.out\.previous: .* Move it elsewhere"):
        run(tmp_path / "out", report="2")
    assert contents(tmp_path / ".out.previous") == {"thesis": "years of work"}


def _killed(out, at):
    """Run, killed before the `at`-th change on disk."""
    seen = 0

    def count(event, given):
        nonlocal seen
        writes = event == "open" and isinstance(given[2], int) and given[2] & os.O_ACCMODE
        if writes or event in {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link"}:
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    run(out, report="2", sheets__a="2")


@POSIX
def test_a_kill_at_any_moment_loses_nothing(tmp_path):
    context = multiprocessing.get_context("fork")
    for at in range(1, 60):
        out = tmp_path / str(at) / "out"
        run(out, report="1", old="1")
        (out / "minutes.docx").write_text("theirs")
        (out / "old").write_text("edited")
        process = context.Process(target=_killed, args=(out, at))
        process.start()
        process.join(timeout=60)
        found = out if out.exists() else out.parent / ".out.previous"
        assert contents(found)["minutes.docx"] == "theirs"
        assert "edited" in contents(found).values()
        run(out, report="3")
        assert contents(out) == {"report": "3", "minutes.docx": "theirs", "kept/old": "edited"}
        assert not (out.parent / ".out.previous").exists()
        if process.exitcode == 0:
            return
    pytest.fail("never ran to the end")


_NAMES = st.sampled_from(["a", "b", "kept", "kept-2", "d"])
_PATHS = st.lists(_NAMES, min_size=1, max_size=3).map("/".join)


@given(
    wrote=st.dictionaries(_PATHS, st.just("old")),
    theirs=st.dictionaries(_PATHS, st.sampled_from(["x", "y", "z"])),
    writes=st.dictionaries(_PATHS, st.just("new")),
)
@settings(max_examples=150)
def test_nothing_of_theirs_is_ever_lost(tmp_path_factory, wrote, theirs, writes):
    out = tmp_path_factory.mktemp("law") / "out"
    run(out, **_possible(wrote))
    put = []
    for name, text in theirs.items():
        path = out / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        except OSError:  # a file stands where a folder would, or the other way round
            continue
        put.append(text)
    run(out, **_possible(writes))
    found = contents(out)
    assert {name: found[name] for name in _possible(writes, joint="/")} == _possible(
        writes, joint="/"
    )
    rest = {text for name, text in found.items() if name not in _possible(writes, joint="/")}
    assert rest == set(put)  # what is set aside where the same lies already is there once


def _possible(files, *, joint="__"):
    """Leave out files that another stands in the way of."""
    return {
        name.replace("/", joint): text
        for name, text in files.items()
        if not any(other != name and other.startswith(f"{name}/") for other in files)
    }
