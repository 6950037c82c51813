"""Rows of the vocabulary: pacing, rhythm, premature beats, AV conduction."""

from collections.abc import Callable

from ptacl.impression.facts import Facts
from ptacl.impression.rhythm_words import IRREGULAR, VARIES
from ptacl.impression.rules import KUSUMOTO, MASON, Condition, Finding, Rule
from ptacl.wording import number

SLOW_BPM, FAST_BPM = 50.0, 100.0
FAST_RESPONSE_BPM = 110.0
LONG_PR_MS = 220.0
"""PTACL's PR starts at the first P onset of any lead: 12 % of the normal development records have
more than 200 ms, 3 % more than this."""
SHORT_PR_MS = 120.0
BROAD_FOR_PRE_EXCITATION_MS = 110.0

PACED_EXCLUDES = (
    "first_degree_av_block", "short_pr", "pre_excitation", "lbbb", "rbbb_lafb", "rbbb",
    "incomplete_lbbb", "incomplete_rbbb", "ivcd", "lafb", "lpfb", "left_axis", "right_axis",
    "extreme_axis", "lvh_strain", "lvh", "rvh", "left_atrial", "right_atrial", "low_voltage",
    "low_voltage_limb", "anterior_infarct", "inferior_infarct", "lateral_infarct",
    "poor_r_progression", "st_elevation_anterior", "st_elevation_inferior",
    "st_elevation_lateral", "st_depression_anterior", "st_depression_inferior",
    "st_depression_lateral", "t_inversion_anterior", "t_inversion_inferior",
    "t_inversion_lateral", "low_t", "long_qt", "short_qt", "normal_ecg",
)  # fmt: skip
"""Statements that QRS, ST and T of paced beats do not allow."""
RHYTHMS = (
    "atrial_fibrillation", "atrial_flutter", "possible_flutter", "ectopic_atrial",
    "sinus_tachycardia", "sinus_bradycardia", "sinus_arrhythmia", "sinus_rhythm", "no_p_wave",
)  # fmt: skip
"""Rows of which one at most is made: the dominant rhythm."""


def _below(code: str) -> tuple[str, ...]:
    """Return the rhythms that come after one in `RHYTHMS`."""
    return RHYTHMS[RHYTHMS.index(code) + 1 :]


def _rate(facts: Facts) -> str:
    return f"{number(facts.intervals.heart_rate_bpm)}/min"


def _paced(chambers: str) -> Condition:
    def condition(facts: Facts) -> Finding | None:
        if facts.rhythm.paced != chambers:
            return None
        return Finding(f"{facts.rhythm.spikes} pacemaker stimuli, rate {_rate(facts)}")

    return condition


def _dominant(name: str, text: str) -> Condition:
    def condition(facts: Facts) -> Finding | None:
        """Return the evidence of the rhythm where it is the dominant one."""
        if facts.rhythm.dominant != name:
            return None
        return Finding(
            facts.rhythm.evidence,
            certainty=facts.rhythm.certainty,
            text=f"{text}, {_rate(facts)}",
        )

    return condition


def _sinus(text: str, holds: Callable[[Facts], bool]) -> Condition:
    def condition(facts: Facts) -> Finding | None:
        """Return the evidence of sinus rhythm where the further condition holds."""
        if facts.rhythm.dominant != "sinus" or not holds(facts):
            return None
        rhythm, evidence = facts.rhythm, facts.rhythm.evidence
        if rhythm.range_share >= VARIES:
            share = 100 * rhythm.range_share
            evidence += f"; R–R ranges over {rhythm.range_ms:.0f} ms ({share:.0f} % of the mean)"
        return Finding(evidence, certainty=rhythm.certainty, text=f"{text}, {_rate(facts)}")

    return condition


def _response(text: str, holds: Callable[[Facts], bool]) -> Condition:
    def condition(facts: Facts) -> Finding | None:
        """Return the ventricular rate in fibrillation or flutter where the condition holds."""
        atrial = facts.rhythm.dominant in ("atrial_fibrillation", "flutter")
        if not atrial or not holds(facts):
            return None
        return Finding(f"mean ventricular rate {_rate(facts)}", text=text)

    return condition


def _bigeminy(facts: Facts) -> Finding | None:
    if not facts.rhythm.alternates:
        return None
    return Finding("two kinds of beat alternate")


def _ventricular_ectopics(facts: Facts) -> Finding | None:
    count = facts.rhythm.ventricular_ectopics
    if not count:
        return None
    beats = "beat" if count == 1 else "beats"
    return Finding(f"{count} early {beats} of another QRS shape")


