"""The HTTP client for untrusted URLs, against real sockets: refused addresses and time limits."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.errors import InvalidInput
from hub.outgoing.addresses import Address
from hub.outgoing.backend import AddressRefused, CheckedBackend
from hub.outgoing.client import OutgoingClient, RequestFailed, check_url
from hub.settings import Settings
from tests.support.receiver import Receiver, Says, receiver


def outgoing(*private: str) -> OutgoingClient:
    return OutgoingClient(Settings(outgoing_private_hosts=private))


@pytest.fixture
async def server() -> AsyncIterator[Receiver]:
    async with receiver() as made:
        yield made


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "0.0.0.0", "[::1]"])  # noqa: S104
async def test_a_server_of_this_machine_gets_no_request_however_it_is_named(server: Receiver, host: str) -> None:
    client = outgoing()
    with pytest.raises(RequestFailed) as refused:
        await client.send("POST", f"http://{host}:{server.port}/hook", content=b"{}")
    await client.close()

    assert refused.value.reason == "refused_address"
    assert server.got == []


class Resolves(CheckedBackend):
    """The checked backend with name resolution by the test."""

    def __init__(self, *addresses: str, private: str = "") -> None:
        super().__init__(frozenset({private} if private else ()))
        self.addresses = list(map(ip_address, addresses))

    async def _resolve(self, host: str, port: int, seconds: float | None) -> list[Address]:
        return self.addresses


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("8.8.8.8", "127.0.0.1"), ("127.0.0.1", "2400:cb00::1")])
async def test_a_name_is_refused_when_one_of_its_addresses_is_private(
    server: Receiver, addresses: tuple[str, ...]
) -> None:
    with pytest.raises(AddressRefused):
        await Resolves(*addresses).connect_tcp("example.vn", server.port)

    assert server.got == []
    assert server.accepted == 0


async def test_exactly_the_judged_address_is_connected_to_under_the_name(server: Receiver) -> None:
    backend = Resolves("127.0.0.1", private="receiver.test")
    async with httpcore.AsyncConnectionPool(network_backend=backend) as pool:
        answer = await pool.request("GET", f"http://receiver.test:{server.port}/x")

    assert answer.status == 204
    assert server.got[0].headers["host"] == f"receiver.test:{server.port}"


async def test_a_name_that_turns_private_is_refused_although_it_was_public_before(server: Receiver) -> None:
    backend = Resolves("8.8.8.8")
    backend.addresses = [ip_address("127.0.0.1")]

    with pytest.raises(AddressRefused):
        await backend.connect_tcp("example.vn", server.port)


async def test_the_client_of_the_hub_has_this_backend_below_it() -> None:
    client = outgoing("receiver.test")
    [transport] = {client.client._transport}

    backend = transport._pool._network_backend  # type: ignore[attr-defined]
    assert isinstance(backend, CheckedBackend)
    assert backend.private_hosts == {"receiver.test"}
    assert client.client._mounts == {}, "no proxy of the environment"
    await client.close()


async def test_a_redirect_is_an_answer_and_is_not_followed(server: Receiver) -> None:
    async with receiver() as hidden:
        server.behave = lambda _: Says(302, headers={"location": hidden.url})
        client = outgoing("127.0.0.1")
        reply = await client.send("POST", server.url, content=b"{}")
        await client.close()

    assert reply.status == 302
    assert hidden.got == []


async def test_a_receiver_that_never_answers_is_left_alone(server: Receiver) -> None:
    async def never(_: object) -> Says:
        await asyncio.sleep(3_600)
        return Says()

    server.behave = never
    client = outgoing("127.0.0.1")
    with pytest.raises(RequestFailed) as late:
        await client.send("POST", server.url, content=b"{}", seconds=0.2)
    await client.close()

    assert late.value.reason == "timeout"


async def test_an_answer_whose_body_never_comes_counts_by_its_status(server: Receiver) -> None:
    server.behave = lambda _: Says(200, b"never sent", hang=True)
    client = outgoing("127.0.0.1")
    reply = await client.send("POST", server.url, content=b"{}", seconds=0.3)
    await client.close()

    assert (reply.status, reply.body) == (200, b"")


async def test_an_endless_answer_is_cut(server: Receiver) -> None:
    server.behave = lambda _: Says(200, b"x" * 2_000_000)
    client = outgoing("127.0.0.1")
    reply = await client.send("GET", server.url, max_body=500)
    await client.close()

    assert reply.body == b"x" * 500


async def test_nobody_listening_is_no_answer(server: Receiver) -> None:
    await server.down()
    client = outgoing("127.0.0.1")
    with pytest.raises(RequestFailed) as nobody:
        await client.send("POST", server.url, content=b"{}")
    await client.close()

    assert nobody.value.reason == "connection"


def self_signed(folder: Path) -> ssl.SSLContext:
    """Return the TLS context of a server with an untrusted certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver.test")])
    begin = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


async def test_tls_asks_for_the_name_and_believes_no_certificate_of_its_own(tmp_path: Path) -> None:
    asked: list[str | None] = []
    context = self_signed(tmp_path)
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    client = outgoing("localhost")
    with pytest.raises(RequestFailed) as refused:
        await client.send("POST", f"https://localhost:{port}/", content=b"{}")
    await client.close()
    server.close()

    assert asked == ["localhost"]
    assert "certificate" in str(refused.value).lower()


WRONG = [
    "ftp://example.vn/x",
    "http://example.vn/x",
    "https://",
    "https:///x",
    "https://user:pw@example.vn/",
    "https://example.vn/#part",
    "https://example.vn/a b",
    "https://ví-dụ.vn/",
    "https://127.0.0.1/",
    "https://localhost/",
    "https://[::1]/",
    "https://169.254.169.254/latest/meta-data",
    "https://example.vn:22/",
    "https://example.vn:99999/",
    "https://example.vn/" + "x" * 2_000,
    "không phải URL",
    "",
]


@pytest.mark.parametrize("url", WRONG)
def test_a_url_that_cannot_be_right_is_refused_with_its_field(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_url(url, Settings(), field="url", https=True)

    assert refused.value.field == "url"
    assert refused.value.expected


def test_a_public_url_is_taken_and_plain_http_only_for_named_hosts() -> None:
    settings = Settings(outgoing_private_hosts=("127.0.0.1",))

    for url in ("https://example.vn/hook?x=1", "https://example.vn:8443/", "http://127.0.0.1:99/hook"):
        assert check_url(url, settings, field="url", https=True) == url
    assert check_url("http://example.vn/", settings, field="url", https=False) == "http://example.vn/"
