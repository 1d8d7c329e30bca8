"""Write the golden outputs anew after the shipped weights were trained anew: python -m tests.golden.make"""

import json

import soundfile

from aedemo import voice
from tests.conftest import CLIPS
from tests.voice.test_inference import GOLDEN, NAMES, bands

if __name__ == "__main__":
    man, woman = (soundfile.read(CLIPS / f, dtype="float32") for f in ("en-rms.wav", "en-slt.wav"))
    golden = {}
    for name in NAMES:
        result = voice.load(name).swap(*man, *woman)
        golden[name] = {
            "content": result.code_a.content[::20, ::10].round(4).tolist(),
            "speaker": result.code_a.speaker[::5].round(4).tolist(),
            "a_words_b_voice": bands(result.a_words_b_voice).round(4).tolist(),
            "b_again": bands(result.b_again).round(4).tolist(),
        }
    GOLDEN.write_text(json.dumps(golden, indent=1) + "\n")
