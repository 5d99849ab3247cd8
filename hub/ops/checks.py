"""Checks of `hub doctor`: small functions, each of which reports one part of the hub. Add further ones to a list."""

import platform
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version

import asyncpg
from sqlalchemy import select, text
from sqlalchemy.exc import InterfaceError, OperationalError

import hub
from hub import migrations
from hub.channels.alerts import read_channel_alarms, read_channel_figures
from hub.channels.mail.alarms import build_mail_alarms
from hub.channels.mail.rows import MAIL_CHANNEL
from hub.channels.mail.setup import find_setup_fault
from hub.channels.registry import list_setup_faults
from hub.channels.switches import list_switches
from hub.clocks.figures import CALENDAR_MONTHS, read_clock_health
from hub.consultation.bodies.queries import read_body_alarms
from hub.consultation.minimum import list_short_windows
from hub.consultation.moderation.alarms import waiting_alarms
from hub.content.damage import read_damaged_rows
from hub.content.due_failures import list_failing_events
from hub.content.stored_views import find_damaged_views
from hub.db import Database, table
from hub.faults import describe_fault
from hub.heartbeats.queries import read_worker_health
from hub.log.epochs import read_chain
from hub.log.failures import list_failures
from hub.log.follow import lag
from hub.log.lease_file import FILE, LeaseFileDamaged
from hub.log.models import LogEntry
from hub.log.send_lease import find_hold_reason, read_lease_facts
from hub.people.alarms import read_key_alarms
from hub.registry.entries import RegistryList
from hub.registry.snapshot import read_snapshot
from hub.settings import Settings
from hub.times import format_rfc3339
from hub.webhooks.alerts import read_delivery_delays, read_webhook_alerts
from hub.websub.alerts import read_websub_delays

ENTRY = table(LogEntry)

MAX_NAMED = 5
"""Documents that one finding names."""


@dataclass(frozen=True)
class Finding:
    """A line of the report; a problem says in its text what to do."""

    part: str
    text: str
    is_problem: bool = False


DoctorCheck = Callable[[Database, Settings], Awaitable[list[Finding]]]


async def run_checks(checks: Iterable[DoctorCheck], database: Database, settings: Settings) -> list[Finding]:
    """Run checks one after another. One that fails unexpectedly is itself a problem and does not stop the others."""
    found: list[Finding] = []
    for check in checks:
        try:
            found += await check(database, settings)
        except (ConnectionError, InterfaceError, OperationalError, asyncpg.CannotConnectNowError):
            raise
        except Exception as problem:
            found.append(Finding(check.__name__.removeprefix("check_"), describe_fault(problem), is_problem=True))
    return found


