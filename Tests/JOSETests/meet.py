"""What PyJWT, joserfc and Authlib make of our tokens, and tokens of theirs for us.

meet.py verify   reads {"keys": [...], "tokens": [{"token", "claims"}, ...]} and verifies each token by each program
meet.py sign     prints {"private": [...], "tokens": [{"token", "claims", "jwk", "thumbprint", "by"}, ...]}
"""
import json
import sys
import warnings

warnings.simplefilter("ignore")  # Authlib calls this part of itself old.

import authlib.jose  # noqa: E402
import joserfc.jwk  # noqa: E402
import joserfc.jwt  # noqa: E402
import jwt  # noqa: E402

ALGORITHMS = ["ES256", "RS256", "PS256"]
CLAIMS = {"iss": "client", "aud": ["https://usher.example.com"], "exp": 4102444800.75, "note": "Ærø \"Zoë\" 𝄞"}


def verify():
    given = json.load(sys.stdin)
    for entry in given["tokens"]:
        token, claims = entry["token"], entry["claims"]
        header = jwt.get_unverified_header(token)
        jwk = next(key for key in given["keys"] if key["kid"] == header["kid"])
        assert header["alg"] == jwk["alg"] and jwk["use"] == "sig", header
        only = [jwk["alg"]]
        read = jwt.decode(token, jwt.PyJWK(jwk).key, algorithms=only, options={"verify_aud": False})
        assert read == claims, ("PyJWT", read)
        # The whole set, of which it finds the key itself.
        keys = joserfc.jwk.KeySet.import_key_set({"keys": given["keys"]})
        read = joserfc.jwt.decode(token, keys, algorithms=only)
        assert read.claims == claims and read.header == header, ("joserfc", read)
        assert joserfc.jwk.import_key(jwk).thumbprint() == jwk["kid"], "the thumbprint"
        read = authlib.jose.JsonWebToken(only).decode(token, authlib.jose.JsonWebKey.import_key(jwk))
        assert dict(read) == claims, ("Authlib", read)
    print("verified", len(given["tokens"]))


def sign():
    private, tokens = [], []
    for algorithm in ALGORITHMS:
        key = joserfc.jwk.ECKey.generate_key("P-256") if algorithm == "ES256" else joserfc.jwk.RSAKey.generate_key(2048)
        jwk = {**key.as_dict(private=True), "alg": algorithm, "kid": "key-" + algorithm}
        public = {**key.as_dict(private=False), "alg": algorithm, "kid": "key-" + algorithm}
        private.append(jwk)
        header = {"alg": algorithm, "kid": jwk["kid"], "typ": "JWT"}
        made = {
            "PyJWT": jwt.encode(CLAIMS, jwt.PyJWK(jwk).key, algorithm=algorithm, headers={"kid": jwk["kid"]}),
            "joserfc": joserfc.jwt.encode(header, CLAIMS, key, algorithms=[algorithm]),
            "Authlib": authlib.jose.JsonWebToken([algorithm]).encode(header, CLAIMS, jwk).decode(),
        }
        for by, token in made.items():
            tokens.append({"by": by, "token": token, "jwk": public, "thumbprint": key.thumbprint(), "claims": CLAIMS})
    json.dump({"private": private, "tokens": tokens}, sys.stdout)


{"verify": verify, "sign": sign}[sys.argv[1]]()
