"""Ten questions of somebody who never saw the app, written down before the page was changed."""

from tests.app.driving import COMMENTED, shown, table_of_leads, text, upload

QUESTIONS = {
    "What is it?": "From an ECG, PTACL predicts what a cardiac MRI would measure",
    "What did it learn from?": "It learned from simulated pairs of an ECG and a cine MRI",
    "Whose heart is shown?": "ECG of S0-00000 (simulated)",
    "How sure is it?": "an interval that contains nine of ten measured values",
    "Is it simulated?": "synthetic",
    "May I treat a patient by it?": "not for diagnosis",
    "Which files can I drop?": "DICOM · SCP-ECG",
    "What do I do first?": "Drop your own, or start with an example",
    "Can this recording be trusted?": "Quality",
    "What is a gallery?": "in which similar ones are searched",
}


def test_the_first_page_answers_all_of_them(app) -> None:
    page = shown(app, "inspect_ecg")
    words = text(page) + "\n".join(badge.proto.body for badge in page.get("badge"))
    plain = " ".join(words.replace("*", "").split())
    assert [question for question, answer in QUESTIONS.items() if answer not in plain] == []


def test_after_an_upload_the_introduction_makes_room_for_the_person(app) -> None:
    page = shown(app, "inspect_ecg")
    assert "New here?" in text(page)
    upload(page, {"ecg.csv": COMMENTED + table_of_leads()})
    assert "New here?" not in text(page) and "Person of ecg.csv" in text(page)
