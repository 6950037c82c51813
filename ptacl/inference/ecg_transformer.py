"""The ECG encoder as a transformer of scikit-learn: ECGs in, a row of features each."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import numpy as np
from jaxtyping import Float32
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from ptacl.errors import PtaclError
from ptacl.inference.model import Model, load
from ptacl.signal.preparation import prepare_ecg
from ptacl.types import LEADS, Ecg, withholding_reason

_STORED = {"embedding": "ecg", "features": "ecg_features"}
"""Output → the same of the gallery's subjects."""
Ecgs = Iterable[Ecg] | np.ndarray
"""Records, or an array of shape (ecgs, 12, samples) in mV; other shapes are refused."""


class EcgTransformer(TransformerMixin, BaseEstimator):
    """Turns ECGs into the features or the embeddings of a model; it learns nothing from them.

    An ECG whose quality allows no prediction becomes a row of NaN, which the next step of a
    pipeline refuses or imputes.

    Args:
        checkpoint: folder of the model, or the name of a shipped one.
        output: ``embedding``: unit vectors of the space that is shared with the cines.
            ``features``: the input of the model's regression heads.
        sample_rate_hz: of ECGs that are given as an array, in Hz.

    Attributes:
        n_features_out_: number of columns; known after `fit`.

    Example:
        >>> make_pipeline(EcgTransformer(), Ridge()).fit(ecgs, lvef_pct)  # doctest: +SKIP
    """

    def __init__(
        self,
        checkpoint: Path | str = "demo",
        output: Literal["embedding", "features"] = "embedding",
        sample_rate_hz: float = 500.0,
    ) -> None:
        self.checkpoint = checkpoint
        self.output = output
        self.sample_rate_hz = sample_rate_hz

    def fit(self, X: Ecgs, y: object = None) -> "EcgTransformer":
        """Open the model.

        Args:
            X: ECGs as for `transform` (an array of shape (ecgs, 12, samples)); not read.
            y: ignored.

        Returns:
            This transformer.

        Raises:
            PtaclError: there is no such model, or no such output.
        """
        if self.output not in _STORED:
            raise PtaclError(
                f"There is no output {self.output!r}. Choose embedding or features.",
                code="option.invalid",
            )
        self._model: Model | None = load(self.checkpoint)
        stored = self._model.gallery.vectors[_STORED[self.output]]
        self.n_features_out_ = stored.shape[1]
        return self

    def transform(self, X: Ecgs) -> Float32[np.ndarray, "ecgs width"]:
        """Encode ECGs.

        Args:
            X: ECGs as read by `ptacl.read_ecg`, or an array of shape (ecgs, 12, samples) in mV in
                the order of `ptacl.types.LEADS`, NaN where missing.

        Returns:
            A row for each ECG.

        Raises:
            sklearn.exceptions.NotFittedError: `fit` was not called.
            PtaclError: the recipe of the model cannot prepare an ECG.
        """
        check_is_fitted(self, "n_features_out_")
        rows = [self._row(ecg) for ecg in self._ecgs(X)]
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.n_features_out_)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return the names of the columns.

        Args:
            input_features: ignored.

        Returns:
            ``embedding_0``, ``embedding_1`` …
        """
        names = [f"{self.output}_{index}" for index in range(self.n_features_out_)]
        return np.array(names, dtype=object)

    def _row(self, ecg: Ecg) -> np.ndarray:
        model = self._opened()
        lead_sets = model.gallery.lead_sets.names
        prepared = prepare_ecg(ecg, model.config.recipe.ecg, lead_sets=lead_sets)
        if withholding_reason(prepared.quality, (*ecg.caveats, *prepared.quality.caveats)):
            return np.full(self.n_features_out_, np.nan, dtype=np.float32)
        leads = model.gallery.lead_sets.used_for(prepared.quality)
        signal_mv = prepared.signal_mv[:, : prepared.valid_samples]
        return model.encode(signal_mv, prepared.r_peaks, leads=leads)[
            list(_STORED).index(self.output)
        ]

    def _opened(self) -> Model:
        if self._model is None:
            self._model = load(self.checkpoint)
        return self._model

    def _ecgs(self, ecgs: Ecgs) -> Iterable[Ecg]:
        if not isinstance(ecgs, np.ndarray) or ecgs.dtype == object:
            return ecgs
        if ecgs.ndim != 3 or ecgs.shape[1] != len(LEADS):
            raise PtaclError(
                f"The array has the shape {ecgs.shape}. Give (ecgs, 12, samples) in mV, or ECGs "
                "from `ptacl.read_ecg`.",
                code="option.invalid",
            )
        rate = self.sample_rate_hz
        return (Ecg(signal.astype(np.float32), rate, "array") for signal in ecgs)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        tags.requires_fit = True
        tags.no_validation = True
        return tags

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        return state | ({"_model": None} if "_model" in state else {})  # opened again on use
