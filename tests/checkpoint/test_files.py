"""What lies in the folder of a checkpoint."""

import os
from pathlib import Path

import pytest

from ptacl.checkpoint.files import Checkpoint, save_checkpoint
from ptacl.checkpoint.reports import Metrics
from ptacl.encoders.two_tower import TwoTower, TwoTowerConfig
from ptacl.signal.recipe import Recipe


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_its_files_are_as_open_as_the_person_wants(tmp_path: Path, mask: int, mode: int) -> None:
    checkpoint = Checkpoint("any", True, TwoTowerConfig(), Recipe())
    before = os.umask(mask)
    try:
        save_checkpoint(tmp_path, TwoTower(checkpoint.model), checkpoint, Metrics())
    finally:
        os.umask(before)
    files = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    names = "model.safetensors", "metrics.json", "config.json", "checksums.json"
    assert files == dict.fromkeys(names, mode)
