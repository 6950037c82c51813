"""Errors that the user can put right: what, where, what was found, what to do, and a stable code.

The code (`PtaclError.code`) is what programs decide by; messages may be reworded at any time.
`ERROR_CODES` is the one list of all codes. ``python -m ptacl.errors`` prints it as the page
``docs/error-codes.md``.
"""

from collections.abc import Iterable
from pathlib import Path

ERROR_CODES: dict[str, str] = {
    # Any input file
    "file.not_found": "There is no file or folder at this path.",
    "file.is_folder": "A folder was given where one file is expected.",
    "file.cannot_open": "The file exists and cannot be opened, usually for lack of permission.",
    "file.empty": "The archive holds no file.",
    "file.too_large": "The file is larger, longer or has more parts than any valid one.",
    "file.damaged": "The file is damaged or cut short.",
    "file.other_version": "The file is of a version of its format that is not read.",
    "file.compression": "The content is compressed in a way that is not read.",
    "file.companion_missing": "A second file that belongs to this one is missing.",
    "zip.unsafe_name": "The archive holds a file name that leads out of it.",
    "zip.password": "The archive is encrypted.",
    "zip.several_files": "The archive holds several files where one is expected.",
    "xml.entities": "The XML document declares entities, which are refused for safety.",
    "upload.empty": "The upload holds no file.",
    "upload.not_kept": "The link names an upload that this session does not hold.",
    "app.not_installed": "The app is not installed next to the package.",
    "app.wrong_access": "The list of accounts that may log in to the app is not well-formed.",
    # ECG
    "ecg.unknown_format": "The content is of no ECG format that PTACL reads.",
    "ecg.not_an_ecg": "The file is of a known format and holds something other than an ECG.",
    "ecg.other_document": "The XML document is of a type that holds no resting ECG.",
    "ecg.other_version": "The ECG file is of a version of its format that is not read.",
    "ecg.no_sample_rate": "The sample rate is missing; giving it makes the file readable.",
    "ecg.no_unit": "The unit of voltage is missing; giving it makes the file readable.",
    "ecg.no_sample_rate_or_unit": "Sample rate and unit are missing; giving both makes the file "
    "readable.",
    "ecg.no_scale": "The size of one step of the converter is missing; only another export helps.",
    "ecg.unknown_unit": "The stated unit is no unit of voltage.",
    "ecg.unit_is_known": "A unit was given for samples whose step size the file states.",
    "ecg.contradictory_rate": "Two statements of the sample rate or unit contradict each other.",
    "ecg.contradictory_leads": "The code and the name of a lead mean different leads.",
    "ecg.missing_leads": "Independent leads of the standard 12 are missing.",
    "ecg.unnamed_leads": "The leads have no names, and their order cannot be verified.",
    "ecg.duplicate_lead": "A lead is present twice with different samples.",
    "ecg.unequal_leads": "The leads differ in length or layout.",
    "ecg.different_rates": "The leads differ in their sample rate.",
    "ecg.different_units": "Parts of one lead differ in their unit.",
    "ecg.no_times": "The times at which the leads or parts were recorded are missing or do not "
    "fit one recording.",
    "ecg.uneven_times": "The samples are not evenly spaced in time.",
    "ecg.no_signal": "The file holds no ECG waveform.",
    "ecg.not_numbers": "There is text or other content where samples are expected.",
    "ecg.sample_format": "The samples are stored in a way that is not read.",
    "ecg.wrong_shape": "The shape of the array does not fit the leads of an ECG.",
    "ecg.ambiguous_signals": "Several arrays could be the ECG signal.",
    "ecg.several": "There are several ECGs where one is expected.",
    "ecg.exercise_test": "The file is an exercise test, not an ECG at rest.",
    "ecg.long_recording": "The file holds only a long recording, without 10 s at rest.",
    "ecg.marked_invalid": "The record is marked as entered in error or cancelled.",
    "ecg.no_heartbeat": "No heartbeat was detected in the ECG.",
    "ecg.too_short": "The ECG is too short.",
    "ecg.all_missing": "All samples of the ECG are missing.",
    "ecg.constant": "All leads of the ECG are constant.",
    "ecg.implausible_rate": "The sample rate is outside the plausible range.",
    "ecg.implausible_length": "The stated length of the waveforms is not that of an ECG.",
    "ecg.implausible_amplitude": "The amplitude is not that of an ECG; the unit is probably wrong.",
    # Cardiac cine MRI
    "cine.unknown_format": "The content is of no cine format that PTACL reads.",
    "cine.not_mr": "The DICOM images are of another modality than MR.",
    "cine.not_short_axis": "The series is not a short-axis cine.",
    "cine.not_one_heartbeat": "The frames do not cover one heartbeat.",
    "cine.not_4d": "The NIfTI image is not 4D.",
    "cine.several": "There are several cines where one is expected.",
    "cine.still_image": "The image is a still image, not a cine.",
    "cine.no_such_slice": "The requested slice does not exist.",
    "cine.no_order": "The temporal order of the frames is unknown.",
    "cine.no_position": "The position or orientation of the images is missing.",
    "cine.no_rr_interval": "The R–R interval is missing; giving it makes the cine readable.",
    "cine.missing_frames": "Too many frames of the cine are missing.",
    "cine.too_few_frames": "The cine has too few frames or distinct times to show motion.",
    "cine.unequal_frames": "The frames differ in size.",
    "cine.phases_unnamed": "End-diastole and end-systole cannot be told apart by file name.",
    "cine.colour": "The images are in colour or hold complex numbers.",
    "cine.not_finite": "Some pixels are not finite numbers.",
    "cine.blank": "The frames are blank.",
    "cine.no_motion": "All frames are identical.",
    "cine.too_small": "The frames have too few pixels.",
    "cine.implausible_spacing": "The pixel spacing is implausible.",
    "cine.implausible_times": "The frame times or the R–R interval are implausible.",
    # Labels of segmented cines
    "labels.wrong_shape": "The labels are not on the pixel grid of the cine.",
    "labels.unknown_value": "The labels hold values that stand for no structure.",
    "motion.no_wall": "The first frame does not show the closed wall of the left ventricle.",
    "motion.not_a_beat": "The frames are too few, or single moments, to measure motion.",
    "motion.file": "The file with the motion of a cohort is missing, damaged or of another "
    "version.",
    # The person
    "person.sex": "The sex is neither female nor male.",
    "person.not_a_number": "Age, height or weight is not a number.",
    "person.out_of_range": "Age, height or weight is outside the possible range.",
    # Cohorts and their tables
    "cohort.unreadable_table": "The file cannot be read as a table.",
    "cohort.missing_column": "The table lacks a required column.",
    "cohort.invalid_value": "A cell of the table holds an invalid or implausible value.",
    "cohort.contradictory_rows": "Rows or tables about one participant contradict each other.",
    "cohort.subject_id": "A subject id is missing, duplicated or unusable as a file name.",
    "cohort.file_missing": "A row names no file, or the ECG or cine of a participant is missing.",
    "cohort.file_ambiguous": "The ECG or cine of a participant is present several times.",
    "cohort.no_values": "No table gives phenotypes, sex or body size of the participants.",
    "cohort.other_instance": "The folder holds only files of another UK Biobank instance.",
    "cohort.nothing_found": "The folder holds no recording or no cohort.",
    "cohort.nothing_readable": "None of the recordings could be read.",
    "target.invalid": "The list of targets or one of them is invalid.",
    "target.no_column": "No table of the cohort has the column of a target.",
    "target.unknown": "The store has no target of this name.",
    # Stores
    "store.not_found": "There is no store in this folder.",
    "store.unfinished": "The store is unfinished; the same import continues it.",
    "store.other_version": "The store is of another format version.",
    "store.damaged": "A shard of the store is damaged.",
    "store.locked": "Another process is writing to this folder.",
    "store.empty": "The store holds no subject.",
    "store.all_withdrawn": "All subjects of the store have withdrawn.",
    "store.withdrawals_unreadable": "A list of withdrawn participants cannot be read.",
    "store.unclear_list": "A list of participants does not state whether they have withdrawn.",
    "store.no_usable_subject": "A split or store holds no usable subject.",
    "store.too_few_subjects": "There are too few subjects with the measurement that is needed.",
    "store.other_preprocessing": "The store was preprocessed differently than the model requires.",
    "store.other_subjects": "Two stores that belong together hold different subjects.",
    "store.not_simulated_here": "The store was not simulated by this version of PTACL.",
    # Galleries
    "gallery.not_found": "There is no gallery in this folder, or none at all.",
    "gallery.other_version": "The gallery or one of its files is of another format version.",
    "gallery.damaged": "The gallery is damaged.",
    "gallery.empty": "A search index needs at least one vector.",
    "gallery.index_missing": "The gallery lacks its search index.",
    "gallery.no_probabilities": "The gallery holds no probabilities of findings.",
    "gallery.no_lead_sets": "The gallery has heads for ECGs of 12 leads only.",
    "gallery.no_signals": "The gallery lacks its signals.",
    "gallery.not_rebuildable": "The signals of the gallery cannot be simulated again.",
    "gallery.other_weights": "The gallery was made with other weights than the checkpoint holds.",
    "gallery.all_withdrawn": "All subjects of the gallery have withdrawn.",
    "gallery.no_such_subject": "The gallery holds no subject of this id.",
    "gallery.no_subject_left": "No subject passes the filters.",
    "gallery.no_measured_volumes": "The gallery holds no measured volumes.",
    "gallery.too_few_subjects": "The gallery holds fewer subjects than are requested.",
    "group.no_such_column": "A group is defined by a column that the gallery lacks.",
    "group.not_a_number": "A group is split at something that is not a number.",
    "group.unreadable_rule": "The rule of a group breaks the grammar or names something unknown.",
    "group.unreadable_file": "The file holds no groups, or those of another version.",
    "group.no_centre": "A group has no centre in the embedding.",
    "group.no_direction": "The direction between two groups is undefined for this subject.",
    # Checkpoints, weights and their configuration
    "checkpoint.not_found": "There is no checkpoint in this folder.",
    "checkpoint.other_version": "The checkpoint is of another format version.",
    "checkpoint.damaged": "A file of the checkpoint is damaged.",
    "weights.not_found": "The folder holds no weights.",
    "weights.unreadable": "The weights cannot be read.",
    "weights.not_finite": "The weights hold values that are not finite.",
    "weights.other_architecture": "The weights belong to another architecture.",
    "config.invalid": "The values of a configuration do not fit together.",
    "model.wrong_shape": "The input does not have the shape that the encoder expects.",
    "record.damaged": "A JSON record written by PTACL is damaged.",
    "record.unknown_key": "A JSON record holds an unknown key.",
    "record.invalid_value": "A JSON record holds a value of the wrong type.",
    "phenotype.unknown": "There is no phenotype of this key, or no head that predicts it.",
    "phenotype.not_indexed": "The phenotype is not indexed by body surface area.",
    # Reports that are repeated
    "report.no_inputs": "The report does not hold the inputs of its inspection.",
    "report.other_model": "The report is of a model with other weights.",
    "report.other_gallery": "The report was made with another gallery, or one that has changed.",
    "report.other_recording": "The recording is not that of the report.",
    "report.needs_recording": "The report holds the digest of its recording alone.",
    # Commands and their outputs
    "option.invalid": "An option has an invalid value.",
    "option.missing": "An option that is needed is missing.",
    "option.conflict": "Options do not fit together.",
    "option.unknown_choice": "An option names an unknown choice.",
    "output.exists": "The output folder holds other results already.",
    "output.holds_other_run": "The output folder holds a run with other settings or data.",
    "output.locked": "Another process is writing this output file.",
    "output.not_writable": "The output cannot be written.",
    "output.wrong_ending": "The name of the output file ends in an unknown extension.",
    "output.not_representable": "The data cannot be represented in the output format.",
    # Processes and faults
    "worker.ended": "A worker process ended, usually for lack of memory.",
    "worker.timed_out": "Processing one item took longer than allowed.",
    "worker.memory": "Processing one item took more memory than allowed.",
    "dask.not_installed": "Dask is not installed.",
    "dask.no_scheduler": "No Dask scheduler answers at this address.",
    "system.memory": "Memory ran out.",
    "system.disk_full": "The disk is full, or a limit of the size of files is reached.",
    "system.read_only": "The folder is on a disk that cannot be written to.",
    "system.file_access": "A file or folder cannot be read or written.",
    "internal.fault": "PTACL failed; this is a fault of PTACL, not of the input.",
    "general": "An error without a code of its own.",
}
"""Code → meaning in one sentence. Codes are stable: they are added, never renamed or reused."""


