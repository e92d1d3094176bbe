"""A library comes back from its bytes as the knowledge it was made of, with all that follows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from graphs import entity, graph, graphs, says, source, view_of
from immunograph.domain.knowledge import Knowledge
from immunograph.domain.selection import ALL_EVIDENCE, NOTHING, Filters
from immunograph.domain.snapshot import snapshot_id
from immunograph.folders import folder
from immunograph.inference.changes import Act, Drop, Put, Retract, carry_out
from immunograph.inference.derivation import Derivation, derive
from immunograph.inference.tables import (
    changes_between,
    knowledge_from,
    merged,
    rows_of,
    rows_owned,
)
from immunograph.search import library
from immunograph.search.container import UnusableFileError
from immunograph.search.lazy import LazyDerivation
from immunograph.search.library import VERSION, Library, pack, unpack
from immunograph.search.texts import Texts
from immunograph.seeds.folder import read_seed
from immunograph.service import listings
from immunograph.service.state import library_of
from immunograph.service.view import View
from immunograph.service.words import Words
from immunograph.store.present import Present

SEED = read_seed(folder("seed"))


def restored(library: Library) -> Library:
    return unpack(np.frombuffer(b"".join(pack(library)), np.uint8))


def as_read(knowledge: Knowledge) -> Knowledge:
    """The knowledge as a graph gives it back."""
    return knowledge_from(rows_of(knowledge, derive(knowledge)), knowledge.vocabulary)


def view_over(library: Library) -> View:
    present = Present.of_library(library, {})
    return View(present.knowledge, filters=ALL_EVIDENCE, without=NOTHING, present=present)


def assert_alike(found: Knowledge, wanted: Knowledge) -> None:
    """Every index says the same, asked for single keys and gone through."""
    assert found.vocabulary == wanted.vocabulary
    assert found.retractions == wanted.retractions
    names = ("contributions", "statements", "interventions", "studies", "entities", "sources")
    for name in names:
        assert dict(getattr(found, name)) == dict(getattr(wanted, name)), name
    abouts = [*wanted.statements, *wanted.interventions]
    assert [found.evidence_of(i) for i in abouts] == [wanted.evidence_of(i) for i in abouts]
    entities, studies = sorted(wanted.entities), sorted(wanted.studies)
    looks: list[Callable[[Knowledge], Any]] = [
        *(lambda k, i=i: k.out_of(i) for i in entities),
        *(lambda k, i=i: k.into(i) for i in entities),
        *(lambda k, i=i: k.placed_from(i) for i in entities),
        *(lambda k, i=i: k.placed_to(i) for i in entities),
        *(lambda k, i=i: k.kinds_of(i) for i in entities),
        *(lambda k, i=i: k.above(i) for i in entities),
        *(lambda k, i=i: k.heard_from(i) for i in entities),
        *(lambda k, s=s: k.sources_of_study(s) for s in studies),
        *(lambda k, s=s: k.statements_of_lineage(s, "") for s in studies),
        *(lambda k, s=s: k.said_by(s) for s in wanted.contributions),
        lambda k: sorted(k.abstract),
        lambda k: k.placed,
        lambda k: k.entity_count,
        snapshot_id,
    ]
    for look in looks:
        assert look(found) == look(wanted)
    for one, other in product(entities[:20], entities[:20]):
        assert found.between(one, other) == wanted.between(one, other)


@given(graphs())
@settings(max_examples=60)
def test_any_knowledge_comes_back_from_its_bytes(knowledge: Knowledge) -> None:
    read = as_read(knowledge)
    assert_alike(restored(library_of(view_of(read))).knowledge, read)


@given(graphs(), graphs())
@settings(max_examples=60)
def test_what_changes_on_top_of_it_is_as_if_it_were_all_in_memory(
    knowledge: Knowledge, other: Knowledge
) -> None:
    """Sources come, change and go on top of what is decoded when asked for."""
    wanted = as_read(knowledge)
    found = restored(library_of(view_of(wanted))).knowledge
    for place, (name, contribution) in enumerate(sorted(other.contributions.items())):
        for one in (found, wanted):
            one.put(contribution)
            if place % 2:
                one.drop(name)
    for name in sorted(knowledge.contributions)[::2]:
        assert found.drop(name) == wanted.drop(name)
    assert_alike(found, wanted)


@given(graphs())
@settings(max_examples=60)
def test_the_view_over_it_is_the_view_of_the_knowledge(knowledge: Knowledge) -> None:
    wanted = view_of(as_read(knowledge))
    found = view_over(restored(library_of(wanted)))
    assert list(found.layer.steps) == list(wanted.layer.steps)
    for name, array in found.layer.network.to_arrays().items():
        assert np.array_equal(array, wanted.layer.network.to_arrays()[name]), name
    assert list(found.fine.steps) == list(wanted.fine.steps)
    assert found.conflicts == wanted.conflicts
    assert dict(found.derivation.assessments) == dict(wanted.derivation.assessments)


@given(graphs(), graphs())
@settings(max_examples=30)
def test_a_change_on_top_of_what_is_derived_when_asked_for_is_as_if_derived_anew(
    knowledge: Knowledge, other: Knowledge
) -> None:
    read = as_read(knowledge)
    present = Present.of_library(restored(library_of(view_of(read))), {})
    now, derivation = present.knowledge.fork(), present.derivation()
    words = knowledge.vocabulary
    acts: list[Act] = [Put(one, words) for _, one in sorted(other.contributions.items())]
    acts += [Drop(name) for name in sorted(knowledge.contributions)[::2]]
    acts += [Retract(study, "withdrawn") for study in sorted(read.studies)[:1]]
    for act in acts:
        before, derived_before = now, derivation
        now, derivation = before.fork(), derivation.fork()
        _, owned = carry_out(now, derivation, [act])
        changed = changes_between(
            merged(rows_owned(before, derived_before, owner) for owner in owned),
            merged(rows_owned(now, derivation, owner) for owner in owned),
        )
        wanted = changes_between(rows_of(before, derive(before)), rows_of(now, derive(now)))
        for changes in (changed, wanted):
            changes.drop_nodes.sort()
            changes.drop_links.sort()
        assert changed == wanted


def test_conflicts_that_come_and_go_are_found_without_looking_for_all_of_them() -> None:
    read = as_read(
        graph(source("one", says("A promotes B"), says("C promotes D"), says("C inhibits D")))
    )
    present = Present.of_library(restored(library_of(view_of(read))), {})
    lazy = LazyDerivation(present.knowledge, present.derived)
    now, derivation = present.knowledge.fork(), Derivation(lazy.values())
    other = source("other", says("A inhibits B"))
    acts: list[Act] = [Put(other, read.vocabulary), Drop("one")]
    told: list[int] = []
    for act in acts:
        _, owned = carry_out(now, derivation, [act])
        told.append(sum(kind == "conflict" for kind, _ in owned))
    assert told == [1, 2]
    assert "conflicts" not in vars(lazy)
    assert not derivation.conflicts


def test_the_shipped_library_comes_back_whole() -> None:
    read = as_read(Knowledge(SEED.vocabulary, SEED.contributions))
    wanted = view_of(read)
    library = restored(library_of(wanted))
    assert_alike(library.knowledge, read)
    found = view_over(library)
    assert list(found.layer.steps) == list(wanted.layer.steps)
    assert found.layer.network.nodes > found.layer.network.entities


def _packed() -> bytes:
    knowledge = graph(
        source("one", says("a promotes b"), says("b inhibits c")), entities=[entity("b")]
    )
    return b"".join(pack(library_of(view_of(knowledge))))


@pytest.mark.parametrize("length", [0, 1, 19, 25, 60, -64, -1])
def test_bytes_that_were_cut_off_are_refused(length: int) -> None:
    with pytest.raises(UnusableFileError):
        unpack(np.frombuffer(_packed()[:length], np.uint8))


def test_another_version_is_refused_by_its_number() -> None:
    other = bytearray(_packed())
    other[20] += 1
    with pytest.raises(UnusableFileError, match=f"of version {VERSION + 1}"):
        unpack(np.frombuffer(bytes(other), np.uint8))


def test_what_another_release_wrote_is_refused_since_it_may_derive_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packed = _packed()
    monkeypatch.setattr(library, "__version__", "99.0.0")
    with pytest.raises(UnusableFileError, match="which may derive otherwise"):
        unpack(np.frombuffer(packed, np.uint8))


def test_a_damaged_header_is_refused() -> None:
    other = bytearray(_packed())
    other[40] ^= 1
    with pytest.raises(UnusableFileError, match="damaged"):
        unpack(np.frombuffer(bytes(other), np.uint8))


def test_a_header_that_names_other_arrays_is_refused() -> None:
    whole = _packed()
    with pytest.raises(UnusableFileError, match="damaged"):
        unpack(np.frombuffer(whole.replace(b"claims.opposite", b"claims.0pposite", 1), np.uint8))


def test_texts_are_found_and_sliced_like_a_list() -> None:
    words = ["", "CL:0000775", "HGNC:8506", "itm:β"]
    texts = Texts.of(words)
    assert list(texts) == words == texts[:]
    assert texts[-1] == "itm:β"
    assert [texts.place(word) for word in words] == [0, 1, 2, 3]
    assert texts.place("HGNC:1") is None
    with pytest.raises(IndexError):
        texts[4]


@pytest.mark.parametrize("words", [["aa", "bb", "dd"], ["a", "bb", "ddd"], []])
def test_sorted_texts_come_and_go_in_order(words: list[str]) -> None:
    texts = Texts.of(words)
    more = texts.with_texts(["ab", "cc", "ee"])
    assert list(more) == sorted([*words, "ab", "cc", "ee"])
    assert texts.places_in(more).tolist() == [list(more).index(word) for word in words]
    assert more.places_in(texts).tolist() == [
        words.index(word) if word in words else -1 for word in more
    ]
    assert list(more.without([0, len(more) - 1])) == list(more)[1:-1]
    assert [more.place(word) for word in more] == list(range(len(more)))
    assert more.place("zz") is None


@pytest.mark.parametrize(
    "words", ["b", "tumour cells", "il6", "grew", "grew quickly", "promotes c", "sore", "µm"]
)
@pytest.mark.parametrize("species", [(), ("mouse",)])
def test_statements_are_found_by_the_same_words(words: str, species: tuple[str, ...]) -> None:
    knowledge = graph(
        source(
            "s",
            says("a promotes b", says="Tumour cells grew where IL6 was.", species="mouse"),
            says("b promotes c", says="It grew quickly,\n quickly to 3 µm."),
            says("a inhibits d", says="\u201cSores\u201d of tumour, and cells.", species="mouse"),
        ),
        source("t", says("a promotes b", says="Quickly.", species="human")),
    )
    mapped = view_over(restored(library_of(view_of(knowledge))))
    filters = Filters(species=species)
    found = [
        [one.id for one in listings.statements(view, words=Words(words))]
        for view in (
            view_of(knowledge, filters=filters),
            View(mapped.full, filters=filters, without=NOTHING, whole=mapped),
        )
    ]
    assert found[0] == found[1]
