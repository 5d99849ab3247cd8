"""Composition root of the kinds of subjects that clocks run for: the app, the worker and the commands register them."""

from hub.clocks.subject_registry import register_clock_subject
from hub.consultation.answer_term import CLOCK_SUBJECT as CONSULTATIONS
from hub.press_inquiries.commands import CLOCK_SUBJECT as PRESS_INQUIRIES

SUBJECTS = (CONSULTATIONS, PRESS_INQUIRIES)


def register_clock_subjects() -> None:
    """Register every kind of subject."""
    for subject in SUBJECTS:
        register_clock_subject(subject)
