"""Keys of clients, and proofs of them (RFC 9449), written by joserfc."""

import base64
import secrets
import time

from joserfc import jwk, jws
from joserfc import jwt as jose_jwt


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Lenient(jws.JWSRegistry):
    """Writes whatever header it is told to, as an attacker would."""

    def check_header(self, header):
        pass


class Key:
    """A key of a client's own, and proofs of it."""

    def __init__(self, kind="EC", size="P-256", algorithm="ES256"):
        self.key, self.algorithm = jwk.generate_key(kind, size), algorithm
        self.thumbprint = self.key.thumbprint()

    def proof(self, method, address, header=None, **change):
        claims = {"jti": secrets.token_hex(16), "htm": method, "htu": address, "iat": int(time.time()), **change}
        head = {"typ": "dpop+jwt", "alg": self.algorithm, "jwk": self.key.as_dict(private=False), **(header or {})}
        claims = {name: value for name, value in claims.items() if value is not None}
        return jose_jwt.encode(head, claims, self.key, registry=Lenient(algorithms=[self.algorithm]))
