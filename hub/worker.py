"""The background process: the scheduler, all followers of the publication log, all queues and periodic jobs."""

import asyncio
import signal
from datetime import timedelta

import structlog

import hub.tables  # noqa: F401 - the sweeper of files asks every table that refers to a blob
from hub.channels.mail.job import MailPlanner
from hub.channels.mail.retention import MailRetention
from hub.channels.port import ChannelParts
from hub.channels.queue import ChannelQueue
from hub.channels.registry import build_channels
from hub.channels.retention import ChannelCleanup
from hub.channels.zalo.job import ZaloEventJob, ZaloTokenJob
from hub.citations.follower import CitationFollower
from hub.clock_subjects import register_clock_subjects
from hub.clocks.job import ClockJob
from hub.consultation.campaigns.job import CampaignJob
from hub.consultation.carryover.job import CarryoverJob
from hub.consultation.clock import ConsultationClock
from hub.consultation.comment_files.scan_job import CommentFileScan
from hub.consultation.contacts.notice_job import AnswerNoticeJob
from hub.consultation.retention import CommentRetention
from hub.content.damage import DamageJob
from hub.content.scheduler import Scheduler
from hub.db import Database
from hub.exports.job import ExportJob
from hub.files.scanner import build_scanner
from hub.files.store import FileStore
from hub.files.sweeper import FileSweeper
from hub.heartbeats.loop import keep_running
from hub.heartbeats.writer import HeartbeatWriter
from hub.jobs.clock_check import ClockDiffers, watch_clock
from hub.jobs.dispatcher import Dispatcher
from hub.jobs.periodic import PeriodicJob
from hub.log.follow import LogFollower
from hub.log.send_lease import SendingRight
from hub.manage.cleanup import IdempotencyCleanup
from hub.outgoing.client import OutgoingClient
from hub.press.job import PressJob
from hub.rooms import register_rooms
from hub.settings import Settings
from hub.webhooks.fanout import WebhookFanOut
from hub.webhooks.sender import WebhookQueue
from hub.websub.follower import WebSubFollower
from hub.websub.queue import VERIFICATIONS, WebSubQueue, WebSubVerificationQueue
from ingest.run_cleanup import RunCleanup
from ingest.sources.pipeline.queue import build_source_dispatcher
from search.factory import build_follower, build_question_follower

log = structlog.get_logger()


async def run_worker(settings: Settings) -> None:
    """Run all followers, queues and jobs until SIGTERM or SIGINT. Raises `ClockDiffers`."""
    register_rooms()
    register_clock_subjects()
    stop = asyncio.Event()
    # Whatever started the worker may have blocked the signals by which it is stopped.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGINT))
    for sent in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sent, stop.set)
    database = Database(settings, background=True)
    outgoing = OutgoingClient(settings)
    store = FileStore(settings)
    right = SendingRight(database, settings)
    channels = build_channels(ChannelParts(settings, database, outgoing))
    runners: list[PeriodicJob | LogFollower | Dispatcher] = [
        Scheduler(database, gate=right, overdue=timedelta(hours=settings.overdue_hours)),
        ClockJob(database),
        ConsultationClock(database),
        CommentRetention(database, settings),
        CarryoverJob(database),
        CampaignJob(database, settings),
        IdempotencyCleanup(database, settings.audit_keep_days),
        ChannelCleanup(database, settings.channel_keep_days),
        DamageJob(database),
        RunCleanup(database, settings.run_keep_days),
        PressJob(database, settings.press_keep_days),
        FileSweeper(database, store),
        ExportJob(database, store, settings),
        build_question_follower(settings, database),
        WebhookFanOut(database, settings),
        Dispatcher(database, WebhookQueue(database, settings, outgoing, gate=right), gate=right),
        MailPlanner(database, settings, right),
        MailRetention(database),
        AnswerNoticeJob(database, settings, right),
        Dispatcher(database, ChannelQueue(database, settings, channels, gate=right), gate=right),
        WebSubFollower(database),
        CitationFollower(database),
        Dispatcher(database, WebSubQueue(database, settings, outgoing, gate=right), gate=right),
        Dispatcher(
            database,
            WebSubVerificationQueue(database, settings, outgoing),
            concurrent=VERIFICATIONS,
            per_host=2,
            gate=right,
        ),
        build_source_dispatcher(database, outgoing, store, settings),
        ZaloTokenJob(database, settings, outgoing, right),
        ZaloEventJob(database),
    ]
    if (search := build_follower(settings, database)) is not None:
        runners.append(search)
    if (scanner := build_scanner(settings)) is not None:
        runners.append(CommentFileScan(database, store, scanner, settings))
    heartbeats = HeartbeatWriter(database, [state for runner in runners for state in runner.states])
    try:
        log.info("worker_started", runs=[runner.name for runner in runners])
        async with asyncio.TaskGroup() as group:
            group.create_task(watch_clock(database, stop))
            group.create_task(keep_running(heartbeats, stop))
            for runner in runners:
                group.create_task(keep_running(runner, stop))
    except* ClockDiffers as found:
        raise found.exceptions[0] from None
    finally:
        await outgoing.close()
        await database.dispose()
        log.info("worker_stopped")
