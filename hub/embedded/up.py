"""`hub up`: run the complete hub in one command, until Ctrl-C."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

from hub.embedded import net, private_files
from hub.embedded.meilisearch import VERSION as MEILISEARCH_VERSION
from hub.embedded.meilisearch import EmbeddedMeilisearch, cache_dir, find_or_fetch_program
from hub.embedded.postgres import EmbeddedPostgres
from hub.embedded.process import spawn, tail
from hub.embedded.programs import VERSION as POSTGRES_VERSION
from hub.embedded.supervisor import Service, Supervisor, describe_exit
from hub.errors import SetupProblem
from hub.settings import RUN_FILE, Settings

_API_SECONDS = 120
# -P: a folder named `hub` in the working directory is not the package.
_HUB = (sys.executable, "-P", "-m", "hub")


NEXT_STEP = (
    "The registry is empty, so nothing can be written yet. Load agencies, topics and places first:\n"
    "  hub registry load FILE.xlsx            shows what a file would add; --apply adds it (docs/registry.md)\n"
    "  hub up --registry hue                  starts with the registry of Huế\n"
    "Then make the first key: hub key create --agency CODE --scope admin --person NAME"
)
"""The next step with a hub that has no registry, as `hub up` prints it."""


def up(settings: Settings, *, demo: bool, registry: str | None = None, program: Sequence[str] = _HUB) -> int:
    """Run servers, migrations, worker and API until Ctrl-C. Returns 0 after a signal, 1 after one line about a problem.

    With `demo` sample content is loaded, with `registry` a bundled registry into an empty one.

    `settings` are those given by the user, *not* completed from the `run.json` of an earlier run, which may be stale.
    `program` is the command line of the hub itself. Only the main thread may call this.
    """
    out = Console(highlight=False, soft_wrap=True, markup=False)
    err = Console(highlight=False, soft_wrap=True, markup=False, stderr=True)

    def say(line: str) -> None:
        with suppress(OSError, SystemExit):  # the terminal may be closed, which must not prevent an orderly stop
            out.print(line)

    data = settings.data.expanduser().absolute()
    settings = settings.model_copy(update={"data": data})
    try:
        with _lock_data_folder(settings):
            _check_port(settings)
            _HubRun(settings, program, say).run_until_signal(demo, registry)
    except SetupProblem as problem:
        err.print(str(problem))
        return 1
    except KeyboardInterrupt:  # before anything was started
        return 130
    say("The hub has stopped.")
    return 0


@dataclass
class _HubRun:
    """One run of the hub. The addresses of its servers go to `run.json` and to the environment of the children."""

    settings: Settings
    program: Sequence[str]
    say: Callable[[str], None]

    def run_until_signal(self, demo: bool, registry: str | None) -> None:
        settings, data = self.settings, self.settings.data
        # During the download nothing else runs yet, so a signal can simply end the process.
        found = find_or_fetch_program(cache_dir(), self.say) if settings.meilisearch_url is None else None
        with Supervisor(self.say) as supervisor:
            run: dict[str, str | int] = {"host": settings.host, "port": settings.port}
            uses = [self._start_postgres(supervisor, run), self._start_meilisearch(supervisor, run, found)]
            env = (
                os.environ | {"HUB_DATA": str(data)} | {f"HUB_{key.upper()}": str(value) for key, value in run.items()}
            )
            try:
                private_files.write_private(data / RUN_FILE, json.dumps(run))
                self._run_command(supervisor, "migrate", env)
                if registry is not None:
                    self.say(f"Loading the registry {registry} …")
                    self._run_command(supervisor, "registry", env, "load", registry, "--apply", "--if-empty")
                if demo:
                    self.say("Loading the demo content …")
                    self._run_command(supervisor, "demo", env)
                supervisor.add(self._command_service("Worker", "worker", env))
                api = supervisor.add(self._command_service("API", "serve", env))
                supervisor.wait_for(
                    api, lambda: net.is_responding(settings.host, settings.port, "/health/live"), _API_SECONDS
                )
                self._print_summary(uses)
                if net.fetch_json(settings.host, settings.port, "/api/v1/agencies?limit=1") == {
                    "items": [],
                    "next": None,
                }:
                    self.say(NEXT_STEP)
                supervisor.watch()
            finally:
                (data / RUN_FILE).unlink(missing_ok=True)

    def _start_postgres(self, supervisor: Supervisor, run: dict[str, str | int]) -> str:
        if self.settings.database_url is not None:
            run["database_url"] = url = self.settings.database_url.get_secret_value()
            return f"PostgreSQL at {_redact_url(url)}"
        server = EmbeddedPostgres(self.settings.data / "postgres", log=self._log_path("postgres"))
        self.say("Starting PostgreSQL …")
        supervisor.add(
            Service(
                "PostgreSQL",
                server.spawn,
                server.log,
                stop_signal=server.stop_signal,
                kill_signal=server.kill_signal,
                grace=60,
                pause=1,
                process=server.start(),
            )
        )
        run["database_url"] = server.url
        return f"PostgreSQL {POSTGRES_VERSION}, embedded in {server.data_dir}"

    def _start_meilisearch(self, supervisor: Supervisor, run: dict[str, str | int], program: Path | None) -> str:
        if self.settings.meilisearch_url is not None:
            run["meilisearch_url"] = self.settings.meilisearch_url
            if self.settings.meilisearch_key is not None:
                run["meilisearch_key"] = self.settings.meilisearch_key.get_secret_value()
            return f"Meilisearch at {_redact_url(self.settings.meilisearch_url)}"
        if program is None:
            return "PostgreSQL as the search engine"
        server = EmbeddedMeilisearch(
            program, self.settings.data / "meilisearch", log=self._log_path("meilisearch"), say=self.say
        )
        try:
            process = server.start()
        except SetupProblem as problem:
            self.say(f"No Meilisearch: {problem}")
            return "PostgreSQL as the search engine"
        supervisor.add(Service("Meilisearch", server.spawn, server.log, grace=20, process=process))
        run |= {"meilisearch_url": server.url, "meilisearch_key": server.key}
        return f"Meilisearch {MEILISEARCH_VERSION} at {server.url}"

    def _run_command(self, supervisor: Supervisor, command: str, env: dict[str, str], *arguments: str) -> None:
        """Run a command that must succeed before the hub continues."""
        part = self._command_service(f"hub {command}", command, env, *arguments)
        if supervisor.run(part) != 0 and part.process is not None:
            raise SetupProblem(
                f"`hub {command}` failed ({describe_exit(part.process)}). The end of {part.log}:\n{tail(part.log)}"
            )

    def _command_service(self, name: str, command: str, env: dict[str, str], *arguments: str) -> Service:
        """A child that runs another command of this program."""
        log = self._log_path(command)

        def start() -> subprocess.Popen[bytes]:
            return spawn([*self.program, command, *arguments], log=log, env=env)

        return Service(name, start, log)

    def _log_path(self, name: str) -> Path:
        return self.settings.data / "logs" / f"{name}.log"

    def _print_summary(self, uses: Sequence[str]) -> None:
        base = _base_url(self.settings)
        self.say("\nThe hub is running.")
        for name, path in (("API", "/api/v1/policies"), ("Playground", "/graphql"), ("Docs", "/docs")):
            self.say(f"  {name:<11} {base}{path}")
        self.say(f"  {'Uses':<11} {uses[0]}")
        for other in uses[1:]:
            self.say(f"  {'':<11} {other}")
        self.say(f"  {'Logs':<11} {self.settings.data / 'logs'}")
        self.say("Press Ctrl-C to stop it.")


@contextmanager
def _lock_data_folder(settings: Settings) -> Iterator[None]:
    """Lock the data folder. A second process gets an error with the process that holds it."""
    path = settings.data / "lock"
    with ExitStack() as stack:
        try:
            settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = stack.enter_context(private_files.lock(path))
        except BlockingIOError:
            raise SetupProblem(
                f"A hub already runs on {settings.data} ({path.read_text('utf-8').strip() or 'starting'}). "
                "Stop it first, or choose another folder with `--data`."
            ) from None
        except OSError as problem:
            raise SetupProblem(
                f"The data folder {settings.data} cannot be used ({problem.strerror}); choose another with `--data`."
            ) from problem
        os.ftruncate(handle, 0)
        os.write(handle, f"process {os.getpid()}, {_base_url(settings)}\n".encode())
        yield


def _check_port(settings: Settings) -> None:
    where = f"port {settings.port} on {settings.host}"
    try:
        free = net.is_free(settings.host, settings.port)
    except OSError as problem:
        raise SetupProblem(
            f"The API cannot listen on {where} ({problem.strerror}); choose another with `--port`."
        ) from problem
    if not free:
        raise SetupProblem(
            f"The API cannot listen on {where}: another program uses it. Stop it, or choose another with `--port`."
        )


def _base_url(settings: Settings) -> str:
    return f"http://{net.client_host(settings.host)}:{settings.port}"


def _redact_url(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
