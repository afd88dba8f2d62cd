"""The signal everything is measured against: noise that never repeats, so that 100 ms of it name one place.

80-1500 Hz passes every lossy codec and every resampler unharmed. Knows nothing of how it is played.
"""

import subprocess
import wave
from pathlib import Path

import numpy as np
from scipy.signal import butter, sosfiltfilt

RATE = 48_000
"""Samples a second, everywhere in this rig: no resampler may come between."""


def noise(seconds: float, seed: int = 1) -> np.ndarray:
    """The first `seconds` of the reference of this seed, within ±0.7."""
    generator = np.random.default_rng(seed)
    white = generator.standard_normal(int(seconds * RATE))
    band = butter(4, [80, 1500], btype="bandpass", fs=RATE, output="sos")
    shaped = sosfiltfilt(band, white)
    return (0.7 / np.abs(shaped).max() * shaped).astype(np.float32)


def write_wav(path: Path, *channels: np.ndarray) -> None:
    """Writes 16-bit PCM, one channel an array; shorter ones are filled up with silence."""
    length = max(len(channel) for channel in channels)
    frames = np.zeros((length, len(channels)), dtype="<i2")
    for index, channel in enumerate(channels):
        frames[: len(channel), index] = np.round(channel * 32767)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames.tobytes())


def write_audio(path: Path, channel: np.ndarray) -> None:
    """Writes one channel in the format its name ends in; all but WAV by ffmpeg, encoder delay and all."""
    if path.suffix == ".wav":
        write_wav(path, channel)
        return
    plain = path.with_suffix(".wav.tmp")
    write_wav(plain, channel)
    encode = ["ffmpeg", "-v", "error", "-y", "-f", "wav", "-i", str(plain), "-b:a", "192k", str(path)]
    subprocess.run(encode, check=True)
    plain.unlink()
