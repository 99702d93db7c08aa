"""authlib's authorization server in Flask: the peer that gives tokens to programs. Served by gunicorn, `peer:application`.

One client, by HTTP Basic; tokens as RFC 9068 has them, signed by ES256 with a key that is made once. Environment:

- PEER_CLIENT: `ID:SECRET`.
- PEER_KIND: `memory` for a client that is a constant; `read` for one that is read from PEER_FILE by SQLAlchemy at each
  request, as ours is; `kept` where the tokens are kept there, too, which is how authlib's documentation sets it up.

Called as a program it makes PEER_FILE.
"""

import os

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.sqla_oauth2 import OAuth2ClientMixin, OAuth2TokenMixin, create_save_token_func
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from flask import Flask
from joserfc.jwk import ECKey
from sqlalchemy import Column, Integer, create_engine, select
from sqlalchemy.orm import declarative_base, scoped_session, sessionmaker

ISSUER = "http://127.0.0.1"
KEY = ECKey.generate_key("P-256", private=True)
ID, SECRET = os.environ["PEER_CLIENT"].split(":")
KIND = os.environ["PEER_KIND"]
METADATA = {
    "grant_types": ["client_credentials"],
    "scope": "decisions introspection",
    "token_endpoint_auth_method": "client_secret_basic",
}
Base = declarative_base()


class Client(Base, OAuth2ClientMixin):
    __tablename__ = "client"
    id = Column(Integer, primary_key=True)


class Token(Base, OAuth2TokenMixin):
    __tablename__ = "token"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer)


class Tokens(JWTBearerTokenGenerator):
    def get_jwks(self):
        return KEY

    def get_audiences(self, client, user, scope):
        return ISSUER


class ClientCredentials(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]


def made():
    client = Client(client_id=ID, client_secret=SECRET, client_id_issued_at=0, client_secret_expires_at=0)
    client.set_client_metadata(METADATA)
    return client


engine = create_engine(f"sqlite:///{os.environ['PEER_FILE']}")
session = scoped_session(sessionmaker(engine))
CONSTANT = made()


def client_of(name):
    if KIND == "memory":
        return CONSTANT if name == ID else None
    return session.scalars(select(Client).filter_by(client_id=name)).first()


def keep(token, request):
    if KIND == "kept":
        create_save_token_func(session, Token)(token, request)


application = Flask(__name__)
application.teardown_appcontext(lambda _: session.remove())
server = AuthorizationServer(application, query_client=client_of, save_token=keep)
server.register_token_generator("default", Tokens(ISSUER, alg="ES256", expires_generator=lambda *_: 1200))
server.register_grant(ClientCredentials)


@application.post("/openid/token")
def token():
    return server.create_token_response()


@application.get("/healthz")
def health():
    return "ok"


if __name__ == "__main__":
    Base.metadata.create_all(engine)
    session.add(CONSTANT)
    session.commit()