class PtaclError(Exception):
    """An error that the user can put right. The message is one or two plain sentences.

    A command prints it and exits with status 2; the app shows it on the page.

    Args:
        message: the sentences.
        code: a key of `ERROR_CODES`.

    Attributes:
        code: the same.
    """

    def __init__(self, message: str, *, code: str = "general") -> None:
        self.code = code
        super().__init__(message)


class BadInput(PtaclError):
    """A file that cannot be read as what it should be.

    Args:
        where: the file's name (its folder is kept out of the message).
        found: what was found, as a clause: "it holds 3 leads (I, II, III)".
        do: what to do, as a clause: "export all 12 leads".
        code: a key of `ERROR_CODES`.

    Example:
        >>> str(BadInput("a/b.hea", "it is empty", "export it again"))
        'b.hea: it is empty. Export it again.'
    """

    def __init__(
        self, where: str | Path, found: str, do: str, *, code: str = "file.damaged"
    ) -> None:
        self.where = Path(where).name
        self.found = found
        self.do = do
        super().__init__(f"{self.where}: {found}. {do[:1].upper()}{do[1:]}.", code=code)

    def __reduce__(self) -> tuple[object, ...]:
        """Return what rebuilds the error in another process, whose one argument is no message."""
        return _rebuilt, (self.where, self.found, self.do, self.code)


def _rebuilt(where: str, found: str, do: str, code: str) -> BadInput:
    return BadInput(where, found, do, code=code)


def error_codes_page(codes: Iterable[tuple[str, str]] = ERROR_CODES.items()) -> str:
    """Return the page of all error codes as Markdown.

    Args:
        codes: pairs of code and meaning.
    """
    rows = "\n".join(f"| `{code}` | {meaning} |" for code, meaning in codes)
    return f"""# Error codes

Every error that a user can put right carries a stable code beside its message. In Python it is
`PtaclError.code`; `ptacl … --json` prints it as `code`, and the tables of `ptacl inspect FOLDER`
and `problems.csv` of an import have it as the column `code`. Decide by the code: messages may be
reworded. This page is made by `python -m ptacl.errors > docs/error-codes.md`.

| Code | Meaning |
|---|---|
{rows}
"""


if __name__ == "__main__":
    print(error_codes_page(), end="")
