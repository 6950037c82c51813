"""The form for sample rate and unit: offered by error code, only where it helps."""

import re

import numpy as np
import pytest

from app.views.inspect.units_form import missing_units
from ptacl.errors import ERROR_CODES, BadInput
from ptacl.io import read_ecg_files
from tests.io.ecg.test_read import simple_leads
from tests.io.ecg.xml import test_cardiosoft, test_hl7_aecg, test_muse, test_philips

ARGUMENTS = {"sample rate": ("sample_rate_hz", 500.0), "unit": ("unit", "mV")}


def _csv(header: str) -> bytes:
    rows = "\n".join(",".join(f"{v:.4f}" for v in row) for row in simple_leads(5000).T)
    return f"{header}\n{rows}\n".encode()


def _without(content: bytes, pattern: bytes) -> bytes:
    assert re.search(pattern, content)
    return re.sub(pattern, b"", content)


def _aecg_without_rate() -> bytes:
    inner = (test_hl7_aecg.times('value="0" unit="s"'), test_hl7_aecg.leads())
    return test_hl7_aecg.aecg(test_hl7_aecg.series(test_hl7_aecg.sequences(*inner)))


def _files() -> dict[str, bytes]:
    cardiosoft = test_cardiosoft.cardiosoft(test_cardiosoft.strip(SampleRate=""))
    muse = test_muse.muse(test_muse.rhythm())
    return {
        "plain.csv": _csv("I,II,V1,V2,V3,V4,V5,V6"),
        "cardiosoft.xml": cardiosoft,
        "muse.xml": _without(muse, rb"<SampleBase>500</SampleBase>"),
        "aecg.xml": _aecg_without_rate(),
    }


@pytest.mark.parametrize("name", _files())
def test_where_the_form_is_offered_giving_what_it_asks_makes_the_file_readable(name):
    content = _files()[name]
    with pytest.raises(BadInput) as refused:
        read_ecg_files({name: content})
    given = dict(ARGUMENTS[thing] for thing in missing_units(refused.value))
    assert "sample_rate_hz" in given
    ecg = read_ecg_files({name: content}, **given)
    assert ecg.sample_rate_hz == 500 and np.isfinite(ecg.signal_mv).all()


def test_the_form_is_not_offered_where_only_another_export_helps():
    waveforms = test_philips.uncompressed().replace(' samplespersecond="500"', "")
    content = test_philips.philips(waveforms).replace(
        "<samplingrate>500</samplingrate>".encode("utf-16-le"), b""
    )
    with pytest.raises(BadInput) as refused:
        read_ecg_files({"philips.xml": content}, sample_rate_hz=500, unit="uV")
    assert refused.value.code == "ecg.no_scale" and not missing_units(refused.value)


def test_the_code_alone_decides_and_not_the_wording():
    offered = {code for code in ERROR_CODES if missing_units(BadInput("a", "b", "c", code=code))}
    assert offered == {"ecg.no_sample_rate", "ecg.no_unit", "ecg.no_sample_rate_or_unit"}
    worded = BadInput("a.xml", "it its sample rate is missing", "export", code="ecg.no_scale")
    assert not missing_units(worded)