def _supraventricular_ectopics(facts: Facts) -> Finding | None:
    count = facts.rhythm.supraventricular_ectopics
    if not count:
        return None
    beats = "beat" if count == 1 else "beats"
    return Finding(f"{count} early {beats} of the same QRS shape")


def _long_pr(facts: Facts) -> Finding | None:
    if not facts.intervals.pr_ms > LONG_PR_MS or facts.rhythm.dominant != "sinus":
        return None
    return Finding(f"PR {facts.intervals.pr_ms:.0f} ms (above {LONG_PR_MS:.0f})")


def _short_pr(facts: Facts) -> Finding | None:
    if not facts.intervals.pr_ms < SHORT_PR_MS:
        return None
    return Finding(f"PR {facts.intervals.pr_ms:.0f} ms (below {SHORT_PR_MS:.0f})")


def _pre_excitation(facts: Facts) -> Finding | None:
    pr, qrs = facts.intervals.pr_ms, facts.intervals.qrs_ms
    if not (pr < SHORT_PR_MS and qrs >= BROAD_FOR_PRE_EXCITATION_MS):
        return None
    return Finding(
        f"PR {pr:.0f} ms (below {SHORT_PR_MS:.0f}) with QRS {qrs:.0f} ms "
        f"({BROAD_FOR_PRE_EXCITATION_MS:.0f} or more)"
    )


def _varies(facts: Facts) -> bool:
    return facts.rhythm.range_share >= VARIES


def _slow(facts: Facts) -> bool:
    return facts.intervals.heart_rate_bpm < SLOW_BPM


def _fast(facts: Facts) -> bool:
    return facts.intervals.heart_rate_bpm > FAST_BPM


PACING_RULES = (
    Rule("dual_pacing", "pacing", "Atrial and ventricular pacing",
         "stimuli before P and QRS of 30 % of the beats or more", _paced("both"), MASON,
         excludes=("ventricular_pacing", "atrial_pacing", "pacing", *RHYTHMS, *PACED_EXCLUDES)),
    Rule("ventricular_pacing", "pacing", "Ventricular pacing",
         "stimuli at most 130 ms before R in 30 % of the beats or more", _paced("ventricles"),
         MASON, excludes=("atrial_pacing", "pacing", *RHYTHMS[3:], *PACED_EXCLUDES)),
    Rule("atrial_pacing", "pacing", "Atrial pacing",
         "stimuli 130–400 ms before R in 30 % of the beats or more", _paced("atria"), MASON,
         waves=("P",), excludes=("pacing", *RHYTHMS, "first_degree_av_block", "short_pr",
                                 "pre_excitation", "left_atrial", "right_atrial")),
    Rule("pacing", "pacing", "Pacemaker stimuli at no fixed time before the beats",
         "stimuli elsewhere", _paced("unclear"), MASON, excludes=(*RHYTHMS[3:], *PACED_EXCLUDES)),
)  # fmt: skip

