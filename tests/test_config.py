"""What the machine gives: read once, and what cannot be is said in a sentence before anything is made."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vwg.config import Config, Misconfigured

KEY = "a key that nobody guesses"


def given(folder: Path, **environment: str) -> Config:
    return Config.from_environment({"VWG_INSTANCE": str(folder), **environment})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VWG_BASE_URL", "agenda.example.org"),
        ("VWG_BASE_URL", "ftp://agenda.example.org"),
        ("VWG_BASE_URL", "https://agenda example.org"),
        ("VWG_BASE_URL", "https://agenda.example.org:eighty"),
        ("VWG_DATABASE_URL", "mysql://localhost/vwg"),
        ("VWG_DATABASE_URL", "vwg.db"),
        ("VWG_PROXIES", "one"),
        ("VWG_PROXIES", "-1"),
        ("VWG_SECRET_KEY", ","),
        ("VWG_SECRET_KEY", f"{KEY},short"),
        ("VWG_SMTP_URL", "mail.example.org"),
        ("VWG_SMTP_URL", "https://mail.example.org"),
        ("VWG_SMTP_URL", "smtp://mail.example.org:25x"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=f"^{name} "):
        given(tmp_path, **{name: value})


def test_a_refused_mail_server_does_not_repeat_its_password(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as refusal:
        given(tmp_path, VWG_SMTP_URL="mail://leen:geheim@mail.example.org")

    assert "geheim" not in str(refusal.value)


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"HOST": "", "PORT": ""}, "http://127.0.0.1:8000"),
        ({"HOST": "0.0.0.0", "PORT": "8080"}, "http://127.0.0.1:8080"),
        ({"HOST": "::1"}, "http://localhost:8000"),
        ({"HOST": "2001:db8::1"}, "http://[2001:db8::1]:8000"),
        ({"VWG_BASE_URL": "https://agenda.example.org/"}, "https://agenda.example.org"),
    ],
)
def test_the_address_is_one_that_people_can_open(tmp_path: Path, environment: dict[str, str], address: str) -> None:
    assert given(tmp_path, **environment).base_url == address


def test_a_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    with ThreadPoolExecutor(8) as many:
        configs = list(many.map(lambda _: given(folder), range(8)))

    assert len({config.secrets for config in configs}) == 1 and len(configs[0].secrets[0]) > 40
    assert [path.name for path in folder.iterdir()] == ["secret.key"]
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600


def test_a_key_file_without_a_key_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("")

    with pytest.raises(Misconfigured, match="secret.key holds"):
        given(tmp_path)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")

    with pytest.raises(Misconfigured, match="VWG_INSTANCE names another folder"):
        given(tmp_path / "a file" / "instance")
