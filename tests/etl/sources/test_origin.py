"""Every mistake in a [source] is named, and a secret in it is refused without being repeated."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from etl.sources.credential import Credential, FetchError, Vault
from etl.sources.faults import WrongFeed
from etl.sources.origin import Api, Database, Files, Folder
from etl.sources.parse import parse_feed
from tests.etl.sources.feeds import SURVEY

KEYED = SURVEY.replace("brand = { constant", 'response_id = "id"\nbrand = { constant').replace(
    'kind = "survey"', 'kind = "survey"\nkey = "response_id"'
)
ROWS = KEYED.replace("patterns = ['s_(?P<month>\\d{4}-\\d\\d)\\.csv']", "")
DATABASE = '[source]\nkind = "database"\nurl = "postgresql://reader@db/x"\ntable = "t"\norder = ["id"]\n'
API = '[source]\nkind = "api"\nurl = "https://api.example/answers"\n'
FILES = '[source]\nkind = "files"\n'

MISTAKES = [
    (SURVEY, '[source]\nkind = "ftp"', "kind = 'ftp'; allowed: folder, files, database, api"),
    (SURVEY, '[source]\nmove = true', "unknown: move"),
    ('plan = "0 0 30 2 *"\n' + SURVEY, "", "no time ever comes"),
    ('plan = "0 0 31 4,6 *"\n' + SURVEY, "", "没有任何时间会到来"),
    ('plan = "every night"\n' + SURVEY, "", "is no crontab line"),
    (SURVEY, FILES, "say the address in one way"),
    (SURVEY, FILES + 'url = "gopher://x/y"', "url is of kind 'gopher'; allowed: file, s3, sftp"),
    (SURVEY, FILES + 'url = "filecache::s3://x/y"', "url is of kind '::'"),
    (SURVEY, FILES + 'url = "s3://x/y"\nendpoint = "http://minio.example:9000"', "must begin with https://"),
    (SURVEY, DATABASE, "patterns belongs to files"),
    (ROWS.replace('key = "response_id"', ""), DATABASE + 'watermark = "at"', "key is missing"),
    (ROWS, DATABASE.replace('order = ["id"]', ""), "order is missing"),
    (ROWS, DATABASE + 'query = "SELECT 1"', "in one way: table or query"),
    (ROWS, DATABASE + 'overlap = "10 minutes"', "write 15min, 1h or 1d"),
    (ROWS, DATABASE + 'time_zone = "Peking"', "is no time zone"),
    (ROWS, DATABASE + "page = 0", "allowed: 1 to"),
    (ROWS, API.replace("https", "http"), "must begin with https://"),
    (ROWS, API + 'paging = { by = "cursor", param = "c" }', "next is missing"),
    (ROWS, API + 'paging = { by = "page" }', "param is missing"),
    (ROWS, API + 'paging = { by = "page", param = "p", size = 5 }', "size_param and size go together"),
    (ROWS, API + "attempts = 99", "allowed: 1 to 10"),
    (ROWS, API + 'params = { deep = [1] }', "params must map texts"),
]  # fmt: skip


@pytest.mark.parametrize(("feed", "source", "message"), MISTAKES)
def test_a_mistake_is_named(feed: str, source: str, message: str) -> None:
    with pytest.raises(WrongFeed) as error:
        parse_feed(f"{feed}\n{source}", "test.toml")
    assert message in str(error.value)


SECRET = "hunter2-hunter2"
CLEAR = [
    DATABASE.replace("reader@", f"reader:{SECRET}@"), DATABASE.replace("/x", f"/x?password={SECRET}"),
    DATABASE + f'password = "{SECRET}"', DATABASE + f'password_env = "{SECRET}"', API + f'token = "{SECRET}"',
    API.replace("answers", f"answers?access_token={SECRET}"), API.replace("https://", f"https://u:{SECRET}@"),
    API + f'headers = {{ Authorization = "Bearer {SECRET}" }}', API + f'headers = {{ X-Api-Key = "{SECRET}" }}',
    API + f'params = {{ token = "{SECRET}" }}', FILES + f'url = "sftp://u:{SECRET}@h/x"',
    FILES + f'url = "s3://b/x"\nsecret_key = "{SECRET}"', FILES + f'url = "s3://b/x"\nendpoint = "https://k:{SECRET}@h"',
    DATABASE.replace("postgresql://reader@db/x", f"mssql+pyodbc://?odbc_connect=Driver%3DX%3BUID%3Du%3BPWD%3D{SECRET}"),
]  # fmt: skip


@pytest.mark.parametrize("source", CLEAR)
def test_a_secret_in_a_feed_file_is_refused_and_not_repeated(source: str) -> None:
    text = f"{SURVEY if 'files' in source else ROWS}\n{source}"
    with pytest.raises(WrongFeed) as error:
        parse_feed(text, "test.toml")
    assert "_env" in str(error.value)
    assert SECRET not in str(error.value)


def test_the_right_ones_are_taken() -> None:
    assert parse_feed(SURVEY, "t").origin == Folder(archive=True)
    files = parse_feed(f'{SURVEY}\n{FILES}url = "s3://bucket/in"\nsecret_key_env = "KEY"', "t").origin
    assert isinstance(files, Files) and files.secret_key and files.secret_key.env == "KEY"
    database = parse_feed(f'{ROWS}\n{DATABASE}watermark = "at"\noverlap = "1h"', "t")
    assert isinstance(database.origin, Database) and database.origin.overlap
    assert database.match("s_20260601-1f.csv") and database.match("s.csv") and not database.match("other.csv")
    api = parse_feed(f'{ROWS}\n{API}token_file = "/run/token"', "t").origin
    assert isinstance(api, Api) and api.token and api.token.place == "/run/token"
    assert parse_feed(f"{ROWS}\n{API}".replace("https://api.example", "http://127.0.0.1:9"), "t")


def test_what_was_revealed_is_masked_in_every_form() -> None:
    vault = Vault({"A": "p@ss/word", "U": "postgresql://u:geheim@h/x"})
    assert vault.reveal_url(
        parse_feed(f"{ROWS}\n{DATABASE.replace('url =', 'url_env =').replace('postgresql://reader@db/x', 'U')}", "t").origin.url
    )  # type: ignore[union-attr]
    vault.hide("p@ss/word")
    said = vault.mask("at sftp://me:other@h/x with p@ss/word, p%40ss%2Fword and p%40ss/word, geheim")
    assert said == "at sftp://me:***@h/x with ***, *** and ***, ***"
    with pytest.raises(FetchError, match="NOWHERE is empty or missing"):
        vault.reveal(parse_feed(f'{ROWS}\n{API}token_env = "NOWHERE"', "t").origin.token)  # type: ignore[union-attr]


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-a-file\n")
    vault = Vault({})
    assert vault.reveal(Credential(file=str(tmp_path / "token"))) == "from-a-file"
    assert vault.mask("it is from-a-file") == "it is ***"
    with pytest.raises(FetchError, match="is empty or missing"):
        vault.reveal(Credential(file=str(tmp_path / "none")))


def test_the_recipes_of_the_guide_are_taken() -> None:
    guide = files("etl").joinpath("feeds", "README.md").read_text("utf-8")
    recipes = [block.partition("\n```")[0] for block in guide.split("```toml\n")[1:] if "[source]" in block.partition("\n```")[0]]
    taken = []
    for recipe in recipes:
        source = recipe[recipe.index("[source]") :]
        rows = 'kind = "database"' in source or 'kind = "api"' in source
        taken.append(type(parse_feed(f"{ROWS if rows else SURVEY}\n{source}", "README.md").origin))
    assert taken == [Folder, Files, Files, Database, Api]
