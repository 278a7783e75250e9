"""The front door (WSGI): our operations first, everything else to moto in the same process."""

from __future__ import annotations

import io
import json
import logging
import math
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from threading import Lock
from typing import Any, Final

from mlpipe_sandbox.aws.console import PREFIX, console_page
from mlpipe_sandbox.aws.errors import AwsError, InternalError, UnknownOperationError
from mlpipe_sandbox.aws.model import METRICS, SAGEMAKER, Model
from mlpipe_sandbox.aws.operations.table import Operation
from mlpipe_sandbox.aws.region import Region
from mlpipe_sandbox.aws.shapes import Document

StartResponse = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_TARGET: Final = "SageMaker."
_SCOPE: Final = re.compile(r"Credential=[^/]+/\d{8}/([^/]+)/([^/]+)/aws4_request")
_ARN_KIND: Final = re.compile(r"arn:[^:]+:sagemaker:[^:]*:\d*:([a-z\-]+)/")
_OUR_KINDS: Final = frozenset(
    {
        "pipeline",
        "processing-job",
        "training-job",
        "hyper-parameter-tuning-job",
        "model-package",
        "model-package-group",
        "experiment",
        "experiment-trial",
        "experiment-trial-component",
    }
)
_NOT_HERE: Final = frozenset({"GetSearchSuggestions"})
"""moto would answer it from its own state, in which our resources are not."""
_DEFAULT_REGION: Final = "us-east-1"

_log = logging.getLogger(__name__)


class Gateway:
    """Answers SageMaker's operations that are ours, by region; passes the rest on."""

    def __init__(
        self, *, others: Wsgi, models: Mapping[str, Model], region: Callable[[str], Region]
    ) -> None:
        """Join the parts.

        Args:
            others: moto's application.
            models: service models by service name.
            region: makes the SageMaker of a region, called once for each.
        """
        self._others = others
        self._models = models
        self._make_region = region
        self._regions: dict[str, Region] = {}
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if target.startswith(_TARGET):
            return self._sagemaker(target.removeprefix(_TARGET), environ, start_response)
        if environ.get("PATH_INFO", "").startswith(PREFIX):
            return console_page(start_response)
        if environ.get("PATH_INFO") == "/BatchPutMetrics":
            region = self.region(_region(environ))
            body = _body(environ)
            return self._answer(METRICS, "BatchPutMetrics", region.metrics, body, start_response)
        return self._others(environ, start_response)

    def region(self, name: str) -> Region:
        """SageMaker in a region."""
        with self._lock:
            if name not in self._regions:
                self._regions[name] = self._make_region(name)
            return self._regions[name]

    def regions(self) -> list[Region]:
        """Every region that was used."""
        with self._lock:
            return list(self._regions.values())

    def _sagemaker(
        self, name: str, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        region = self.region(_region(environ))
        if name in region.tags:
            body = _body(environ)
            if _is_ours(body):
                return self._answer(SAGEMAKER, name, region.tags, body, start_response)
            environ["wsgi.input"] = io.BytesIO(body)
        elif name in region.sagemaker or name in _NOT_HERE:
            body = _body(environ)
            return self._answer(SAGEMAKER, name, region.sagemaker, body, start_response)
        return self._others(environ, start_response)

    def _answer(
        self,
        service: str,
        name: str,
        operations: Mapping[str, Operation],
        body: bytes,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        try:
            if name not in operations:
                raise UnknownOperationError(name)
            status, document = 200, self._do(service, name, operations[name], body)
            code = None
        except AwsError as error:
            code, status = error.code, error.status
            document = {"__type": code, "message": error.message, "Message": error.message}
        content = _json(document).encode()
        headers = [
            ("Content-Type", "application/x-amz-json-1.1"),
            ("Content-Length", str(len(content))),
            ("x-amzn-RequestId", str(uuid.uuid4())),
        ]
        if code is not None:
            headers.append(("x-amzn-ErrorType", code))
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [content]

    def _do(self, service: str, name: str, operation: Operation, body: bytes) -> Document:
        model = self._models[service]
        try:
            request = json.loads(body or b"{}")
        except ValueError as error:
            raise AwsError("SerializationException", "The request is not JSON.") from error
        model.check_request(name, request)
        try:
            response = operation(
                {key: value for key, value in request.items() if value is not None}
            )
        except AwsError:
            raise
        except Exception as error:
            _log.exception("The sandbox failed at %s", name)
            raise InternalError(f"The sandbox failed at {name}: {error!r}") from error
        model.check_response(name, response)
        return response


def _body(environ: Mapping[str, Any]) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    content: bytes = environ["wsgi.input"].read(length)
    return content


def _region(environ: Mapping[str, Any]) -> str:
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    return scope.group(1) if scope is not None else _DEFAULT_REGION


def _is_ours(body: bytes) -> bool:
    try:
        arn = json.loads(body).get("ResourceArn", "")
    except (ValueError, AttributeError):
        return True
    kind = _ARN_KIND.match(arn)
    return kind is None or kind.group(1) in _OUR_KINDS


def _json(document: object) -> str:
    """As JSON; what is no number is written as a string, as AWS does."""
    try:
        return json.dumps(document, allow_nan=False)
    except ValueError:
        return json.dumps(_with_words(document))


def _with_words(value: object) -> object:
    match value:
        case dict():
            return {key: _with_words(each) for key, each in value.items()}
        case list():
            return [_with_words(each) for each in value]
        case float() if math.isnan(value):
            return "NaN"
        case float() if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        case _:
            return value
