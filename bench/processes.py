"""The processes that a run measures, each started once it is needed and ended with its context."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp

START_SECONDS: Final = 30
STOP_SECONDS: Final = 30
MLPIPE: Final = str(Path(sys.executable).parent / "mlpipe")


def free_port() -> int:
    """A port of loopback that nobody has at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@asynccontextmanager
async def module(name: str, environ: Mapping[str, str], *, log: Path) -> AsyncIterator[str]:
    """A module of the bench that serves on a port; gives its address."""
    port = free_port()
    async with _serving([sys.executable, "-m", name, str(port)], environ, port, log=log) as url:
        yield url


@asynccontextmanager
async def sagemaker(state: Path, *, log: Path) -> AsyncIterator[str]:
    """The embedded SageMaker; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "mlpipe_sandbox.aws", "--port", str(port)]
    async with _serving([*command, "--state", str(state)], {}, port, log=log) as url:
        yield url


@asynccontextmanager
async def bot(environ: Mapping[str, str], *, log: Path) -> AsyncIterator[str]:
    """The bot as people run it, over HTTP; gives its address."""
    port = free_port()
    command = [MLPIPE, "serve", "--host", "127.0.0.1"]
    async with _serving(command, {**environ, "PORT": str(port)}, port, log=log) as url:
        yield url


@asynccontextmanager
async def _serving(
    command: Sequence[str], environ: Mapping[str, str], port: int, *, log: Path
) -> AsyncIterator[str]:
    process = _started(command, environ, log)
    url = f"http://127.0.0.1:{port}"
    try:
        await _until_well(url, process, log)
        yield url
    finally:
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _started(
    command: Sequence[str], environ: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    with log.open("ab") as file:
        return subprocess.Popen(
            command, env={**os.environ, **environ}, stdout=file, stderr=subprocess.STDOUT
        )


async def _until_well(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(START_SECONDS):
        while process.poll() is None:
            try:
                async with session.get(f"{url}/healthz"):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
    raise RuntimeError(await asyncio.to_thread(log.read_text))
