"""One door to AWS per environment: bounded, timed, retried, and shut while nobody answers."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Final

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
)
from botocore.exceptions import ConnectionError as UnreachableError

from core.domain import Environment
from core.errors import MlpipeError, NotFoundError, NotPermittedError, UnavailableError
from core.messages import say
from mlops.budget import Budget
from mlops.circuit import Circuit

if TYPE_CHECKING:
    import boto3

logger = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 3
READ_SECONDS: Final = 20
MOST_ATTEMPTS: Final = 3
MOST_CONNECTIONS: Final = 16
CONFIG: Final = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    max_pool_connections=MOST_CONNECTIONS,
    retries={"mode": "adaptive", "total_max_attempts": MOST_ATTEMPTS},
)
BUDGETED: Final = frozenset({"sagemaker", "logs"})
"""Services whose calls count against the environment's budget; S3 takes thousands a second."""
MOST_SAID: Final = 200
"""Characters of a message of AWS that a person reads."""
NOT_FOUND: Final = frozenset({"ResourceNotFound", "ResourceNotFoundException", "NoSuchKey"})
EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
BUSY: Final = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "RequestTimeout",
        "ServiceUnavailable",
    }
)
THROTTLED: Final = frozenset(
    {"SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException"}
)


Counted = Callable[[str, str, str], None]


class RefusedError(MlpipeError):
    """AWS would not do what it was asked; `code` is its own."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(
            say(
                "AWS refused: {message} If you cannot change that, show it to who runs mlpipe.",
                message=_sentence(message),
            )
        )
        self.code = code
        self.message = message


class Aws:
    """Calls AWS for one environment without blocking the event loop."""

    def __init__(
        self,
        environment: Environment,
        *,
        session: Callable[[Environment], boto3.Session],
        executor: Executor,
        circuit: Circuit | None = None,
        budget: Budget | None = None,
        counted: Counted = lambda *_: None,
    ) -> None:
        """Take what it stands on; nothing is connected before the first call.

        Args:
            environment: Its region is used.
            session: Makes the boto3 session, at the first call.
            executor: Runs the blocking calls of every environment: its size is their bound.
            circuit: Shuts the door while AWS does not answer; by default one of its own.
            budget: How many calls of the services in BUDGETED are made; by default the usual.
            counted: Is told of every call: environment, operation, and `ok` or the error's code.
        """
        self.environment = environment
        self._session = session
        self._executor = executor
        self._circuit = circuit or Circuit()
        self.budget = budget or Budget()
        self._counted = counted
        self._clients: dict[str, Any] = {}
        self._making = threading.Lock()

    @property
    def shut(self) -> bool:
        """Whether the door is shut, because AWS does not answer."""
        return self._circuit.is_open

    async def call(self, service: str, operation: str, /, **arguments: Any) -> Any:
        """One call, by boto3's own names: `call("sagemaker", "describe_pipeline", …)`.

        Raises:
            UnavailableError: AWS does not answer, or did not a moment ago.
            NotFoundError: what was named is not there.
            NotPermittedError: our credentials may not do this.
            RefusedError: anything else that AWS would not do.
        """
        return await self._run(
            lambda client: getattr(client, operation)(**arguments), service, operation
        )

    async def run(self, work: Callable[[Any], Any], service: str) -> Any:
        """Some work with a client of the service, such as reading every page; raises as `call`."""
        return await self._run(work, service, f"{service}_pages")

    async def _run(self, work: Callable[[Any], Any], service: str, operation: str) -> Any:
        if service in BUDGETED:
            await self.budget.spend()
        if not self._circuit.closed():
            self._counted(self.environment.name, operation, "circuit_open")
            raise self._silent()
        outcome = "no_answer"
        try:
            result = await self._in_thread(work, service)
            outcome = "ok"
        except ClientError as error:
            outcome = error.response["Error"].get("Code", "unknown")
            raise self._translated(error) from error
        except (UnreachableError, HTTPClientError) as error:
            self._circuit.failed()
            logger.warning("AWS in %s: %s", self.environment.name, error)
            raise self._silent() from error
        except NoCredentialsError as error:
            raise NotPermittedError(
                say(
                    "I have no AWS credentials for {environment}. Who runs mlpipe gives me some.",
                    environment=self.environment.name,
                )
            ) from error
        except BotoCoreError as error:
            raise RefusedError(type(error).__name__, str(error)) from error
        finally:
            self._counted(self.environment.name, operation, outcome)
        self._circuit.worked()
        return result

    async def _in_thread(self, work: Callable[[Any], Any], service: str) -> Any:
        # With the caller's context: what a thread logs bears the interaction's id too.
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(
            self._executor,
            functools.partial(context.run, self._work, work, service, self._circuit.openings),
        )

    def _work(self, work: Callable[[Any], Any], service: str, openings: int) -> Any:
        if self._circuit.openings != openings:  # it opened while this waited for a thread
            raise self._silent()
        return work(self._client(service))

    def _client(self, service: str) -> Any:
        with self._making:  # boto3's making of clients is not thread-safe, using them is
            if service not in self._clients:
                # Any: boto3's types want the service's name as a literal.
                session: Any = self._session(self.environment)
                self._clients[service] = session.client(
                    service, region_name=self.environment.region, config=CONFIG
                )
            return self._clients[service]

    def _silent(self) -> UnavailableError:
        return UnavailableError(
            say(
                "AWS does not answer for {environment} at the moment. Try again in a minute.",
                environment=self.environment.name,
            )
        )

    def _translated(self, error: ClientError) -> MlpipeError:
        code = error.response["Error"].get("Code", "")
        message = error.response["Error"].get("Message", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        if code in THROTTLED:
            self._circuit.failed()
            return UnavailableError(
                say(
                    "AWS is asked more than it takes in {environment} at the moment. Try again in "
                    "a minute.",
                    environment=self.environment.name,
                )
            )
        if code in BUSY or status >= 500:
            self._circuit.failed()
            return self._silent()
        self._circuit.worked()
        if code in EXPIRED:
            return UnavailableError(
                say(
                    "My AWS credentials for {environment} have expired. Who runs mlpipe renews "
                    "them.",
                    environment=self.environment.name,
                )
            )
        # SageMaker says ValidationException for a model package that is not there.
        if code in NOT_FOUND or status == 404 or "does not exist" in message:
            return NotFoundError(
                say(
                    "AWS does not have it: {message} Check its name; somebody may have deleted it.",
                    message=_sentence(message),
                )
            )
        if code in DENIED or status == 403:
            return NotPermittedError(
                say(
                    "AWS does not let me do this: {message} Who runs mlpipe grants it in IAM.",
                    message=_sentence(message),
                )
            )
        return RefusedError(code, message)


def _sentence(message: str) -> str:
    """AWS's own words, so that a sentence can follow them; it repeats values of any length."""
    message = message.strip()
    if len(message) > MOST_SAID:
        message = f"{message[:MOST_SAID]} …"
    return message if message.endswith((".", "!", "?")) else f"{message}."
