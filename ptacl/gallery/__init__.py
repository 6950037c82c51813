"""Galleries: the embedded subjects of a cohort, ready to search, place and compare."""

from ptacl.gallery.format import Example, GalleryManifest, Simulation
from ptacl.gallery.opened import Gallery, open_gallery

__all__ = ["Example", "Gallery", "GalleryManifest", "Simulation", "open_gallery"]
