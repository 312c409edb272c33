"""The worker, on Pyodide: finds the sines in a wave with NumPy, and reports one after the other."""

import asyncio

import numpy as np
from polyscript import xworker
from pyodide.ffi import JsProxy
from pyscript import ffi

MOST_SINES = 64
ENOUGH = 0.995  # of the wave's power
# For people to watch. Whatever else the page asks is answered in these pauses.
PAUSE_SECONDS = 0.03


def connect() -> str:
    """The handshake: only a worker whose script ran to its end can answer."""
    return f"NumPy {np.__version__}"


async def rebuild(samples: JsProxy) -> JsProxy:
    """Rebuild a wave from its strongest sines.

    samples: Float32Array of heights, -1 to 1. Reports {"sines", "of", "wave"} after each sine.
    Answers {"periods", "shares"}: how often the strongest sines fit into the wave, and their shares
    of its power, 0 to 1, strongest first.
    """
    wave = np.asarray(samples.to_memoryview())
    spectrum = np.fft.rfft(wave)
    power = np.abs(spectrum[1:]) ** 2  # without the mean
    strongest = np.argsort(-power, kind="stable")
    shares = power[strongest] / max(power.sum(), 1e-9)
    count = min(1 + int(np.searchsorted(np.cumsum(shares), ENOUGH)), MOST_SINES)
    kept = np.zeros_like(spectrum)
    kept[0] = spectrum[0]
    for done, index in enumerate(strongest[:count] + 1, start=1):
        kept[index] = spectrum[index]
        rebuilt = np.fft.irfft(kept, len(wave)).astype(np.float32)
        xworker.postMessage(ffi.to_js({"sines": done, "of": count, "wave": rebuilt}))
        await asyncio.sleep(PAUSE_SECONDS)
    return ffi.to_js({"periods": (strongest + 1)[:3].astype(np.int32), "shares": shares[:3]})


# PyScript offers the page these functions, once this line is reached.
__export__ = ["connect", "rebuild"]
