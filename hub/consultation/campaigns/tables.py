"""Tables of groups, and the kinds of authors that are in none."""

from sqlalchemy import case

from hub.consultation.answers.models import CommentAnswer, CommentGroup
from hub.consultation.comments.models import AuthorKind, AuthorShown, Comment
from hub.db import table

COMMENT, GROUP, ANSWER = table(Comment), table(CommentGroup), table(CommentAnswer)

LETTERS = (AuthorKind.body, AuthorKind.front)
"""Authors of official letters: each is answered by itself, also where two use the same words."""

SHOWN_KIND = case((COMMENT.c.shown != AuthorShown.nothing, COMMENT.c.author_kind))
"""Kind of an author as it is counted in public: null if it is not shown, or subtraction would tell it."""
