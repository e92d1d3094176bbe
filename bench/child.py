"""A command as the child of a small process, with what it took, as JSON: `python -m bench.child …`.

What a process held at most counts what its parent held when it began, so the parent is small.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time


def main() -> None:
    """Run `immunograph` with these arguments, its output aside. Raises CalledProcessError."""
    command = [sys.executable, "-c", "from immunograph.cli import main; main()", *sys.argv[1:]]
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - begun
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = {
        "seconds": seconds,
        "processor_seconds": usage.ru_utime + usage.ru_stime,
        "megabytes": usage.ru_maxrss * 1024 / 1e6,
    }
    print(json.dumps(run))


if __name__ == "__main__":
    main()
