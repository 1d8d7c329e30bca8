"""Are spoken digits still recognised after they were codes? (needs pocketsphinx)

    python benchmarks/codebook_digits.py --data DIR

DIR holds the Free Spoken Digit Dataset, as published (0_jackson_7.wav) or a folder a speaker (jackson/0_7.opus). A
recogniser that knows ten words hears each clip as it was, and encoded and decoded; `digits_kept` is the ratio.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from aedemo import audio, codebook, speech  # noqa: E402

NAMED = re.compile(r"(\d)(?:_[a-z]+)?_(\d+)$")
WORDS = "zero one two three four five six seven eight nine".split()


def recogniser():
    from pocketsphinx import Config, Decoder, get_model_path

    grammar = Path(tempfile.mkdtemp()) / "digits.gram"
    grammar.write_text(f"#JSGF V1.0;\ngrammar digits;\npublic <d> = {' | '.join(WORDS)};\n")
    path = get_model_path()
    decoder = Decoder(Config(hmm=f"{path}/en-us/en-us", dict=f"{path}/en-us/cmudict-en-us.dict", jsgf=str(grammar), samprate=audio.RATE, loglevel="FATAL"))  # fmt: skip

    def hear(wave: np.ndarray) -> str:
        wave = wave / (np.abs(wave).max() + 1e-9) * 0.7
        wave = np.pad(wave, 3200) + 1e-4 * np.random.default_rng(0).normal(size=len(wave) + 6400)
        decoder.start_utt()
        decoder.process_raw((wave * 32767).astype("<i2").tobytes(), full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        return found.hypstr if found else ""

    return hear


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--name", default="speech")
    parser.add_argument("--takes", type=int, nargs=2, default=(5, 9), help="first and last take to use; those that training leaves out")
    parser.add_argument("--clips", type=int, default=120)
    a = parser.parse_args()
    files = []
    for file, _ in speech.find_clips(Path(a.data), []):
        if (named := NAMED.match(file.stem)) and a.takes[0] <= int(named[2]) <= a.takes[1]:
            files.append(file)
    if not files:
        parser.error(f"no digits named as 0_7 or 0_jackson_7 under {a.data}")
    random.Random(0).shuffle(files)
    model, hear = codebook.load(a.name), recogniser()
    original = again = foreign = 0
    for file in files[: a.clips]:
        said = WORDS[int(file.stem[0])]
        wave, rate = soundfile.read(file, dtype="float32")
        codes, who = model.encode(wave, rate), model.speaker(wave, rate)
        original += hear(audio.prepare(wave, rate)) == said
        bandwidth = min(rate, audio.RATE) / 2
        again += hear(model.decode(codes, who, bandwidth=bandwidth)) == said
        foreign += hear(model.decode(codes, bandwidth=bandwidth)) == said
    count = min(len(files), a.clips)
    for key, value in {"digits_original": original / count, "digits_decoded": again / count, "digits_average_voice": foreign / count}.items():
        print(f"{key:24s} {value:.3f}")
    print(f"{'digits_kept':24s} {again / max(original, 1):.3f}")


if __name__ == "__main__":
    main()
