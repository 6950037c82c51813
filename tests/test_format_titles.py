from ptacl.format_titles import ECG_FORMAT_TITLES
from ptacl.io.formats import ECG_FORMATS


def test_the_titles_are_those_of_the_registry():
    assert tuple(dict.fromkeys(row.title for row in ECG_FORMATS)) == ECG_FORMAT_TITLES
