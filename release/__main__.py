"""Build the packages of a release, try them as people install them, say what is in them.

In `dist/`: the wheel and the source archive, the same wheel from either; the bill of materials
(CycloneDX) of the wheel, of what is installed with it, of the jars that it fetches and of the
libraries of its page; and their licences. Before that the wheel is installed from its lock, with
hashes, into a clean environment, and on an empty home it fetches Neo4j, loads the library and
answers a question.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any, Final

from release.licences import ROOT, Part, browser_parts, java_parts, parts, refused
from release.packages import build, contents, unpacked

ASKED: Final = "/v1/paths?source=paclitaxel&target=lung+metastasis"
PIP: Final = ("-m", "pip", "--quiet", "--disable-pip-version-check", "install")


def main() -> None:
    """Make everything in an empty folder; ends with 1 at the first fault."""
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    parser.add_argument("--into", type=Path, default=ROOT / "dist")
    parser.add_argument("--python", default=sys.executable, help="the Python to install it with")
    chosen = parser.parse_args()
    into: Path = chosen.into
    listed = parts()
    if faults := refused(listed):
        sys.exit("\n".join(faults))
    shutil.rmtree(into, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="immunograph-release-") as name:
        work = Path(name)
        sdist = build("sdist", into)
        wheel = build("wheel", into, source=unpacked(sdist, work))
        if contents(wheel) != contents(build("wheel", work / "checkout")):
            sys.exit("The source archive gives another wheel than the checkout; see .gitignore.")
        python = installed(wheel, work / "clean", python=chosen.python)
        print(answered(python, home=work / "home"))
        bill = into / f"{wheel.name.partition('-py3')[0]}.cdx.json"
        write_bill(bill, environment=work / "clean", tool=work / "sbom", python=chosen.python)
    licences = into / "licences.tsv"
    rows = ["name\tversion\tlicence", *(f"{p.name}\t{p.version}\t{p.licence}" for p in listed)]
    licences.write_text("\n".join(rows) + "\n", "utf-8")
    for file in sorted(into.iterdir()):
        print(f"{file.stat().st_size:>10,}  {file}")


def installed(wheel: Path, home: Path, *, python: str) -> Path:
    """The Python of a clean environment that has the wheel, and what its lock names."""
    subprocess.run([python, "-m", "venv", home], check=True)
    ours = home / "bin" / "python"
    lock = ROOT / "requirements.lock"
    subprocess.run([ours, *PIP, "--require-hashes", "-r", lock], check=True)
    subprocess.run([ours, *PIP, "--no-deps", "--no-index", wheel], check=True)
    return ours


def answered(python: Path, *, home: Path) -> str:
    """Serve on an empty home until the first question is answered; what was answered, in words."""
    home.mkdir()
    ours = ("IMMUNOGRAPH_", "NEO4J_", "PYTHON", "XDG_", "NUMBA_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    serve = subprocess.Popen(
        [python.with_name("immunograph"), "serve"],
        cwd=home,
        env={**environment, "HOME": str(home), "IMMUNOGRAPH_PORT": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with serve:
        try:
            assert serve.stdout is not None
            told = (line.split("  ", 1) for line in serve.stdout)
            page = next((pair[1].strip() for pair in told if pair[0] == "Page"), None)
            if page is None:
                sys.exit("The wheel does not serve on an empty home; what it says stands above.")
            with urllib.request.urlopen(page + ASKED, timeout=300) as reply:
                answer = json.load(reply)
        finally:
            serve.send_signal(signal.SIGINT)
            serve.communicate()
    if not answer["paths"]:
        sys.exit(f"{ASKED} is answered without a path by the wheel alone.")
    return f"The wheel alone, on an empty home: {answer['summary']}"


def write_bill(file: Path, *, environment: Path, tool: Path, python: str) -> None:
    """Write the bill of materials: packages by cyclonedx-bom, then the other parts."""
    subprocess.run([python, "-m", "venv", tool], check=True)
    lock = ROOT / "release" / "sbom.lock"
    subprocess.run([tool / "bin" / "python", *PIP, "--require-hashes", "-r", lock], check=True)
    subprocess.run(
        [
            *(tool / "bin" / "cyclonedx-py", "environment", environment),
            *("--pyproject", ROOT / "pyproject.toml", "--mc-type", "application"),
            *("--output-reproducible", "--spec-version", "1.6", "-o", file),
        ],
        check=True,
    )
    bill: dict[str, Any] = json.loads(file.read_text("utf-8"))
    bill["components"] += [component(part) for part in (*java_parts(), *browser_parts())]
    file.write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n", "utf-8")
    check = (
        "import sys, pathlib; from cyclonedx.schema import SchemaVersion; "
        "from cyclonedx.validation.json import JsonStrictValidator as V; "
        "sys.exit(str(V(SchemaVersion.V1_6).validate_str(pathlib.Path(sys.argv[1]).read_text()) "
        "or '') or 0)"
    )
    subprocess.run([tool / "bin" / "python", "-c", check, file], check=True)


def component(part: Part) -> dict[str, Any]:
    """A part as CycloneDX has it."""
    return {
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "version": part.version,
        "licenses": [{"expression": part.licence}],
        "purl": part.purl,
        "hashes": [{"alg": "SHA-256", "content": part.sha256}],
    }


if __name__ == "__main__":
    main()
