from typing import get_args

from app.text.progress_steps import WORDS, step_reporter
from ptacl.inference.model import Step


def test_the_steps_are_reading_and_those_of_the_model_in_their_order():
    assert list(WORDS) == ["read", *get_args(Step)]


def test_progress_grows_from_step_to_step_and_recording_to_recording():
    shown = []
    for number in (1, 2):
        begin = step_reporter(lambda share, words: shown.append((share, words)), number, 2)
        for step in WORDS:
            begin(step)
    shares = [share for share, _ in shown]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] < 1
    assert shown[4][1] == "Recording 2 of 2: reading the recording …"


def test_one_recording_is_not_counted():
    shown = []
    step_reporter(lambda share, words: shown.append(words))("model")
    assert shown == ["Running the model …"]
