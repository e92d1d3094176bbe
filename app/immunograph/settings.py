"""The settings of immunograph, read from environment variables."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a person can set; each field is one variable and one row of docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="IMMUNOGRAPH_", frozen=True, populate_by_name=True)

    host: str = Field("127.0.0.1", description="address the service listens on")
    names: str | None = Field(
        None,
        description="names that the service answers to beside its address, with commas between",
    )
    origins: str | None = Field(
        None,
        description="origins of other sites whose pages may read here, with commas between; "
        "`*` for any",
    )
    port: int = Field(8000, ge=0, le=65535, description="port of the service; 0 takes a free one")
    reads: Literal["open", "key"] = Field(
        "open", description="`key` asks whoever reads for a key too, as `key new` makes one"
    )
    rate: int = Field(
        1200,
        ge=0,
        description="searches and queries a minute that one other machine may ask; 0 for any",
    )
    log: Literal["text", "json"] = Field(
        "text", description="`json` writes each request as a line, with its id and no question"
    )
    seed: Path | None = Field(
        None, description="folder loaded into an empty graph (default: the shipped `seed/`)"
    )
    documents: Path | None = Field(
        None, description="folder with the source documents, to verify locators and show passages"
    )
    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("immunograph"),
        description="where the local Neo4j keeps its data",
    )
    cache_dir: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("immunograph"),
        description="where the fetched Neo4j and the libraries of snapshots are kept",
    )
    heap: str = Field("1g", pattern=r"^[1-9][0-9]*[mg]$", description="heap of the local Neo4j")
    report_to: str | None = Field(
        None,
        description="where reports of a wrong sign or source go: a mail address, or the address "
        "of a form that takes `title` and `body`",
    )
    neo4j_uri: str | None = Field(
        None,
        validation_alias=AliasChoices("NEO4J_URI", "neo4j_uri"),
        description="a Neo4j of your own; turns the local engine off",
    )
    neo4j_username: str = Field(
        "neo4j",
        validation_alias=AliasChoices("NEO4J_USERNAME", "neo4j_username"),
        description="user name for `NEO4J_URI`",
    )
    neo4j_password: SecretStr = Field(
        SecretStr(""),
        validation_alias=AliasChoices("NEO4J_PASSWORD", "neo4j_password"),
        description="password for `NEO4J_URI`",
    )
    neo4j_database: str = Field(
        "neo4j",
        validation_alias=AliasChoices("NEO4J_DATABASE", "neo4j_database"),
        description="database that holds the graph",
    )

    @property
    def libraries(self) -> Path:
        """Where processes share the libraries of snapshots."""
        return self.cache_dir / "libraries"
