"""Every table of the hub in one import, for Alembic."""

import hub.agencies.models
import hub.auth.models
import hub.content.models
import hub.log.models
import hub.manage.models
import hub.places.models
import hub.topics.models  # noqa: F401
