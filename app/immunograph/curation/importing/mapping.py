"""The mapping file of whoever imports: what they know of a corpus that it does not say itself."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from immunograph.errors import BadSource, Fault
from immunograph.formats.reading.claims import TableMapping
from immunograph.seeds import yaml_text


def read_mapping(path: Path) -> TableMapping:
    """The mapping that a YAML file holds. Raises BadSource with every fault."""
    try:
        text = yaml_text.read(path.read_bytes(), str(path))
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise BadSource([Fault(str(path), 1, 1, message)]) from error
    if text.faults:
        raise BadSource(text.told_faults())
    try:
        return TableMapping.model_validate(text.value or {})
    except ValidationError as error:
        known = ", ".join(TableMapping.model_fields)
        for problem in error.errors(include_url=False):
            where = ".".join(map(str, problem["loc"]))
            text.fault(problem["loc"], f"{where}: {problem['msg']}; a mapping has {known}")
        raise BadSource(text.told_faults()) from error
