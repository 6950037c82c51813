"""Command that repeats the inspection of a saved report."""

import json
from dataclasses import asdict
from pathlib import Path

from tyro.conf import Positional

from ptacl.cli.output import AsJson
from ptacl.workflow.number_options import check_numbers

SHOWN = 20
"""Most differences that are printed."""


def repeat(
    report: Positional[Path],
    checkpoint: Path,
    gallery: Path | None = None,
    file: Path | None = None,
    rate_hz: float | None = None,
    unit: str | None = None,
    json_: AsJson = False,
) -> int:
    """Repeat the inspection of a saved report (JSON) and compare every number.

    The report states its inputs: the weights of the model, the gallery, the person, and the ECG
    itself, or its digest where it was printed by `ptacl inspect --json`. With another model,
    gallery or recording it is refused. Exit status 3 if anything came out otherwise.

    Args:
        report: JSON of a report, as saved on the page, by `ptacl inspect --reports` or printed by
            `ptacl inspect --json`.
        checkpoint: folder of the model.
        gallery: folder of the gallery; `CHECKPOINT/gallery` by default.
        file: the recording, where the report holds its digest alone.
        rate_hz: samples per second, where the file does not state it.
        unit: mV or uV, where the file does not state it.
        json_: print JSON.
    """
    check_numbers(rate_hz=rate_hz)
    import ptacl
    from ptacl.inference.repeat import read_report
    from ptacl.inference.repeat import repeat as repeat_report

    record = read_report(report)
    model = ptacl.load(checkpoint, gallery)
    ecg = None
    if file is not None:
        any_leads = model.gallery.reads_any_leads
        ecg = ptacl.read_ecg(file, sample_rate_hz=rate_hz, unit=unit, any_leads=any_leads)
    done = repeat_report(record, model, ecg)
    differences = [asdict(each) for each in done.differences]
    if json_:
        result = {"numbers": done.numbers, "largest_difference": done.largest}
        print(json.dumps({**result, "same": not differences, "differences": differences}))
    else:
        print(
            f"{done.numbers} numbers compared, largest difference {done.largest:.2g} of the value"
        )
        for each in done.differences[:SHOWN]:
            print(f"{each.where}: {each.then} then, {each.now} now")
        print("the same" if not differences else f"{len(differences)} values differ")
    return 3 if differences else 0
