"""What several test files share: the seed corpus, built once."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SEED = ROOT / "data" / "seed.txt"


@pytest.fixture(scope="session")
def seed_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the 54 papers of data/seed.txt. Read it, copy it, never change it."""
    from kg.build import build

    db = tmp_path_factory.mktemp("seed") / "kg.db"
    build([SEED], db)
    return db
