"""Files that somebody made to do harm: nothing is written, gone to or filled by reading them."""

from __future__ import annotations

import ast
import io
import json
import os
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

import immunograph
from figures import Figures
from foreign import whole_file
from immunograph.cli import app
from immunograph.curation.importing.restoring import restore
from immunograph.errors import BadSource
from immunograph.folders import folder
from immunograph.formats.reading import READERS
from immunograph.formats.reading.claims import Corpus, TableMapping
from serving import COMMAND, listening

OUTSIDE = ("../evil.tsv", "/tmp/evil.tsv", "..\\evil.tsv", "a/../../evil.tsv")
HUGE_BYTES = 50_000_000
HUGE_SECONDS, HUGE_MEGABYTES = 300.0, 6_000.0
"""Within which a seed file of that size is checked, whatever it says."""
CLAIM = """\
  - subject: neutrophil extracellular trap
    predicate: promotes
    object: metastasis
    evidence:
      - {{says: The webs seem to rouse sleepers in trial {number}., checked: false, hedged: true}}
"""
HEAD = """\
id: huge
type: press
tier: press_tertiary
traceability: named
title: A web that catches
study: {id: huge-2013, title: Webs that catch, verified: by hand}
statements:
"""


def _packed(kind: str, member: str) -> bytes:
    table = whole_file("table")
    packed = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(member, table)
        return packed.getvalue()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        link = tarfile.TarInfo("link.tsv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        file = tarfile.TarInfo(member)
        file.size = len(table)
        archive.addfile(file, io.BytesIO(table))
    return packed.getvalue()


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
@pytest.mark.parametrize("member", OUTSIDE)
def test_a_member_of_an_archive_is_read_and_written_nowhere(
    kind: str, member: str, tmp_path: Path
) -> None:
    path = tmp_path / "in" / f"edges.{kind}"
    path.parent.mkdir()
    path.write_bytes(_packed(kind, member))
    claims = list(READERS["table"].read(Corpus(path, TableMapping())))
    assert claims
    assert not any("root:" in str(one) for one in claims)
    assert [one.name for one in tmp_path.rglob("*")] == ["in", path.name]
    assert not Path("/tmp/evil.tsv").exists()


@pytest.mark.parametrize("name", ["../../evil", "/tmp/evil", "a/b", "..", "a\0b"])
def test_the_name_of_a_source_is_no_way_out_of_the_folder_that_is_written(
    name: str, tmp_path: Path
) -> None:
    export = json.loads(whole_file("json"))
    source = export["content"]["sources"][0]
    text = json.dumps(export).replace(json.dumps(source["id"]), json.dumps(name))
    path = tmp_path / "export.json"
    path.write_text(text)
    with pytest.raises(BadSource):
        restore(path, tmp_path / "out")
    assert [one.name for one in tmp_path.iterdir()] == ["export.json"]


def test_nothing_reads_xml() -> None:
    """No reader of ours does, so that there are no entities in it to grow or to be fetched."""
    rooms = [*Path(immunograph.__file__).parent.rglob("*.py")]
    assert len(rooms) > 100
    for path in rooms:
        tree = ast.parse(path.read_text("utf-8"))
        names = {
            name
            for node in ast.walk(tree)
            for name in (
                [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        parsers = {one for one in names if one.startswith(("xml.", "lxml", "defusedxml"))}
        assert parsers <= {"xml.sax.saxutils"}, path


def test_a_new_source_is_begun_without_going_anywhere(tmp_path: Path) -> None:
    with listening() as (port, came):
        here = f"127.0.0.1:{port}"
        text = tmp_path / "text.txt"
        text.write_text(f"See http://{here}/paper, doi.org/10.5555/{here}, PMID: 12345678")
        for words in (
            ["--doi", f"http://{here}/10.5555/x"],
            ["--doi", f"10.5555/http://{here}/x"],
            ["--pmid", f"http://{here}/12345678"],
            [str(text)],
            [f"http://{here}/text.txt"],
            [f"//{here}/text.txt"],
        ):
            CliRunner().invoke(app, ["seed", "new", *words])
        assert came == []


@pytest.mark.soak
@pytest.mark.parametrize("what", ["claims", "unknown keys", "text"])
def test_a_seed_file_of_fifty_megabytes_is_checked_in_time(
    what: str, tmp_path: Path, figures: Figures
) -> None:
    for name in ("vocabulary.yaml", "entities.yaml"):
        (tmp_path / name).symlink_to(folder("seed") / name)
    path = tmp_path / "huge.yaml"
    with path.open("w") as file:
        file.write(HEAD)
        number = 0
        while file.tell() < HUGE_BYTES:
            number += 1
            if what == "claims":
                file.write(CLAIM.format(number=number))
            elif what == "unknown keys":
                file.write(f"  - key{number}: value\n")
            else:
                file.write("x" * 1_000_000 if number > 1 else "  - says: ")
    began = time.monotonic()
    checked = subprocess.Popen(
        [*COMMAND, "seed", "check", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert checked.stderr is not None
    said = checked.stderr.read()
    _, status, used = os.wait4(checked.pid, 0)
    checked.returncode = os.waitstatus_to_exitcode(status)
    took = time.monotonic() - began
    checked.stderr.close()
    assert checked.returncode in (0, 1)
    assert "Traceback" not in said
    kilobytes = used.ru_maxrss if sys.platform == "linux" else used.ru_maxrss / 1024
    of = f"seed check of {HUGE_BYTES // 1_000_000} MB of {what}"
    figures.at_most(f"{of}: seconds", took, HUGE_SECONDS, "s")
    figures.at_most(f"{of}: memory", kilobytes / 1_000, HUGE_MEGABYTES, "MB")
