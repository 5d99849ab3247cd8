"""Tables of groups, and the kinds of authors that are in none."""

from hub.consultation.answers.models import CommentAnswer, CommentGroup
from hub.consultation.comments.models import AuthorKind, Comment
from hub.db import table

COMMENT, GROUP, ANSWER = table(Comment), table(CommentGroup), table(CommentAnswer)

LETTERS = (AuthorKind.body, AuthorKind.front)
"""Authors of official letters: each is answered by itself, also where two use the same words."""
