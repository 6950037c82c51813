"""Write the shipped hearts of a gallery: ``python -m ptacl.gallery.signals GALLERY``."""

import sys

from ptacl.gallery.examples import ship_hearts
from ptacl.gallery.gallery import open_gallery

print(f"{ship_hearts(open_gallery(sys.argv[1]))} hearts written")
