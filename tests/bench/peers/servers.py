"""The peers as servers: installed by npm into a cache folder at the versions that are pinned here, one process each."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from hub.embedded.meilisearch import cache_dir
from hub.embedded.net import LOOPBACK, choose_port
from tests.bench.api_server import wait

Child = subprocess.Popen[bytes]
INSTALL_SECONDS = 1_200
PUBLIC_POLICY = "abf8a154-5b1c-4a46-ac9c-7300570f4f17"
"""Directus' own id for the permissions of everybody."""

PAGE = {
    "query": "{ allPolicies(first: 20, orderBy: [PUBLISHED_AT_DESC]) { nodes { id title number summary status issuedOn "
    "effectiveOn publishedAt url agencyByAgencyId { id code name } "
    "policyTopicsByPolicyId { nodes { topicByTopicId { slug name } } } } } }"
}
ITEMS = (
    "/items/policy?limit=20&sort=-published_at&fields=id,title,number,summary,status,issued_on,effective_on,"
    "published_at,url,agency_id.id,agency_id.code,agency_id.name"
)


@dataclass(frozen=True)
class Question:
    """One question to a server: a URL, and a body if it is a POST."""

    url: str
    body: Mapping[str, Any] | None = None

    def ask(self) -> Any:
        """Ask once; raises for an answer that is an error or has errors."""
        data = None if self.body is None else json.dumps(self.body).encode()
        with urlopen(Request(self.url, data, {"content-type": "application/json"}), timeout=60) as answer:
            found = json.load(answer)
        if "errors" in found:
            raise SystemExit(f"{self.url}: {found['errors']}")
        return found


def install(name: str) -> Path | str:
    """Install a peer; returns its folder, or in words what is missing."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "Node with npm is not installed"
    pinned = Path(__file__).with_name(name) / "package.json"
    folder = cache_dir() / "bench-peers" / name
    folder.mkdir(parents=True, exist_ok=True)
    installed, wanted = folder / "package.json", pinned.read_text("utf-8")
    if (folder / "node_modules" / name).is_dir() and installed.is_file() and installed.read_text("utf-8") == wanted:
        return folder
    installed.write_text(wanted, "utf-8")
    command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
        return f"npm could not install it ({problem})"
    return folder


def start_postgraphile(stack: ExitStack, folder: Path, data: Path, url: str) -> Question:
    """Start PostGraphile on the tables; the page of 20."""
    port = choose_port(data / "postgraphile-port")
    options = ["--disable-graphiql", "--disable-query-log", "--dynamic-json"]
    address = ["-c", url, "-s", "public", "-n", LOOPBACK, "-p", str(port)]
    child = _spawn(stack, [str(folder / "node_modules/.bin/postgraphile"), *address, *options], data, {})
    question = Question(f"http://{LOOPBACK}:{port}/graphql", PAGE)
    wait_for(question, child)
    return question


def start_directus(stack: ExitStack, folder: Path, data: Path, url: str) -> Question:
    """Start Directus on the tables with read permission for everybody; the list of 20."""
    port, database = choose_port(data / "directus-port"), urlsplit(url)
    base, admin = f"http://{LOOPBACK}:{port}", {"email": "bench@example.org", "password": "bench-bench"}
    environment = {
        "HOST": LOOPBACK,
        "PORT": str(port),
        "DB_CLIENT": "pg",
        "DB_HOST": str(database.hostname),
        "DB_PORT": str(database.port),
        "DB_DATABASE": database.path.lstrip("/"),
        "DB_USER": str(database.username),
        "DB_PASSWORD": str(database.password),
        "SECRET": "bench",
        "ADMIN_EMAIL": admin["email"],
        "ADMIN_PASSWORD": admin["password"],
        "RATE_LIMITER_ENABLED": "false",
        "TELEMETRY": "false",
        "LOG_LEVEL": "error",
    }
    program = str(folder / "node_modules/.bin/directus")
    subprocess.run([program, "bootstrap"], cwd=data, env=os.environ | environment, check=True, capture_output=True)
    child = _spawn(stack, [program, "start"], data, environment)
    wait(f"{base}/server/ping", "pong")
    token = Question(f"{base}/auth/login", admin).ask()["data"]["access_token"]
    for collection in ("agency", "topic", "policy", "policy_topic"):
        granted = {"policy": PUBLIC_POLICY, "collection": collection, "action": "read", "fields": ["*"]}
        Question(f"{base}/permissions?access_token={token}", granted | {"permissions": {}, "validation": {}}).ask()
    question = Question(base + ITEMS)
    wait_for(question, child)
    return question


def _spawn(stack: ExitStack, command: list[str], folder: Path, environment: Mapping[str, str]) -> Child:
    production = {**os.environ, "NODE_ENV": "production", **environment}
    child = subprocess.Popen(command, cwd=folder, env=production, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(child.wait)
    stack.callback(child.terminate)
    return child


def wait_for(question: Question, child: Child) -> None:
    """Ask a server until it answers, for five minutes. Exits if its process has ended."""
    for _ in range(1_500):
        if child.poll() is not None:
            break
        try:
            question.ask()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"{question.url} does not answer")
