import pytest

from colocate import study
from colocate.errors import StudyError
from colocate.pipeline.locate import load_study
from town import SETTINGS


@pytest.fixture
def text():
    return SETTINGS.read_text(encoding="utf-8")


@pytest.fixture
def load(tmp_path):
    def written(content):
        path = tmp_path / "study.toml"
        path.write_text(content, encoding="utf-8")
        return load_study(path)

    return written


def changed(text, before, after):
    assert before in text
    return text.replace(before, after, 1)


def test_the_embedded_study_loads(study_folder):
    assert load_study(study_folder / "study.toml").study.id == "devon-somerset"


def test_an_unknown_setting_is_named(text, load):
    with pytest.raises(StudyError, match=r"travel\.snap_doutful_m: unknown setting"):
        load(changed(text, "snap_doubtful_m", "snap_doutful_m"))


def test_a_missing_setting_is_named(text, load):
    with pytest.raises(StudyError, match=r"study\.seed: missing setting"):
        load(changed(text, "seed = 1\n", ""))


def test_all_faults_are_told_at_once(text, load):
    text = changed(text, "seed = 1", 'seed = "often"')
    text = changed(text, "snap_doubtful_m", "snap_doutful_m")
    with pytest.raises(StudyError) as told:
        load(text)
    story = str(told.value)
    assert "3 wrong setting(s)" in story
    assert "study.seed" in story
    assert "'often'" in story
    assert "travel.snap_doutful_m: unknown setting" in story
    assert "travel.snap_doubtful_m: missing setting" in story


def test_a_bare_number_is_taken_as_assumed():
    figure = study.Figure.model_validate(12)
    assert figure.value == 12
    assert figure.basis == "assumed"


@pytest.mark.parametrize("ground", [{}, {"source": "a", "assumed": "b"}])
def test_a_figure_rests_on_a_source_or_an_assumption_and_not_on_both(ground):
    with pytest.raises(ValueError, match="either source"):
        study.Figure(value=1, **ground)


def test_a_figure_read_in_a_source_is_recorded():
    figure = study.Figure(value=1, source="a report")
    assert (figure.basis, figure.ground) == ("recorded", "a report")


def test_a_register_cannot_map_a_column_that_sites_do_not_have():
    with pytest.raises(ValueError, match="no column postal_code"):
        study.Register(file="x.csv", columns={"postal_code": "PC"})


def test_every_coordinate_source_needs_a_precision(text, load):
    with pytest.raises(StudyError, match="precision_m lacks osm"):
        load(changed(text, "osm = 25", "osn = 25"))


def test_a_file_that_is_not_toml_is_told_so(load):
    with pytest.raises(StudyError, match="not valid TOML"):
        load("[study")


def test_a_file_that_is_not_utf8_is_told_so(tmp_path):
    path = tmp_path / "study.toml"
    path.write_bytes("title = 'café'".encode("latin-1"))
    with pytest.raises(StudyError, match="UTF-8"):
        load_study(path)


def test_a_missing_file_is_told_with_what_to_do(tmp_path):
    with pytest.raises(StudyError, match="colocate init"):
        load_study(tmp_path / "none.toml")


def test_every_figure_has_a_name_and_a_ground(text, load):
    figures = dict(study.figures(load(text)))
    assert figures["response.turnout_s.on_call"].value == 300
    assert figures["choice.criteria.fire_cover.weight"].basis == "assumed"
    assert all(figure.ground for figure in figures.values())


CAR = "[travel.speed_factors.car]\nmotorway_trunk = 1"


def test_a_factor_above_1_needs_a_source(text, load):
    faster = changed(text, CAR, CAR + ".1")
    with pytest.raises(StudyError, match=r"speed_factors\.car: motorway_trunk: a factor above 1"):
        load(faster)
    sourced = changed(text, CAR, CAR[:-1] + '{ value = 1.1, source = "observed" }')
    assert load(sourced).travel.speed_factors["car"].motorway_trunk.value == 1.1


def test_a_factor_of_0_is_refused(text, load):
    with pytest.raises(StudyError, match="must be above 0"):
        load(changed(text, CAR, CAR[:-1] + "0"))


def test_a_profile_in_use_needs_its_factors(text, load):
    travel = load(text).travel.model_dump()
    del travel["speed_factors"]["appliance"]
    assert study.Travel.model_validate(travel)
    travel["profiles"]["from_site"] = "appliance"
    with pytest.raises(ValueError, match="speed_factors lacks the profile appliance"):
        study.Travel.model_validate(travel)


@pytest.mark.parametrize("missing", ["from_site", "to_site"])
def test_each_direction_needs_a_profile(text, load, missing):
    travel = load(text).travel.model_dump()
    del travel["profiles"][missing]
    with pytest.raises(ValueError, match="who drives"):
        study.Travel.model_validate(travel)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "cutoff_min = 60",
            'cutoff_min = { value = "60" }',
            "travel.cutoff_min.value",
        ),
        ("cutoff_min = 60", "cutoff_min = nan", "finite number"),
        ("cutoff_min = 60", "cutoff_min = inf", "finite number"),
        ("cutoff_min = 60", "cutoff_min = 1441", "1440 or less; found 1441"),
        ("cutoff_min = 60", "cutoff_min = 9", "cutoff_min is 9, shorter"),
        ("catchment_grid_m = 100", "catchment_grid_m = 19", "20 or more"),
        ("snap_refused_m = 1000", "snap_refused_m = 0", "must be above 0"),
        ("call_handling_s = 57", "call_handling_s = -1", "must be 0 or more"),
        ("on_call = 300", "on_call = -300", "response.turnout_s.on_call"),
        ("target_share = 0.75", "target_share = 75", "0 or more and 1 or less"),
        ("[4, 8, 10, 15, 20]", "[]", "travel.catchment_limits_min"),
        ("[4, 8, 10, 15, 20]", "[0, 8]", "travel.catchment_limits_min.0"),
        ("[4, 8, 10, 15, 20]", "[8, nan]", "travel.catchment_limits_min.1"),
        ("largest_group = 4", "largest_group = 2", "options.largest_group"),
        ('["front_desk"]', '["frontdesk"]', "no such role; there are station"),
        ('functions = ["headquarters"', 'functions = ["hq"', "options.functions.0"),
        ('id = "parking"', 'id = "space"', "gates: the same id more than once: 1 (space)"),
        ("worst = -10000", "worst = nan", "choice.criteria.0.worst"),
        ('\nof = "afrs"', '\nof = "cornwall"', "response is of 'cornwall'; expected 'afrs'"),
        ("years = 4", "years = 4.5", "whole number"),
        ("years = 4", "years = 31", "targets 1 (fire-authority)"),
        ('bodies = ["afrs"]', "bodies = []", "targets.0.bodies"),
        ("{ fire_cover = 45", '{ fire_cover = "45"', "choice.presets.Cover first.fire_cover"),
    ],
)
def test_a_setting_that_means_nothing_is_named(text, load, before, after, told):
    with pytest.raises(StudyError) as refused:
        load(changed(text, before, after))
    assert told in str(refused.value)


def test_a_search_as_long_as_the_longest_limit_is_long_enough(text, load):
    shorter = changed(text, "cutoff_min = 60", "cutoff_min = 20")
    assert load(shorter).travel.cutoff_min.value == 20


def test_a_study_file_may_be_named_by_text():
    assert load_study(str(SETTINGS)).format == 1
