"""Write the codec's golden files anew after it was trained anew: python -m tests.golden.make_compress"""

import json
import zlib

from aedemo import compress
from tests.compress.test_inference import GOLDEN, picture

FILES = {"small": (70, 45, 2, False), "grey": (33, 64, 5, True)}  # width, height, quality, whether grey

if __name__ == "__main__":
    codec, figures = compress.load(), {}
    GOLDEN.mkdir(exist_ok=True)
    for name, (width, height, quality, grey) in FILES.items():
        written = codec.write(picture(width, height, 11, grey), quality)
        (GOLDEN / f"{name}.aedc").write_bytes(written.data)
        written.image.save(GOLDEN / f"{name}.png")
        crc = zlib.crc32(written.numbers.astype("<i4").tobytes())
        figures[name] = {"quality": quality, "size": [width, height], "blocks": list(written.numbers.shape[1:]), "numbers_crc32": crc}
    (GOLDEN / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
