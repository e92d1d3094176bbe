"""The page's files are packed, and kept by browsers for as long as they do not change."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from immunograph.web import assets

SCRIPT = "export const one = 1;\n" * 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files, one of them in a folder."""
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "one.js").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "style.css").write_text("a { color: red }", encoding="utf-8")
    return tmp_path


def client(folder: Path) -> TestClient:
    app = Starlette(routes=[Mount("/page", assets.read(folder))])
    return TestClient(app)


def test_a_file_under_the_version_of_all_is_kept_for_good(folder: Path) -> None:
    asked = client(folder).get(f"/page/{assets.read(folder).version}/js/one.js")
    assert asked.text == SCRIPT
    assert asked.headers["content-type"] == "text/javascript; charset=utf-8"
    assert asked.headers["cache-control"] == assets.FOR_GOOD
    assert asked.headers["content-encoding"] == "gzip"
    assert int(asked.headers["content-length"]) <= len(gzip.compress(SCRIPT.encode()))


def test_a_file_without_a_version_is_asked_for_again(folder: Path) -> None:
    asked = client(folder).get("/page/style.css", headers={"accept-encoding": "identity"})
    assert asked.headers["cache-control"] == assets.ASK_FIRST
    assert "content-encoding" not in asked.headers
    again = client(folder).get(
        "/page/style.css",
        headers={"accept-encoding": "identity", "if-none-match": asked.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")


def test_another_content_has_another_version(folder: Path) -> None:
    before = assets.read(folder).version
    (folder / "style.css").write_text("a { color: blue }", encoding="utf-8")
    assets.read.cache_clear()
    assert assets.read(folder).version != before


@pytest.mark.parametrize("address", ["nothing.js", "000000000000/js/one.js", "js", ""])
def test_what_is_not_there_is_not_found(folder: Path, address: str) -> None:
    assert client(folder).get(f"/page/{address}").status_code == 404
