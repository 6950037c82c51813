"""Identity of a gallery, so that results of different models are not mixed."""

import hashlib
from typing import TYPE_CHECKING

from ptacl.gallery.format import MANIFEST, TABLE

if TYPE_CHECKING:
    from ptacl.gallery import Gallery


def gallery_fingerprint(gallery: "Gallery") -> str:
    """Return twelve hexadecimal digits of weights, manifest, table and remaining subjects."""
    digest = hashlib.sha256(gallery.manifest.weights_fingerprint.encode())
    for name in (MANIFEST, TABLE):
        digest.update((gallery.path / name).read_bytes())
    digest.update("\n".join(gallery.table.index).encode())  # without withdrawn subjects
    return digest.hexdigest()[:12]
