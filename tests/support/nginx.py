"""nginx as deploy/nginx.conf describes it, with other ports and a certificate of the tests' own."""

import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.embedded.net import choose_port
from hub.times import now

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx.conf"
HOST = "chinhsach.hue.gov.vn"
"""The name in that file."""
_MAIN = """
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/policy-hub.conf;
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running nginx."""

    port: int
    """Port with TLS."""
    plain_port: int
    authority: Path
    """The certificate that signed its own, as PEM."""

    @property
    def trust(self) -> ssl.SSLContext:
        """TLS that trusts this nginx alone."""
        return ssl.create_default_context(cafile=str(self.authority))

    def client(self, address: str = "127.0.0.1") -> httpx.AsyncClient:
        """A client with an address of its own, which asks for the name in the file and checks the certificate."""
        transport = httpx.AsyncHTTPTransport(verify=self.trust, local_address=address)
        return httpx.AsyncClient(transport=_ByName(transport, self.port), base_url=f"https://{HOST}", timeout=30)


class _ByName(httpx.AsyncBaseTransport):
    """Sends requests for the name in the file to this machine, as DNS would."""

    def __init__(self, inner: httpx.AsyncHTTPTransport, port: int):
        self.inner = inner
        self.port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions["sni_hostname"] = request.url.host
        request.url = request.url.copy_with(host="127.0.0.1", port=self.port)
        return await self.inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self.inner.aclose()


@contextmanager
def nginx_before(hub_port: int, folder: Path, **changes: str) -> Iterator[Nginx]:
    """nginx in front of a hub on a port of this machine. `changes` replace parts of the file by others."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    assert program, "nginx is needed for this test: .ci/run installs it"
    port, plain = choose_port(folder / "tls-port"), choose_port(folder / "plain-port")
    authority = _make_certificates(folder)
    text = CONFIGURATION.read_text("utf-8")
    replaced = {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{hub_port};",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "    listen [::]:80;\n": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "    listen [::]:443 ssl http2;\n": "",
        f"/etc/letsencrypt/live/{HOST}/fullchain.pem": f"{folder}/fullchain.pem",
        f"/etc/letsencrypt/live/{HOST}/privkey.pem": f"{folder}/privkey.pem",
        **changes,
    }
    for old, new in replaced.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "policy-hub.conf").write_text(text, "utf-8")
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder), "utf-8")
    errors = folder / "error.log"
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(errors)])
    try:
        deadline = time.monotonic() + 30
        while not _listens(plain):
            assert process.poll() is None, errors.read_text("utf-8")
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield Nginx(port, plain, authority)
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", timeout=5).status_code == 301
    except httpx.TransportError:
        return False


def _make_certificates(folder: Path) -> Path:
    """Write a certificate for the name in the file, its key, and the authority that signed it."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer, subject = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Authority of the tests", HOST)
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    signs = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    authority = (
        _certificate(issuer, issuer, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(signs, critical=True)
        .add_extension(identifier, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    own = (
        _certificate(subject, issuer, key)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(own.public_bytes(pem) + authority.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    written = folder / "authority.pem"
    written.write_bytes(authority.public_bytes(pem))
    return written


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=2))
    )
