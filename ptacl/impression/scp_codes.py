"""Which statements of the vocabulary mean which SCP-ECG codes, as PTB-XL uses them.

Readers choose among near synonyms (*non-diagnostic T abnormalities*, *non-specific T-wave changes*,
*low amplitude T*), so a comparison is of meanings: a set of codes and the set of statements of
the same meaning. Each code belongs to one meaning. Source of the codes: Wagner et al., Sci Data
2020;7:154, table of statements.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ptacl.impression.vocabulary import BY_CODE, implied_by

ST_T = frozenset({
    "st_elevation_anterior", "st_elevation_inferior", "st_elevation_lateral",
    "st_depression_anterior", "st_depression_inferior", "st_depression_lateral",
    "t_inversion_anterior", "t_inversion_inferior", "t_inversion_lateral", "low_t", "lvh_strain",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """SCP-ECG codes and statements that mean the same."""

    title: str
    codes: frozenset[str]
    statements: frozenset[str]
    """Any of them; empty where the vocabulary has none."""


def _meaning(title: str, codes: str, statements: str | frozenset[str]) -> Meaning:
    stated = statements if isinstance(statements, frozenset) else frozenset(statements.split())
    return Meaning(title, frozenset(codes.split()), stated)


MEANINGS: tuple[Meaning, ...] = (
    _meaning("normal ECG", "NORM", "normal_ecg"),
    _meaning("sinus rhythm", "SR", "sinus_rhythm"),
    _meaning("sinus bradycardia", "SBRAD", "sinus_bradycardia"),
    _meaning("sinus tachycardia", "STACH", "sinus_tachycardia"),
    _meaning("sinus arrhythmia", "SARRH", "sinus_arrhythmia"),
    _meaning("atrial fibrillation", "AFIB", "atrial_fibrillation"),
    _meaning("atrial flutter", "AFLT", "atrial_flutter"),
    _meaning("ventricular premature beats", "PVC BIGU TRIGU", "ventricular_ectopics bigeminy"),
    _meaning("supraventricular premature beats", "PAC", "supraventricular_ectopics"),
    _meaning("pacing", "PACE", "dual_pacing ventricular_pacing atrial_pacing pacing"),
    _meaning("first-degree AV block", "1AVB LPR", "first_degree_av_block"),
    _meaning("pre-excitation", "WPW", "pre_excitation"),
    _meaning("left bundle branch block", "CLBBB", "lbbb"),
    _meaning("right bundle branch block", "CRBBB", "rbbb"),
    _meaning("incomplete LBBB", "ILBBB", "incomplete_lbbb"),
    _meaning("incomplete RBBB", "IRBBB", "incomplete_rbbb"),
    _meaning("intraventricular delay", "IVCD", "ivcd"),
    _meaning("left anterior fascicular block", "LAFB", "lafb"),
    _meaning("left posterior fascicular block", "LPFB", "lpfb"),
    _meaning("LV hypertrophy or its voltage", "LVH VCLVH HVOLT", "lvh"),
    _meaning("RV hypertrophy", "RVH", "rvh"),
    _meaning("right atrial enlargement", "RAO/RAE", "right_atrial"),
    _meaning("left atrial enlargement", "LAO/LAE", "left_atrial"),
    _meaning("low voltage", "LVOLT", "low_voltage_limb"),
    _meaning("anterior infarction", "AMI ASMI ALMI", "anterior_infarct poor_r_progression"),
    _meaning("inferior infarction", "IMI ILMI IPMI IPLMI", "inferior_infarct"),
    _meaning("lateral infarction", "LMI", "lateral_infarct"),
    _meaning("Q waves", "QWAVE", "anterior_infarct inferior_infarct lateral_infarct"),
    _meaning("abnormal QRS", "ABQRS", ""),
    _meaning(
        "ST or T abnormality",
        "NDT NST_ NT_ TAB_ INVT LOWT STD_ STE_ DIG EL ANEUR "
        "ISC_ ISCAL ISCAN ISCAS ISCIL ISCIN ISCLA INJAL INJAS INJIL INJIN INJLA",
        ST_T,
    ),
    _meaning("long QT", "LNGQT", "long_qt"),
)
"""Meanings, the first for the most codes. A lateral part of an inferior or anterior infarction
(ILMI, ALMI) counts with the larger territory."""


def meant_by(codes: Iterable[str]) -> frozenset[str]:
    """Return the titles of the meanings of a record's SCP codes.

    Example:
        >>> sorted(meant_by({"NDT", "LOWT", "SR"}))
        ['ST or T abnormality', 'sinus rhythm']
    """
    stated = set(codes)
    return frozenset(meaning.title for meaning in MEANINGS if meaning.codes & stated)


def stated_by(statements: Iterable[str]) -> frozenset[str]:
    """Return the titles of the meanings of an impression; what a statement implies is stated too.

    The rhythm is excepted: *sinus bradycardia* is another code than *sinus rhythm*.

    Example:
        >>> sorted(stated_by({"lvh_strain", "sinus_bradycardia"}))
        ['LV hypertrophy or its voltage', 'ST or T abnormality', 'sinus bradycardia']
    """
    stated = {code for code in statements if code in BY_CODE}
    stated |= {each for code in stated for each in implied_by(code) if each != "sinus_rhythm"}
    return frozenset(meaning.title for meaning in MEANINGS if meaning.statements & stated)
