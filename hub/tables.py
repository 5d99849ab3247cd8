"""Every table of the hub in one import, for Alembic."""

import hub.agencies.models
import hub.auth.models
import hub.citing.models
import hub.content.models
import hub.delivery.webhooks.models
import hub.delivery.websub.models
import hub.files.models
import hub.log.models
import hub.manage.models
import hub.places.models
import hub.press.models
import hub.provenance.models
import hub.searching.models
import hub.topics.models
import hub.web.rate.models  # noqa: F401
