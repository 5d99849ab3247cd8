"""Parameters in the paths of consultations and of what belongs to them."""

from typing import Annotated
from uuid import UUID

from fastapi import Path

ConsultationId = Annotated[UUID, Path(description="UUID of the consultation.")]
CommentId = Annotated[UUID, Path(description="UUID of the comment.")]
BodyId = Annotated[UUID, Path(description="UUID of the body in this consultation.")]
