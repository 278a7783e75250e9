"""Makes calls fail before they reach AWS's services, and takes orders to do so (WSGI)."""

from __future__ import annotations

import json
import os
import re
import socket
import struct
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from threading import Event
from typing import Any, Final, NoReturn
from xml.sax.saxutils import escape

from mlpipe_sandbox.aws.errors import AwsError
from mlpipe_sandbox.aws.faults.book import Faults
from mlpipe_sandbox.aws.faults.kinds import ApiFailure, ApiReset, ApiStatus, read_fault
from mlpipe_sandbox.aws.faults.refusal import refusal
from mlpipe_sandbox.faults.kinds import FaultError, decode

StartResponse = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

PATH: Final = "/sandbox/faults"
_EXAMPLE: Final = '{"fault": "api_throttled", "times": 2}'
_SCOPE: Final = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request")
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class FaultyDoor:
    """Stands before an application. Requests without a signature for `PATH` are orders."""

    def __init__(self, inner: Wsgi, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults
        self._closing = Event()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if (path == PATH or path.startswith(f"{PATH}/")) and "HTTP_AUTHORIZATION" not in environ:
            return self._order(environ, start_response)
        service, operation = _asked(environ)
        fate = self._faults.call(service, operation)
        if fate.late:
            self._closing.wait(fate.late)
        if fate.failure is None:
            return self._inner(environ, start_response)
        return self._fail(fate.failure, service, environ, start_response)

    def close(self) -> None:
        """Let go of every call that is being delayed."""
        self._closing.set()

    def _fail(
        self,
        failure: ApiFailure,
        service: str,
        environ: dict[str, Any],
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        if isinstance(failure, ApiStatus | ApiReset) and failure.done:
            b"".join(self._inner(environ, lambda *_: None))
        if isinstance(failure, ApiReset):
            _reset(environ)
        return _refusal(refusal(failure, service), environ=environ, start=start_response)

    def _order(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        method, fault_id = environ["REQUEST_METHOD"], environ["PATH_INFO"][len(PATH) + 1 :]
        try:
            if method == "POST" and not fault_id:
                body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
                active = self._faults.add(read_fault(decode(body, example=_EXAMPLE)))
                return _json(start, 200, {"ok": True, "fault": active.shown()})
            if method == "GET" and not fault_id:
                return _json(start, 200, {"ok": True, "faults": self._faults.shown()})
        except FaultError as error:
            return _json(start, 400, {"ok": False, "error": str(error)})
        if method != "DELETE":
            return _json(start, 405, {"ok": False, "error": f"{method} is not for {PATH}."})
        if not fault_id:
            self._faults.clear()
        elif not self._faults.remove(fault_id):
            unknown = f"No fault {fault_id} is on; GET {PATH} lists those that are."
            return _json(start, 404, {"ok": False, "error": unknown})
        return _json(start, 200, {"ok": True})


def _asked(environ: Mapping[str, Any]) -> tuple[str, str | None]:
    """Service and operation of a request, the latter where it stands in the header or path."""
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    service = scope.group(1) if scope is not None else ""
    if environ.get("PATH_INFO") == "/BatchPutMetrics":
        return service, "BatchPutMetrics"
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    return service, target.rpartition(".")[2] or None


def _refusal(
    error: AwsError, *, environ: Mapping[str, Any], start: StartResponse
) -> Iterable[bytes]:
    """An error in the service's protocol: JSON where requests name a target, else XML."""
    code, message, status = error.code, error.message, error.status
    if "HTTP_X_AMZ_TARGET" in environ or environ.get("PATH_INFO") == "/BatchPutMetrics":
        document = {"__type": code, "message": message, "Message": message}
        return _json(start, status, document, ("x-amzn-ErrorType", code))
    said = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    if _asked(environ)[0] != "s3":
        said = f"<ErrorResponse>{said}</ErrorResponse>"
    return _send(start, status, said.encode(), ("Content-Type", "application/xml"))


def _json(
    start: StartResponse, status: int, document: Mapping[str, Any], *headers: tuple[str, str]
) -> Iterable[bytes]:
    content = json.dumps(document).encode()
    return _send(start, status, content, ("Content-Type", "application/json"), *headers)


def _send(
    start: StartResponse, status: int, content: bytes, *headers: tuple[str, str]
) -> Iterable[bytes]:
    start(
        f"{status} {HTTPStatus(status).phrase if status in set(HTTPStatus) else 'Error'}",
        [*headers, ("Content-Length", str(len(content)))],
    )
    return [content]


def _reset(environ: Mapping[str, Any]) -> NoReturn:
    """Close the request's socket so that TCP says RST, not FIN."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    os.close(connection.detach())
    raise ConnectionResetError("A fault asked for in the sandbox.")
