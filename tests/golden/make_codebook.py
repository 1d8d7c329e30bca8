"""Write the codebooks' golden outputs anew after they were trained anew: python -m tests.golden.make_codebook"""

import json

from tests.codebook.test_inference import GOLDEN, SHIPPED, summary

if __name__ == "__main__":
    GOLDEN.write_text(json.dumps({name: summary(name) for name in SHIPPED}) + "\n")
