"""Public files for checks, which stand beside the project where it is developed."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(os.environ.get("SIKLUS_SHARED") or ROOT.parent / "shared") / "data"


def public_file(name: str) -> Path:
    """The path of a public file; the test is skipped where it is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the public file {name} is not on this machine")
    return path
