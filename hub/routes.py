"""The routes of the API that keep nothing of one app, in the order in which they match."""

from functools import cache

from starlette.routing import BaseRoute

from hub.changes.routes import routes as changes_routes
from hub.changes.sse import routes as event_routes
from hub.channels.cap.routes import routes as cap_routes
from hub.channels.mail.page_routes import routes as mail_page_routes
from hub.channels.mail.routes import routes as subscription_routes
from hub.channels.push.routes import routes as push_contract_routes
from hub.channels.rehearsal.routes import routes as rehearsal_routes
from hub.channels.routes import routes as channel_routes
from hub.channels.zalo.routes import routes as zalo_routes
from hub.citations.routes import citations_router
from hub.clocks.routes import routes as clock_routes
from hub.consultation.answers.routes import routes as answer_routes
from hub.consultation.bodies.file_routes import routes as letter_file_routes
from hub.consultation.bodies.routes import routes as body_routes
from hub.consultation.campaigns.routes import routes as group_routes
from hub.consultation.carryover.routes import routes as place_routes
from hub.consultation.comment_files.manage_routes import routes as comment_file_manage_routes
from hub.consultation.comment_files.routes import routes as comment_file_routes
from hub.consultation.contacts.routes import routes as contact_routes
from hub.consultation.frame_routes import routes as consultation_frame_routes
from hub.consultation.manage_routes import routes as consultation_manage_routes
from hub.consultation.moderation.manage_routes import routes as moderation_manage_routes
from hub.consultation.moderation.routes import routes as moderation_routes
from hub.consultation.official_table.routes import routes as table_routes
from hub.consultation.routes import routes as consultation_routes
from hub.consultation.submission.own_routes import routes as own_comment_routes
from hub.consultation.submission.routes import routes as comment_routes
from hub.consultation.wordings_routes import routes as wordings_routes
from hub.content.routes import router as content_router
from hub.embed.routes import embed_router
from hub.exports.routes import routes as dump_routes
from hub.feeds.ical_routes import routes as calendar_routes
from hub.feeds.routes import routes as feed_routes
from hub.files.routes import routes as file_routes
from hub.home.entry_routes import routes as entry_routes
from hub.home.well_known_routes import routes as well_known_routes
from hub.manage.routes import routes as manage_routes
from hub.openness.routes import routes as openness_routes
from hub.ops import health, metrics
from hub.people.routes import routes as people_routes
from hub.permalinks.cite_routes import cite_router
from hub.permalinks.oembed import routes as oembed_routes
from hub.permalinks.routes import routes as linked_routes
from hub.permalinks.sitemaps import routes as sitemap_routes
from hub.press.routes import routes as press_routes
from hub.press_inquiries.routes import routes as press_inquiry_routes
from hub.provenance.routes import routes as provenance_routes
from hub.registrar.load_routes import routes as registry_load_routes
from hub.registrar.routes import routes as registrar_routes
from hub.registrar.unmapped_routes import routes as unmapped_routes
from hub.registry.routes import routes as registry_routes
from hub.search.routes import routes as search_routes
from hub.webhooks.routes import routes as webhook_routes
from hub.websub.routes import routes as websub_routes
from hub.worklist.preview_routes import routes as preview_routes
from hub.worklist.routes import routes as worklist_routes
from ingest.file_routes import routes as reading_routes
from ingest.sources.push_routes import routes as ingest_routes
from ingest.sources.quarantine_routes import routes as quarantine_routes
from ingest.sources.routes import routes as source_routes
from ingest.template_routes import routes as template_routes


@cache
def shared_routes() -> list[BaseRoute]:
    """The routes that keep nothing of one app."""
    routers = (
        entry_routes,
        content_router(),
        search_routes,
        changes_routes,
        event_routes,
        dump_routes,
        registry_routes,
        clock_routes,
        wordings_routes,  # before those whose path has an id at the same place
        consultation_routes,
        comment_file_routes,
        own_comment_routes,  # before those whose path has the id of a comment at the same place
        comment_routes,
        consultation_manage_routes,
        answer_routes,
        body_routes,
        letter_file_routes,
        table_routes,
        contact_routes,
        zalo_routes,
        comment_file_manage_routes,
        consultation_frame_routes,
        place_routes,
        group_routes,
        moderation_routes,
        moderation_manage_routes,
        openness_routes,
        worklist_routes,
        manage_routes,
        registry_load_routes,
        registrar_routes,
        unmapped_routes,
        people_routes,
        preview_routes,
        provenance_routes,
        push_contract_routes,
        rehearsal_routes,
        channel_routes,
        webhook_routes,
        websub_routes,
        source_routes,
        press_routes,
        press_inquiry_routes,
        subscription_routes,
        mail_page_routes,
        quarantine_routes,
        ingest_routes,
        reading_routes,
        template_routes,
        file_routes,
        calendar_routes,
        cap_routes,  # before the feeds, whose addresses it is one of
        feed_routes,
        sitemap_routes,
        citations_router(),
        cite_router(),
        linked_routes,
        oembed_routes,
        health.routes,
        metrics.routes,
        embed_router(),
        well_known_routes,
    )
    return [route for router in routers for route in router.routes]