async def check_versions(_: Database, __: Settings) -> list[Finding]:
    """Report the versions of the hub and its main libraries."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("fastapi", "strawberry-graphql", "sqlmodel"))
    return [Finding("hub", f"{hub.__version__} on Python {platform.python_version()}"), Finding("libraries", libraries)]


async def check_database(database: Database, _: Settings) -> list[Finding]:
    """Report the server, and whether its schema is the one of this code."""
    async with database.read() as connection:
        server = (await connection.execute(text("SHOW server_version"))).scalar_one()
        revision = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
    expected = migrations.latest_revision()
    found = f"PostgreSQL {server}, revision {revision}"
    if revision != expected:
        return [Finding("database", f"{found}, but this hub needs {expected}: `hub migrate`.", is_problem=True)]
    return [Finding("database", found)]


async def check_log(database: Database, _: Settings) -> list[Finding]:
    """Report the length of the log, and whether its head agrees with its last entry; `hub verify-log` checks all."""
    async with database.read() as connection:
        head, chain = await read_chain(connection)
        last = (await connection.execute(select(ENTRY.c.hash).where(ENTRY.c.seq == head.seq))).scalar_one_or_none()
    found = f"{head.seq} entries, {len(chain.epochs)} epoch{'s' if len(chain.epochs) > 1 else ''}"
    if head.hash != (chain.current.start_hash if chain.current.first_seq > head.seq else last):
        return [Finding("log", f"{found}; its head is not the last entry: `hub verify-log`.", is_problem=True)]
    return [Finding("log", found)]


async def check_registry(database: Database, _: Settings) -> list[Finding]:
    """Report the size of the registry; without agencies nothing can be written."""
    async with database.read() as connection:
        state = (await read_snapshot(connection)).state
    counts = Counter(kind.value for kind, _, _ in state)
    if not counts[RegistryList.agencies.value]:
        step = "no agencies, so nothing can be written: `hub registry load FILE --apply`, or `hub up --registry hue`."
        return [Finding("registry", step, is_problem=True)]
    return [Finding("registry", ", ".join(f"{count} {name}" for name, count in sorted(counts.items())))]


async def check_sending(database: Database, settings: Settings) -> list[Finding]:
    """Report whether webhooks and WebSub are sent, or held until they are released."""
    async with database.read() as connection:
        try:
            facts = await read_lease_facts(connection, settings.data / FILE)
        except LeaseFileDamaged as problem:
            return [Finding("sending", str(problem), is_problem=True)]
    if facts.is_unclaimed:
        return [Finding("sending", "nothing was sent yet")]
    # Without its file, this may be a machine on which no worker runs.
    reason = facts.held or (find_hold_reason(facts) if facts.file is not None else None)
    if reason is not None:
        return [Finding("sending", f"held: {reason}", is_problem=True)]
    return [Finding("sending", f"allowed, up to position {facts.seq} so far")]


async def check_followers(database: Database, _: Settings) -> list[Finding]:
    """Report how far each follower of the log is behind."""
    async with database.read() as connection:
        followers = await lag(connection)
    return [Finding(f"follower {name}", f"{entries} entries behind") for name, entries in followers.items()]


async def check_webhooks(database: Database, _: Settings) -> list[Finding]:
    """Report how many messages wait or were rejected, and how many endpoints are disabled."""
    async with database.read() as connection:
        webhooks = await read_webhook_alerts(connection)
        delays = await read_delivery_delays(connection)
    late = f"{delays.late_webhooks} endpoints are late, the oldest message waits since {delays.webhooks:.0f} s"
    counts = f"{webhooks.waiting} messages waiting, {webhooks.parked} parked, {webhooks.disabled} endpoints disabled"
    return [Finding("webhooks", counts), Finding("webhooks", late, delays.late_webhooks > 0)]


async def check_channels(database: Database, settings: Settings) -> list[Finding]:
    """Report which channels are on, what waits on them, what the settings lack, and what a person has to resolve."""
    async with database.read() as connection:
        switches = await list_switches(connection)
        figures = await read_channel_figures(connection)
        alarms = await read_channel_alarms(connection)
    on = [row.channel + (f" (paused: {row.paused_reason})" if row.paused_at else "") for row in switches if row.is_on]
    waiting = ", ".join(f"{each.items} {each.state} on {each.channel}" for each in figures) or "nothing waits"
    found = [Finding("channels", f"on: {', '.join(on) or 'none'}; {waiting}")]
    missing = {row.channel: list_setup_faults(row.channel, settings) for row in switches if row.is_on}
    missing.pop(MAIL_CHANNEL, None)  # `check_mail` says it
    found += [Finding(f"channel {name}", each, is_problem=True) for name, faults in missing.items() for each in faults]
    if alarms["channels_silent"]:
        silent = f"{alarms['channels_silent']} channels have work that waits, and nothing succeeds; see their receipts"
        found.append(Finding("channels", silent, is_problem=True))
    if alarms["channel_items_unknown"]:
        unknown = f"{alarms['channel_items_unknown']} items may have arrived or not; see `hub channels unknown`"
        found.append(Finding("channels", unknown, is_problem=True))
    return found


async def check_mail(database: Database, settings: Settings) -> list[Finding]:
    """Report whether mails can be sent with the settings, while the channel `email` is on."""
    async with database.read() as connection:
        alarms = await build_mail_alarms(settings)(connection)
    found = []
    if alarms["mail_setup_wrong"]:
        words = f"mails are held: {find_setup_fault(settings)} Correct it, then start the worker and the API anew."
        found.append(Finding("mail", words, is_problem=True))
    if alarms["mail_paused_itself"]:
        words = "the mail server refused one recipient after another: correct it, then `hub channels resume email`"
        found.append(Finding("mail", words, is_problem=True))
    return found


async def check_websub(database: Database, _: Settings) -> list[Finding]:
    """Report how many subscribers of feeds wait for changes, and for how long."""
    async with database.read() as connection:
        delays = await read_websub_delays(connection)
    waits = f"{delays.waiting} subscribers wait, {delays.late} of them are late"
    return [Finding("websub", f"{waits}, the oldest since {delays.oldest_seconds:.0f} s", delays.late > 0)]


async def check_failed_entries(database: Database, _: Settings) -> list[Finding]:
    """Report the log entries that followers could not process."""
    async with database.read() as connection:
        failed = await list_failures(connection)
    parked = sum(each.parked_at is not None for each in failed)
    found = f"{len(failed)} failed, {parked} parked"
    return [Finding("entries of followers", f"{found}: `hub followers list`." if parked else found, parked > 0)]


async def check_worker(database: Database, _: Settings) -> list[Finding]:
    """Report the loops of the worker, and those that stand still or fail again and again."""
    async with database.read() as connection:
        worker = await read_worker_health(connection)
    found = [Finding("worker", f"{len(worker.ages())} loops" if worker.loops else "no worker has run")]
    return found + [Finding("worker", problem, is_problem=True) for problem in worker.problems()]


async def check_due_events(database: Database, _: Settings) -> list[Finding]:
    """Report the scheduled publications and events of dates that failed, each with its reason and its next attempt."""
    async with database.read() as connection:
        failing = await list_failing_events(connection)
    return [
        Finding(
            f"due event of {event.document_id}",
            f"due {format_rfc3339(event.due)}, failed {event.attempts} times, next {format_rfc3339(event.next_at)}: "
            f"{event.problem}",
            is_problem=True,
        )
        for event in failing
    ]


async def check_clocks(database: Database, _: Settings) -> list[Finding]:
    """Report rules, those without a row of today, breaches whose duty is still open, and a calendar that ends soon."""
    async with database.read() as connection:
        health = await read_clock_health(connection)
    counts = f"{health.rules} rows of rules, {health.running} running, {health.breached} breached and not met"
    found = [Finding("legal clocks", counts, health.breached > 0)]
    if not health.rules:
        found = [Finding("legal clocks", "no rules, so no clock runs: `hub clocks load --apply`.", is_problem=True)]
    if health.rules and health.gaps:
        words = f"no row is valid today, so no clock starts: {', '.join(health.gaps)} (`hub clocks load FILE --apply`)."
        found.append(Finding("legal clocks", words, is_problem=True))
    if health.others:
        words = "the hub starts no clock under these rules, which have no row that is valid today"
        found.append(Finding("legal clocks", f"{words}: {', '.join(health.others)}"))
    if health.failing:
        words = (
            f"{health.failing} breaches could not be recorded; the log of the worker says why (`term_breach_refused`)."
        )
        found.append(Finding("legal clocks", words, is_problem=True))
    if health.rules and health.last_year < health.needed_year:
        words = (
            f"the calendar ends with {health.last_year or 'no year'}, within {CALENDAR_MONTHS} months: "
            f"`hub clocks load FILE --apply` with the days off of {health.needed_year}."
        )
        found.append(Finding("calendar", words, is_problem=True))
    return found


async def check_consultations(database: Database, _: Settings) -> list[Finding]:
    """Report running consultations whose window is below the legal minimum without a public reason."""
    async with database.read() as connection:
        short = await list_short_windows(connection)
    if not short:
        return [Finding("consultations", "no window that runs is below the legal minimum without a reason")]
    agencies = ", ".join(sorted({each.agency for each in short}))
    words = f"{len(short)} windows are below the legal minimum, without a public reason: {agencies}"
    return [Finding("consultations", words, is_problem=any(each.is_confirmed for each in short))]


async def check_comments(database: Database, settings: Settings) -> list[Finding]:
    """Report comments that wait for a moderator for too long, and bodies that did not answer in their term."""
    async with database.read() as connection:
        waiting = (await waiting_alarms(settings.comment_wait_hours)(connection))["comments_waiting"]
        overdue = (await read_body_alarms(connection))["bodies_overdue"]
    moderators = f"{waiting} comments wait for a moderator for more than {settings.comment_wait_hours} hours"
    bodies = f"{overdue} bodies did not answer in their term and were not reminded"
    return [
        Finding("comments", f"{moderators}: see the queues" if waiting else moderators, is_problem=waiting > 0),
        Finding("bodies", f"{bodies}: remind them" if overdue else bodies, is_problem=overdue > 0),
    ]


async def check_views(database: Database, _: Settings) -> list[Finding]:
    """Report the documents whose stored view is damaged, whether or not a reader has met them yet, and other rows."""
    damaged = [str(document_id) for document_id in await find_damaged_views(database)]
    async with database.read() as connection:
        others = [name for name in await read_damaged_rows(connection) if name not in damaged]
    found = []
    if damaged:
        words = f"{len(damaged)} documents are stored damaged: {', '.join(damaged[:MAX_NAMED])}"
        found.append(Finding("views", f"{words}; `hub verify-log`, then publish them anew.", is_problem=True))
    if others:
        words = f"{len(others)} rows could not be shown whole by some process: {', '.join(others[:MAX_NAMED])}"
        found.append(Finding("rows", f"{words}; see `view_broken` in its log.", is_problem=True))
    return found or [Finding("views", "all public views can be read")]


async def check_keys(database: Database, _: Settings) -> list[Finding]:
    """Report the persons and keys that were created, widened, rotated or ended over the API since the last look."""
    async with database.read() as connection:
        changed = (await read_key_alarms(connection))["keys_changed"]
    found = f"{changed} changes of persons and keys over the API"
    return [Finding("keys", f"{found}: `hub key changes`, then with --seen" if changed else found, changed > 0)]


CHECKS: tuple[DoctorCheck, ...] = (
    check_versions,
    check_database,
    check_log,
    check_registry,
    check_sending,
    check_followers,
    check_failed_entries,
    check_webhooks,
    check_websub,
    check_channels,
    check_mail,
    check_worker,
    check_due_events,
    check_clocks,
    check_consultations,
    check_comments,
    check_views,
    check_keys,
)
"""Checks of the parts of `hub`; `hub/cli/doctor.py` adds those of the packages above it."""
