from ptacl.io.ecg.format_titles import ECG_FORMAT_TITLES
from ptacl.io.ecg.formats import ECG_FORMATS


def test_the_titles_are_those_of_the_registry():
    assert [(row.name, row.title) for row in ECG_FORMATS if row.listed] == list(
        ECG_FORMAT_TITLES.items()
    )
