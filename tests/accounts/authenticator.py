"""A device with passkeys, in a few lines: what a telephone does with a question (W3C Web Authentication, section 6)."""

import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

ORIGIN = "http://localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Telephone:
    """One credential. `count`: how often it signed, as it says; `looks_who_holds_it`: a finger was asked."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.identity = secrets.token_bytes(32)
        self.count = 1
        self.looks_who_holds_it = True

    def made(self, question: str, origin: str = ORIGIN) -> str:
        asked = json.loads(question)
        point = self.private.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        data = self._data(asked["rp"]["id"], ATTESTED) + bytes(16) + len(self.identity).to_bytes(2, "big") + self.identity + key
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"attestationObject": bytes_to_base64url(attested)}, self._client("webauthn.create", asked, origin))

    def shown(self, question: str, origin: str = ORIGIN) -> str:
        asked = json.loads(question)
        client = self._client("webauthn.get", asked, origin)
        data = self._data(asked["rpId"])
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"authenticatorData": bytes_to_base64url(data), "signature": bytes_to_base64url(signature)}, client)

    def _data(self, house: str, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.looks_who_holds_it else 0)
        data = hashlib.sha256(house.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
        self.count += 1
        return data

    @staticmethod
    def _client(kind: str, asked: dict[str, Any], origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, str], client: bytes) -> str:
        identity = bytes_to_base64url(self.identity)
        response["clientDataJSON"] = bytes_to_base64url(client)
        return json.dumps({"id": identity, "rawId": identity, "type": "public-key", "response": response, "clientExtensionResults": {}})
