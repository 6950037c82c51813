"""Fine-tuning of a model's ECG encoder on the phenotypes, as the step beyond a linear probe."""

from pathlib import Path
from tempfile import TemporaryDirectory

from ptacl.checkpoint.files import load_model
from ptacl.encoders.two_tower import TwoTower
from ptacl.store import Store
from ptacl.training.config import ContrastiveConfig
from ptacl.training.supervised import Progress, train_supervised

EPOCHS = 10
LEARNING_RATE = 3e-4
"""A tenth of the rate of the contrastive training, so that the encoder adapts without forgetting.
"""


def fine_tuned(
    folder: Path, store: Store, seed: int = 0, progress: Progress | None = None
) -> TwoTower:
    """Return the model of a checkpoint with its ECG encoder fine-tuned on the training split.

    Its heads are fitted afterwards like those of every method
    (`regression.features.fit_store_heads`). Nothing is written to disk.

    Args:
        folder: of the checkpoint.
        store: the cohort, made with the checkpoint's recipe.
        seed: of the order and the augmentation.
        progress: called with (step, steps in all, the newest figures).
    """
    checkpoint = load_model(folder)[1]
    config = ContrastiveConfig(epochs=EPOCHS, learning_rate=LEARNING_RATE, seed=seed)
    with TemporaryDirectory() as work:
        run = train_supervised(
            store, Path(work) / "tuned", checkpoint, config, init=folder, progress=progress
        )
    return run.model.cpu()
