"""Import every table of the hub, for Alembic."""

# ruff: noqa: F401 - importing a model registers its table
import hub.auth.models
import hub.channels.mail.models
import hub.channels.models
import hub.channels.zalo.models
import hub.citations.models
import hub.clocks.models
import hub.consultation.answers.models
import hub.consultation.carryover.models
import hub.consultation.comments.body_models
import hub.consultation.comments.models
import hub.consultation.models
import hub.consultation.moderation.models
import hub.content.due_failures
import hub.content.file_models
import hub.content.models
import hub.content.provenance_models
import hub.files.models
import hub.heartbeats.models
import hub.locks.models
import hub.log.models
import hub.manage.models
import hub.press.models
import hub.press_inquiries.models
import hub.public_state.models
import hub.registry.models
import hub.search.models
import hub.web.rate.models
import hub.webhooks.models
import hub.websub.models
