"""The company that the bench loads past our actions is one that our actions could have made."""

import os
import subprocess
import sys
from pathlib import Path


def test_what_the_bench_loads_agrees_with_its_history_and_can_be_reported(tmp_path: Path):
    environment = {**os.environ, "SIKLUS_DATA": str(tmp_path), "DATABASE_URL": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("-m", "bench.load", "--leads", "300", "--deals", "200")
    main = "import sys; from siklus.config.command import main; main(sys.argv[1:])"
    checked = run("-c", main, "check", "--format", "csv")
    assert all(line.split(",")[-2] == "0" for line in checked.splitlines()[1:]), checked
    told = run("-c", main, "report", "kpis", "--format", "json")
    assert '"name": "deal_counts"' in told
