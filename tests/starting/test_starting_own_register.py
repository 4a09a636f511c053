"""A service's own register is found by its postcodes, and fills what the list leaves empty."""

import pandas as pd
import pytest

from colocate.starting.bodies import bodies
from colocate.starting.own_register import with_own

WHO = bodies(fire_areas=["Ham"], police_areas=(), partners=())
HEADER = "Premises,Type,Postcode,Tenure,GIA m2,Easting,Northing\n"


@pytest.fixture
def listed():
    return pd.DataFrame(
        {
            "site_id": ["F-A", "F-B"],
            "name": ["A Fire Station", "B Fire Station"],
            "postcode": ["EX1 1AA", "EX2 2BB"],
            "notes": ["", ""],
        }
    )


@pytest.fixture
def register(tmp_path):
    def write(rows):
        file = tmp_path / "premises.csv"
        file.write_text(HEADER + rows, encoding="utf-8")
        return file

    return write


def joined(listed, *files):
    return with_own(listed, files=files, body="ham-fire", bodies=WHO)


def test_what_the_register_knows_fills_the_listed_station(listed, register):
    own = joined(
        listed,
        register(
            "A Fire Station,Fire Station,EX11AA,Freehold - Owned,500,290000,90000\n"
            "B Fire Station,Fire Station,EX2 2BB,Leased,,291000,90000\n"
            "Headquarters,Headquarters,EX3 3CC,Freehold,900,292000,90000\n"
        ),
    )
    assert own.stations["tenure"].tolist() == ["freehold", "leasehold"]
    assert own.stations["gia_m2"].iloc[0] == 500
    assert own.stations["site_id"].tolist() == ["F-A", "F-B"]
    assert own.others["name"].tolist() == ["Headquarters"]
    assert own.others["status"].tolist() == ["unverified"]
    assert "2 of 2 listed stations and brings 1 other premises" in own.said[0]


def test_a_postcode_that_two_stations_share_fills_neither(listed, register):
    own = joined(
        listed,
        register(
            "A Fire Station,Fire Station,EX1 1AA,Freehold,500,290000,90000\n"
            "A Fire Station Annex,Fire Station,EX1 1AA,Leased,100,290000,90000\n"
        ),
    )
    assert own.stations["tenure"].isna().all()
    assert len(own.others) == 2


def test_another_services_register_is_left_alone(listed, register):
    file = register("C Fire Station,Fire Station,EX9 9ZZ,Freehold,500,290000,90000\n")
    own = joined(listed, file)
    assert (len(own.others), own.said) == (0, [])


def test_what_is_no_register_is_passed_over(listed, tmp_path):
    file = tmp_path / "noise.csv"
    file.write_bytes(b"\x00\xff\x00")
    assert joined(listed, file, tmp_path / "picture.png").said == []
