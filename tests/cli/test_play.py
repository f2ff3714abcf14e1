"""play, where the sound is here; from the server: tests/cloud/test_machines.py."""

import hashlib

import pytest

from tests.cloud.test_machines import NO_ENGINE, sound

_SILENT = """
class PortAudioError(Exception):
    pass

def query_devices(kind=None):
    raise PortAudioError("no default output device")
"""


@pytest.fixture
def recorded(cli, tmp_path):
    path = sound(tmp_path / "a.wav")
    ran = cli.run("record", "--from", str(path), "--json", env=NO_ENGINE)
    assert ran.status == 0, ran
    assert cli.run("process", env=NO_ENGINE).status == 0
    return ran.json()["data"]


def test_the_recording_is_written_as_it_was_kept(cli, recorded, tmp_path):
    ran = cli.run("play", "last", "--to", str(tmp_path / "out.opus"), "--json")
    with cli.start("play", "last", "--to", "-") as process:
        poured, err = process.communicate(timeout=60)

    assert ran.status == 0, ran
    document = ran.json()["data"]
    assert (document["entry_id"], document["was_fetched"], document["played_s"]) == (
        recorded["id"],
        False,
        None,
    )
    assert (process.returncode, err) == (0, b"")
    assert (tmp_path / "out.opus").read_bytes() == poured
    assert poured.startswith(b"OggS")


def test_an_existing_file_is_not_overwritten(cli, recorded, tmp_path):
    (tmp_path / "out").write_text("mine")

    ran = cli.run("play", "last", "--to", str(tmp_path / "out"))

    assert ran.status == 73
    assert (tmp_path / "out").read_text() == "mine"


def test_no_loudspeaker_is_said_with_the_way_around(cli, recorded, tmp_path):
    (tmp_path / "sounddevice.py").write_text(_SILENT)

    ran = cli.run("play", "last", env={"PYTHONPATH": str(tmp_path)})

    assert ran.status == 74
    assert (
        ran.err
        == "braindump: There is no loudspeaker.\n  braindump play ENTRY --to FILE writes it instead.\n"
    )


def test_a_damaged_recording_is_never_played(cli, home, recorded, tmp_path):
    (sealed,) = (home / "recordings").glob("*.sealed")
    content = bytearray(sealed.read_bytes())
    content[-1] ^= 1
    sealed.write_bytes(bytes(content))

    ran = cli.run("play", "last", "--to", str(tmp_path / "out"), "--json")

    assert (ran.status, ran.json()["error"]["code"]) == (65, "bad_data")
    assert not (tmp_path / "out").exists()
    assert hashlib.sha256(sealed.read_bytes()).hexdigest() != recorded["recordings"][0]["sha256"]


def test_a_typed_entry_has_nothing_to_play(cli):
    cli.run("add", "A plum.")

    ran = cli.run("play", "1", "--json")

    assert (ran.status, ran.json()["error"]["code"]) == (66, "not_found")
    assert cli.run("play", "99").status == 66
