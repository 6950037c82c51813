"""The ECG encoder alone, in a folder that tools of Hugging Face open.

README.md           a card whose first lines are metadata in YAML
config.json         architecture, preprocessing recipe, width of the embedding
model.safetensors   weights of the encoder and of its projection head
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from jaxtyping import Float, Float32
from torch import Tensor, nn

import ptacl
from ptacl.checkpoint.files import load_model, load_weights
from ptacl.checkpoint.shipped import shipped_or_folder
from ptacl.config.json_record import COPY_AGAIN, check_format, read_record
from ptacl.config.strict_json import from_dict, to_dict
from ptacl.encoders.ecg import EcgViTConfig
from ptacl.encoders.light import LightEcgConfig
from ptacl.encoders.two_tower import ecg_encoder, projection_head
from ptacl.errors import PtaclError
from ptacl.signal.preparation import prepare_ecg
from ptacl.signal.recipe import EcgRecipe
from ptacl.store import write_atomically
from ptacl.types import Ecg
from ptacl.wording import DISCLAIMER, SYNTHETIC_HELP

FORMAT = "ptacl-ecg-encoder"
FORMAT_VERSION = 1
WEIGHTS = "model.safetensors"


@dataclass(frozen=True)
class EcgEncoderConfig:
    """Content of `config.json`."""

    name: str
    """Name of the checkpoint."""
    synthetic: bool
    """Whether it was trained on simulated hearts."""
    encoder: LightEcgConfig | EcgViTConfig
    embedding: int
    """Width of the shared embedding space."""
    recipe: EcgRecipe
    ptacl_version: str = ptacl.__version__
    format: str = FORMAT
    format_version: int = FORMAT_VERSION


class EcgEncoder(nn.Module):
    """ECG encoder with its projection into the space that it shares with the cines.

    Attributes:
        config: architecture and preprocessing.

    Example:
        >>> encoder = EcgEncoder.from_checkpoint("demo")  # doctest: +SKIP
        >>> encoder.save_pretrained("ecg-encoder")  # doctest: +SKIP
        >>> EcgEncoder.from_pretrained("ecg-encoder").embed(ecg).shape  # doctest: +SKIP
        (128,)
    """

    def __init__(self, config: EcgEncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.ecg_encoder = ecg_encoder(config.encoder)
        self.ecg_head = projection_head(self.ecg_encoder.width, config.embedding)

    def forward(
        self, ecg: Float[Tensor, "batch leads=12 samples"]
    ) -> Float[Tensor, "batch embedding"]:
        """Encode prepared ECGs.

        Args:
            ecg: prepared by the recipe, in mV by default; the samples beyond a multiple of the
                encoder's step are not read. An absent lead is zero.

        Returns:
            Unit vectors of the shared space.
        """
        step = self.ecg_encoder.segment_samples
        encoded = self.ecg_encoder.encode(ecg[..., : ecg.shape[-1] // step * step], None)
        projected = self.ecg_head(self.ecg_encoder.spread(encoded.pooled))
        return nn.functional.normalize(projected, dim=-1)

    @torch.inference_mode()
    def embed(self, ecg: Ecg) -> Float32[np.ndarray, " embedding"]:
        """Prepare and encode one ECG.

        Args:
            ecg: result of `ptacl.read_ecg`.

        Returns:
            A unit vector.

        Raises:
            PtaclError: the recipe cannot prepare this ECG.
        """
        prepared = prepare_ecg(ecg, self.config.recipe)
        signal = prepared.signal_mv[:, : prepared.valid_samples]
        return self(torch.from_numpy(np.ascontiguousarray(signal))[None])[0].numpy()

    @classmethod
    def from_checkpoint(cls, checkpoint: Path | str) -> "EcgEncoder":
        """Take the ECG encoder out of a checkpoint.

        Args:
            checkpoint: its folder, or the name of a shipped one.

        Returns:
            The encoder in evaluation mode.

        Raises:
            PtaclError: there is no checkpoint, or it is damaged.
        """
        model, about = load_model(shipped_or_folder(checkpoint))
        encoder = cls(
            EcgEncoderConfig(
                about.name, about.synthetic, about.model.ecg, about.model.embedding,
                about.recipe.ecg,
            )
        )  # fmt: skip
        encoder.ecg_encoder.load_state_dict(model.ecg_encoder.state_dict())
        encoder.ecg_head.load_state_dict(model.ecg_head.state_dict())
        return encoder.eval()

    def save_pretrained(self, folder: Path | str) -> Path:
        """Write card, config and weights.

        Args:
            folder: made if absent.

        Returns:
            The folder; `huggingface_hub.upload_folder` publishes it.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        weights = {key: value.cpu().contiguous() for key, value in self.state_dict().items()}
        (folder / WEIGHTS).write_bytes(safetensors.torch.save(weights, {"format": "pt"}))
        write_atomically(folder / "config.json", json.dumps(to_dict(self.config), indent=1))
        write_atomically(folder / "README.md", _card(self.config))
        return folder

    @classmethod
    def from_pretrained(cls, source: Path | str) -> "EcgEncoder":
        """Open a folder that `save_pretrained` wrote.

        Args:
            source: the folder; or the name of a repository of Hugging Face, which is downloaded by
                `huggingface_hub` (``pip install 'ptacl[hub]'``).

        Returns:
            The encoder in evaluation mode.

        Raises:
            PtaclError: there is no such folder and `huggingface_hub` is not installed; the folder
                holds something else; the weights do not fit the config.
        """
        folder = _folder_of(source)
        values = read_record(folder / "config.json", COPY_AGAIN)
        do = "Write it again with `EcgEncoder.save_pretrained`."
        expected = FORMAT, FORMAT_VERSION
        check_format(values, expected, folder, do, code="checkpoint.other_version")
        encoder = cls(from_dict(EcgEncoderConfig, values))
        load_weights(encoder, folder / WEIGHTS)
        return encoder.eval()


def _folder_of(source: Path | str) -> Path:
    """Return a folder as it is, a repository as the folder of its download."""
    if Path(source).is_dir():
        return Path(source)
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise PtaclError(
            f"There is no folder {source}. For a repository of Hugging Face, install its client: "
            "pip install 'ptacl[hub]'.",
            code="checkpoint.not_found",
        ) from error
    return Path(snapshot_download(str(source)))


def _card(config: EcgEncoderConfig) -> str:
    """Return the card: metadata in YAML, then text."""
    origin = SYNTHETIC_HELP if config.synthetic else "See the card of its checkpoint."
    recipe = config.recipe
    tags = ["ecg", "cardiology", *(["synthetic"] if config.synthetic else [])]
    return f"""---
library_name: ptacl
license: apache-2.0
pipeline_tag: feature-extraction
tags: [{", ".join(tags)}]
---

# ECG encoder of {config.name}

{DISCLAIMER}. {origin}

Reads {recipe.duration_s:g} s of 12 leads at {recipe.sample_rate_hz:g} Hz, prepared by the recipe in
`config.json`; gives a unit vector of {config.embedding} numbers in the space that ECGs share
with cardiac cine MRI.

```python
import ptacl

encoder = ptacl.EcgEncoder.from_pretrained("THIS_FOLDER")
vector = encoder.embed(ptacl.read_ecg("file.hea"))
```
"""
