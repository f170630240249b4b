"""TLS to mail servers: the certificate is always checked, and what is wrong with it is said."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

# X509_V_ERR_* of OpenSSL (include/openssl/x509_vfy.h).
_EXPIRED = 10
_NOT_YET_VALID = 9
_WRONG_NAME = (62, 64)
_UNKNOWN_ISSUER = (18, 19, 20, 21)


def tls_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """Return what connections are made with: TLS 1.2 or newer, with a right certificate.

    Args:
        ca_file: Certificates of authorities of the house, believed beside those of the system.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


def certificate_ends_at(line: socket.socket | ssl.SSLObject | None) -> datetime | None:
    """Return until when the certificate of a connection is valid; None if it is not encrypted."""
    if not isinstance(line, ssl.SSLSocket | ssl.SSLObject):
        return None
    ends = (line.getpeercert() or {}).get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(ends)), UTC) if ends else None


def explained(error: BaseException) -> str | None:
    """Return what is wrong with the encryption and what to do; None where it is something else.

    Args:
        error: What a connection failed with; what caused it is looked at too.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _of_certificate(cause)
        if isinstance(cause, ssl.SSLError) and cause.reason is not None:
            return _of_handshake(cause.reason)
        cause = cause.__cause__ or cause.__context__
    return None


def _of_certificate(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code == _EXPIRED:
        return "the server's certificate has expired; have it renewed there"
    if error.verify_code == _NOT_YET_VALID:
        return "the server's certificate is not valid yet; check the clocks of both machines"
    if error.verify_code in _WRONG_NAME:
        return (
            "the server's certificate is for another name; set the host by the name that stands in "
            "the certificate"
        )
    if error.verify_code in _UNKNOWN_ISSUER:
        return (
            "nobody whom we believe has signed the server's certificate; if it is one of the house, "
            "name the authority's file in ANKOMST_CA_FILE"
        )
    return f"the server's certificate is refused: {error.verify_message}"


def _of_handshake(reason: str) -> str:
    if "PROTOCOL_VERSION" in reason or "UNSUPPORTED_PROTOCOL" in reason:
        return "the server knows no TLS 1.2 or newer; have it updated"
    if reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"}:
        return (
            "the server does not begin with TLS on this port; set the security to starttls, or "
            "another port"
        )
    return f"the encryption could not be agreed upon ({reason})"
