"""Groups as a file."""

import json

import pytest

from ptacl.cohort_analysis.group_files import FiledGroup, groups_json, read_groups
from ptacl.errors import PtaclError

GROUPS = (
    FiledGroup("low", rule="rule:lvef_pct < 50"),
    FiledGroup("mine, «all»", subject_ids=("S-1", "S-2")),
)


def test_saved_groups_are_read_back_and_say_that_they_are_simulated():
    text = groups_json(GROUPS, synthetic=True)
    assert read_groups(text.encode()) == GROUPS and json.loads(text)["synthetic"] is True


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[" * 100_000, "no file of groups"),
        (b'{"format": "other"}', "no file of groups"),
        (b'{"format": "ptacl groups", "version": 2}', "version 2"),
        (b'{"format": "ptacl groups", "version": 1, "groups": {}}', "no list"),
        (b'{"format": "ptacl groups", "version": 1, "groups": [{"name": "a"}]}', "needs a name"),
    ],
)
def test_another_file_is_refused_with_the_reason(content, told):
    with pytest.raises(PtaclError, match=told) as error:
        read_groups(content)
    assert error.value.code == "group.unreadable_file"
