"""What a large load sets aside, and a disk that takes no more of it."""

from __future__ import annotations

import resource
import signal

import pytest

from immunograph.errors import ImmunographError
from immunograph.spool import Spool


def test_a_disk_that_takes_no_more_is_named_and_what_was_written_is_read_back() -> None:
    spool = Spool()
    start, end = spool.add([b"said before"])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, hard))
    try:
        with pytest.raises(ImmunographError, match="TMPDIR"):
            spool.add([b"x" * 10_000])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert spool.read(start, end) == b"said before"
