"""The app with a segmenter that reads the labels off the intensities of `made_cines`."""

from app.pages import run
from app.session import cine_work
from tests.segmentation.made_hearts import IntensityLabeller

cine_work.segmenter = IntensityLabeller
run()
