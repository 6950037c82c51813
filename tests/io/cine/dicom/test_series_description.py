"""What a series is by what it is called."""

import zipfile
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from ptacl.errors import BadInput
from ptacl.io import read_cine
from ptacl.io.cine.dicom.series_description import named_kind, other_series, says_short_axis
from tests.io.made_cines import LONG_AXIS, Edit, cine, series, values


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


SHORT_AXIS_CINES = [
    "sa_cine_flow_comp", "cine_sax_postperfusion", "cine_sax_4ch_planned", "SA cine from 4CH",
    "sax_off_2ch", "tfe_4ch_sa", "cine SA post LGE", "sax cine pre-perfusion", "cine_sa_aorta",
    "CINE_SAX_map", "Survey_cine_SA", "cine sax delayed", "SA_bTFE_late", "sax_flow_comp",
    "cine_sax_no_tag", "sa_heritage_cine", "fiesta sax lvot", "short axis cine (scout plane)",
]  # fmt: skip


@pytest.mark.parametrize("name", SHORT_AXIS_CINES)
def test_a_word_does_not_make_a_short_axis_cine_another_series(tmp_path: Path, name: str) -> None:
    read = read_cine(cine(tmp_path / "s", values(SeriesDescription=name)))
    assert len(read.frames) == 16
    told = {one.code for one in read.caveats}
    assert told == ({"series_name"} if named_kind(name).overridden else set())


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("cine_4ch", "long-axis"), ("cine_trufi_retro 4CH", "long-axis"), ("2chv", "long-axis"),
        ("four chamber cine", "long-axis"), ("cine_lax_b1", "long-axis"), ("cine4ch", "long-axis"),
        ("SAX cine tagging", "tagging"), ("sa_cine_venc120", "flow"), ("cine flow ao", "flow"),
        ("SAX phase contrast", "flow"), ("perfusion_rest", "perfusion"), ("SA InlineVF", "overlay"),
        ("lge_sax_psir", "late enhancement"), ("T2* map sa", "map"), ("scout", "localiser"),
    ],
)  # fmt: skip
def test_other_series_are_known_by_their_words(name: str, what: str) -> None:
    assert what in str(other_series(name))


def test_a_long_axis_series_is_refused_by_name_whatever_plane_it_lies_in(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"a long-axis cine.*--any-series"):
        read_cine(cine(tmp_path / "s", values(SeriesDescription="cine_4ch")))


def test_a_short_axis_name_with_a_long_axis_word_does_not_hide_a_long_axis_plane(
    tmp_path: Path,
) -> None:
    edit = values(SeriesDescription="sax_4ch_cine", ImageOrientationPatient=LONG_AXIS)
    with pytest.raises(BadInput, match="90° off the short axis"):
        read_cine(cine(tmp_path / "s", edit))


def test_a_short_axis_series_of_a_whole_beat_is_a_cine_whatever_else_it_is_called(
    tmp_path: Path,
) -> None:
    """Late enhancement and perfusion show one moment; eight moments of a beat are a cine."""
    named = values(SeriesDescription="sa_viability_retro")
    read = read_cine(cine(tmp_path / "s", named))
    assert [one.code for one in read.caveats] == ["series_name"]

    def jitter(dataset: Dataset, place: int, frame: int) -> None:
        dataset.SeriesDescription = "stress_perf_sax"
        dataset.TriggerTime = 120 + 3 * frame

    with pytest.raises(BadInput, match="a perfusion series"):
        read_cine(cine(tmp_path / "p", jitter))


TAGGED = {
    "sequence name": (values(SequenceName="*fl2d1_v150in"), "a flow series"),
    "phase contrast": (values(PhaseContrast="YES"), "a flow series"),
    "tagging": (values(Tagging="GRID"), "tagging"),
    "contrast": (values(AcquisitionContrast="PERFUSION"), "a perfusion series"),
    "flow encoded": (values(AcquisitionContrast="FLOW_ENCODED"), "a flow series"),
    "map": (values(ImageType=["DERIVED", "PRIMARY", "T1 MAP"]), "a parametric map"),
    "localizer": (values(ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]), "a localiser"),
}


@pytest.mark.parametrize(("edit", "what"), TAGGED.values(), ids=TAGGED.keys())
def test_elements_tell_more_than_names(tmp_path: Path, edit: Edit, what: str) -> None:
    with pytest.raises(BadInput, match=f"it is {what}"):
        read_cine(cine(tmp_path / "s", edit))


def test_the_magnitude_of_a_velocity_scan_in_the_short_axis_is_read_and_told(
    tmp_path: Path,
) -> None:
    edit = values(SequenceName="*fl2d1_v150in", ImageType=["ORIGINAL", "PRIMARY", "M", "ND"])
    read = read_cine(cine(tmp_path / "s", edit))
    assert [one.code for one in read.caveats] == ["series_name"]


def test_contrast_medium_and_flow_compensation_make_no_other_series(tmp_path: Path) -> None:
    edit = values(ContrastBolusAgent="GADOLINIUM", FlowCompensation="SLICE", ScanningSequence="GR")
    assert read_cine(cine(tmp_path / "s", edit)).caveats == ()


def test_any_series_takes_a_refused_one(tmp_path: Path) -> None:
    named = values(SeriesDescription="cine_4ch", ImageOrientationPatient=LONG_AXIS)
    folder = cine(tmp_path / "s", named)
    with pytest.raises(BadInput):
        read_cine(folder)
    assert len(read_cine(folder, any_series=True).frames) == 16


def test_any_series_still_prefers_the_stack(tmp_path: Path) -> None:
    def mixed(dataset: Dataset, place: int, frame: int) -> None:
        dataset.SeriesDescription = "retro"
        if place == 3:
            dataset.ImageOrientationPatient = LONG_AXIS
            dataset.SeriesInstanceUID = "1.2.3"

    assert read_cine(series(tmp_path / "s", mixed, slices=4), any_series=True).slice_count == 3


def test_the_real_four_chamber_series_alone_is_refused_by_name(
    shared_data: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(shared_data / "cmr/dicom_siemens_stack/study.zip") as archive:
        archive.extractall(tmp_path, [n for n in archive.namelist() if n.startswith("Se6/")])
    with pytest.raises(BadInput, match="a long-axis cine"):
        read_cine(tmp_path)
    assert len(read_cine(tmp_path, any_series=True).frames) == 25
