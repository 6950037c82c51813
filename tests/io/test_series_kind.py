"""What a series is by what it is called."""

import pytest

from ptacl.io.series_kind import other_series, says_short_axis


@pytest.mark.parametrize(
    "name",
    ["CINE_segmented_SAX_b4", "SA stack", "petit axe", "Kurzachse", "cine kurze Achse", "LVSA"],
)
def test_short_axis_is_said_in_several_languages(name: str) -> None:
    assert says_short_axis(name)
    assert other_series(name) is None


@pytest.mark.parametrize("name", ["CINE_segmented_LAX_4Ch", "vertical", "Kurzbericht", "", "visa"])
def test_other_names_do_not_say_short_axis(name: str) -> None:
    assert not says_short_axis(name)