RHYTHM_RULES = (
    Rule("atrial_fibrillation", "rhythm", "Atrial fibrillation",
         f"no P wave in common and a median R–R change of {100 * IRREGULAR:.0f} % or more",
         _dominant("atrial_fibrillation", "Atrial fibrillation"), MASON, "probable",
         waves=("P", "RR"),
         excludes=(*_below("atrial_fibrillation"), "supraventricular_ectopics",
                   "first_degree_av_block", "short_pr", "pre_excitation", "left_atrial",
                   "right_atrial")),
    Rule("atrial_flutter", "rhythm", "Atrial flutter", "the same wave recurs between two beats",
         _dominant("flutter", "Atrial flutter"), MASON, "probable", waves=("P",),
         excludes=(*_below("atrial_flutter"), "first_degree_av_block", "short_pr",
                   "pre_excitation", "left_atrial", "right_atrial")),
    Rule("possible_flutter", "rhythm", "Regular rhythm without a definite P wave",
         "regular, 90–180/min, without a definite P wave",
         _dominant("possible_flutter", "Regular rhythm without a definite P wave, atrial flutter "
                                       "with 2:1 or 3:1 conduction possible"),
         MASON, "possible", waves=("P",),
         excludes=(*_below("possible_flutter"), "first_degree_av_block", "short_pr",
                   "pre_excitation", "left_atrial", "right_atrial")),
    Rule("ectopic_atrial", "rhythm", "Ectopic atrial rhythm", "P negative in II, III and aVF",
         _dominant("ectopic_atrial", "Ectopic atrial rhythm"), MASON, "probable", waves=("P",),
         excludes=(*_below("ectopic_atrial"), "first_degree_av_block", "left_atrial")),
    Rule("sinus_tachycardia", "rhythm", "Sinus tachycardia",
         f"P before QRS, above {FAST_BPM:.0f}/min", _sinus("Sinus tachycardia", _fast), MASON,
         waves=("P", "RR"), implies=("sinus_rhythm",),
         excludes=("sinus_bradycardia", "sinus_arrhythmia", "no_p_wave"), abnormal=False),
    Rule("sinus_bradycardia", "rhythm", "Sinus bradycardia",
         f"P before QRS, below {SLOW_BPM:.0f}/min", _sinus("Sinus bradycardia", _slow), KUSUMOTO,
         waves=("P", "RR"), implies=("sinus_rhythm",), excludes=("no_p_wave",), abnormal=False),
    Rule("sinus_arrhythmia", "rhythm", "Sinus arrhythmia",
         f"P before QRS, R–R range {100 * VARIES:.0f} % of the mean or more, premature beats left "
         "out", _sinus("Sinus arrhythmia", _varies), MASON, waves=("P", "RR"),
         implies=("sinus_rhythm",), excludes=("no_p_wave",), abnormal=False),
    Rule("sinus_rhythm", "rhythm", "Sinus rhythm", "P before QRS, not negative in II, III and aVF",
         _sinus("Sinus rhythm", lambda facts: True), MASON, waves=("P", "RR"),
         excludes=("no_p_wave",), abnormal=False),
    Rule("no_p_wave", "rhythm", "Rhythm not determined",
         "no P wave in common and regular, or none of the rhythms above",
         _dominant("no_p_wave", "Rhythm not determined"), MASON, "possible",
         waves=("P",), excludes=("first_degree_av_block", "normal_ecg")),
    Rule("fast_response", "rhythm", "Rapid ventricular response",
         f"fibrillation or flutter above {FAST_RESPONSE_BPM:.0f}/min",
         _response("Rapid ventricular response",
                   lambda facts: facts.intervals.heart_rate_bpm > FAST_RESPONSE_BPM),
         MASON, waves=("RR",), excludes=("slow_response",)),
    Rule("slow_response", "rhythm", "Slow ventricular response",
         f"fibrillation or flutter below {SLOW_BPM:.0f}/min",
         _response("Slow ventricular response", _slow), MASON, waves=("RR",)),
    Rule("bigeminy", "rhythm", "Bigeminy", "two kinds of beat alternate", _bigeminy, MASON,
         waves=("RR", "QRS"), implies=("ventricular_ectopics", "supraventricular_ectopics")),
    Rule("ventricular_ectopics", "rhythm", "Ventricular premature beats",
         "beats of another shape after less than 80 % of the median interval",
         _ventricular_ectopics, MASON, "probable", waves=("RR", "QRS")),
    Rule("supraventricular_ectopics", "rhythm", "Supraventricular premature beats",
         "beats of the same shape after less than 80 % of the median interval",
         _supraventricular_ectopics, MASON, "probable", waves=("RR",), abnormal=False),
)  # fmt: skip

AV_RULES = (
    Rule("pre_excitation", "AV conduction", "Ventricular pre-excitation",
         f"PR below {SHORT_PR_MS:.0f} ms and QRS {BROAD_FOR_PRE_EXCITATION_MS:.0f} ms or more",
         _pre_excitation, MASON, "possible", waves=("PR", "QRS"),
         implies=("short_pr",),
         excludes=("first_degree_av_block", "lbbb", "rbbb_lafb", "rbbb", "incomplete_lbbb",
                   "incomplete_rbbb", "ivcd", "anterior_infarct", "inferior_infarct",
                   "lateral_infarct", "lvh_strain", "st_depression_lateral")),
    Rule("short_pr", "AV conduction", "Short PR interval", f"PR below {SHORT_PR_MS:.0f} ms",
         _short_pr, MASON, waves=("PR",), excludes=("first_degree_av_block",), abnormal=False),
    Rule("first_degree_av_block", "AV conduction", "First-degree AV block",
         f"sinus rhythm and PR above {LONG_PR_MS:.0f} ms, from the first P onset of any lead",
         _long_pr, KUSUMOTO, waves=("PR",)),
)  # fmt: skip
