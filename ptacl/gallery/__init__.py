"""Galleries: the embedded subjects of a cohort, to search, project and compare."""

from ptacl.gallery.format import Example, GalleryManifest, Simulation
from ptacl.gallery.gallery import Gallery, open_gallery, read_manifest

__all__ = ["Example", "Gallery", "GalleryManifest", "Simulation", "open_gallery", "read_manifest"]
