"""Remote files: new and changed ones are brought, unfinished ones left, refused ones remembered."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from fsspec.implementations.local import LocalFileSystem

from etl.sources import from_files
from etl.sources.credential import FetchError
from etl.steps import fetch as fetching
from tests.etl.feeds.sample import number, rows
from tests.etl.fetch import sample
from tests.etl.fetch.servers import S3, S3_SECRET, Sftp

ROWS = [{**row, "area_code": "G1"} for row in sample.answers(40)]
NAME = "answers_2026-06.csv"


def drop(folder: Path, content: bytes, name: str = NAME, age: float = 60) -> None:
    path = folder / name
    path.write_bytes(content)
    sample.old(path, age)


def test_over_sftp_only_what_is_new_and_finished_is_brought(store: sa.Engine, sftp: Sftp, home: Path) -> None:
    declared = sample.file_feed(sftp.source.replace(str(sftp.folder), f"{sftp.folder}/daily"))
    folder = sftp.folder / "daily"
    folder.mkdir()
    drop(folder, sample.as_csv(ROWS[:20]))
    drop(folder, sample.as_csv(ROWS[20:]), "answers_2026-07.csv", age=0)
    drop(folder, b"half", "answers_2026-08.csv.part")
    drop(folder, b"x", "other.csv")
    assert [(r.name, r.accepted) for r in sample.fetch(store, declared, home)] == [(NAME, 20)]
    assert sample.fetch(store, declared, home) == []
    sample.old(folder / "answers_2026-07.csv", 60)
    assert [(r.name, r.accepted) for r in sample.fetch(store, declared, home)] == [("answers_2026-07.csv", 20)]
    drop(folder, sample.as_csv(ROWS[:19]), age=30)  # a re-delivery replaces
    assert [(r.accepted, r.replaced) for r in sample.fetch(store, declared, home)] == [(19, (NAME,))]
    assert number(store, "SELECT count(*) FROM response") == 39
    assert number(store, "SELECT count(*) FROM source_state") == 2


def test_a_server_whose_key_is_not_known_is_not_spoken_to(store: sa.Engine, sftp: Sftp, home: Path) -> None:
    strange = home / "strange"
    strange.write_text("")
    declared = sample.file_feed(sftp.source.replace(str(sftp.known_hosts), str(strange)))
    with pytest.raises(FetchError, match=r"[Hh]ost key"):
        sample.fetch(store, declared, home)
    with pytest.raises(FetchError) as error:
        sample.fetch(store, sample.file_feed(sftp.source), home, {"SFTP_PASSPHRASE": "not-the-passphrase"})
    assert "not-the-passphrase" not in str(error.value)


def test_no_connection_is_left_behind(store: sa.Engine, sftp: Sftp, home: Path) -> None:
    before = sftp.log.read_text().count("Connection closed") + sftp.log.read_text().count("Disconnected from user")
    list(sample.fetch(store, sample.file_feed(sftp.source), home))
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        text = sftp.log.read_text()
        if text.count("Connection closed") + text.count("Disconnected from user") > before:
            return
        time.sleep(0.05)
    pytest.fail(f"still connected:\n{sftp.log.read_text()[-1000:]}")


def test_in_a_bucket_a_refused_object_is_fetched_again_only_when_something_changed(
    store: sa.Engine, bucket: S3, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = sample.file_feed(bucket.source.replace("/surveys", "/refused"))
    bucket.put(f"refused/{NAME}", sample.as_csv([{**row, "area_code": "later"} for row in ROWS]))
    brought: list[str] = []
    bring = from_files._bring
    monkeypatch.setattr(
        from_files, "_bring", lambda system, remote, folder: brought.append(remote.name) or bring(system, remote, folder)
    )
    assert [r.state for r in sample.fetch(store, declared, home)] == ["refused"]
    assert sample.fetch(store, declared, home) == [] and len(brought) == 1
    assert rows(store, "SELECT state FROM source_state") == [{"state": "refused"}]
    assert (home / "failed" / "survey" / NAME).exists()
    with store.begin() as connection:  # the area file that names it was late
        connection.exec_driver_sql("UPDATE file SET loaded_at = now() + interval '1 second' WHERE feed_id = 'demo_areas'")
    assert [r.state for r in sample.fetch(store, declared, home)] == ["refused"] and len(brought) == 2
    bucket.put(f"refused/{NAME}", sample.as_csv(ROWS))
    assert [r.accepted for r in sample.fetch(store, declared, home)] == [40]
    assert not (home / "failed" / "survey" / NAME).exists()


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_time(
    store: sa.Engine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "drop").mkdir()
    drop(home / "drop", sample.as_csv(ROWS[:20]))
    declared = sample.file_feed(f'[source]\nkind = "files"\nurl = "{home}/drop"')
    plain = LocalFileSystem.get_file

    def slow(system: LocalFileSystem, remote: str, local: str) -> None:
        plain(system, remote, local)
        drop(home / "drop", sample.as_csv(ROWS))

    with monkeypatch.context() as patched:
        patched.setattr(LocalFileSystem, "get_file", slow)
        assert sample.fetch(store, declared, home) == []
    assert [r.accepted for r in sample.fetch(store, declared, home)] == [40]


@pytest.mark.parametrize("address", ["{home}/drop", "file://{home}/drop"])
def test_files_of_one_name_in_two_folders_are_two_files(store: sa.Engine, home: Path, address: str) -> None:
    source = f'[source]\nkind = "files"\nurl = "{address.format(home=home)}"\nrecursive = true\narchive = true'
    declared = sample.file_feed(source)
    for folder, part in (("", ROWS[:10]), ("north", ROWS[10:20]), ("south/deep", ROWS[20:40])):
        (home / "drop" / folder).mkdir(parents=True, exist_ok=True)
        drop(home / "drop" / folder, sample.as_csv(part))
    names = {NAME, f"north/{NAME}", f"south/deep/{NAME}"}
    assert {(r.name, r.state, r.replaced) for r in sample.fetch(store, declared, home)} == {(name, "loaded", ()) for name in names}
    assert number(store, "SELECT count(*) FROM response") == 40
    drop(home / "drop" / "north", sample.as_csv(ROWS[10:19]), age=30)  # a re-delivery replaces its own only
    assert [(r.name, r.replaced) for r in sample.fetch(store, declared, home)] == [(f"north/{NAME}", (f"north/{NAME}",))]
    assert number(store, "SELECT count(*) FROM response") == 39
    kept = {str(path.relative_to(home / "archive" / "survey" / "2026-07")) for path in (home / "archive").rglob("*.csv")}
    assert kept == names | {"north/answers_2026-06~2.csv"}
    drop(home / "drop" / "north", b"no,such,columns\n1,2,3\n", age=20)
    assert [r.state for r in sample.fetch(store, declared, home)] == ["refused"]
    assert (home / "failed" / "survey" / "north" / NAME).exists()


def test_no_server_can_name_a_folder_outside_of_ours() -> None:
    assert from_files._within("/data/a/b.csv", "/data") == "a" and from_files._within("/data/b.csv", "/data/") == ""
    assert from_files._within("/etc/b.csv", "/data") == "" and from_files._within("../../b.csv", ".") == ""
    assert from_files._within("bucket/x/y/b.csv", "bucket/x") == "y" and from_files._within("b.csv", ".") == ""


@pytest.mark.parametrize("moment", ["load_file", "_keep", "_put_away"])
def test_a_crash_between_fetch_and_load_is_mended(
    store: sa.Engine, home: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "drop").mkdir()
    drop(home / "drop", sample.as_csv(ROWS))
    declared = sample.file_feed(f'[source]\nkind = "files"\nurl = "{home}/drop"\narchive = true')

    def killed(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(fetching, moment, killed)
        with pytest.raises(KeyboardInterrupt):
            sample.fetch(store, declared, home)
    expected = {"load_file": ["loaded"], "_keep": ["already"], "_put_away": []}[moment]
    assert [r.state for r in sample.fetch(store, declared, home)] == expected
    assert number(store, "SELECT count(*) FROM response") == 40
    assert number(store, "SELECT count(*) FROM file WHERE feed_id = 'survey'") == 1
    assert not list((home / "landing" / "survey").iterdir())
    assert [path.name for path in (home / "archive").rglob("*.csv")] == ([] if moment == "_put_away" else [NAME])


def test_a_missing_package_or_folder_or_bucket_is_told(
    store: sa.Engine, bucket: S3, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FetchError, match="nowhere"):
        sample.fetch(store, sample.file_feed(f'[source]\nkind = "files"\nurl = "{home}/nowhere"'), home)
    with pytest.raises(FetchError, match="NoSuchBucket") as error:
        sample.fetch(store, sample.file_feed(bucket.source.replace("s3://deliveries", "s3://nothing-there")), home)
    assert S3_SECRET not in str(error.value) and "Debug" not in str(error.value)
    monkeypatch.setitem(__import__("sys").modules, "obstore.fsspec", None)
    with pytest.raises(FetchError, match=r"pip install 'manyi\[s3\]'"):
        sample.fetch(store, sample.file_feed(bucket.source), home)
