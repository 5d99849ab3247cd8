"""Every table of the hub in one import, for Alembic."""

import hub.auth.models
import hub.citations.models
import hub.content.models
import hub.files.models
import hub.log.models
import hub.manage.models
import hub.press.models
import hub.provenance.models
import hub.registry.models
import hub.search.models
import hub.web.rate.models  # noqa: F401
