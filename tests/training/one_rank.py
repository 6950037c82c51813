"""What each of two processes does: a step under every variant, then the rest of a started run."""

import sys
from pathlib import Path

import torch

from ptacl.checkpoint.files import read_config
from ptacl.config.strict_json import from_dict
from ptacl.store import open_store
from ptacl.training import ContrastiveConfig, train
from ptacl.training.distributed import join_ranks
from tests.training.one_step import CONFIGS, step


def main(store: str, run: str, out: str) -> None:
    with join_ranks() as ranks:
        found = {name: step(config, ranks) for name, config in CONFIGS.items()}
        torch.save(found, Path(out) / f"rank{ranks.rank}.pt")
        checkpoint = read_config(run)
        config = from_dict(ContrastiveConfig, checkpoint.training)
        train(open_store(store), Path(run), checkpoint, config, resume=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(*sys.argv[1:])
