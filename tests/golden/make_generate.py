"""Write the generators' golden outputs anew after they were trained anew: python -m tests.golden.make_generate"""

import json

from aedemo import generate
from tests.generate.test_inference import GOLDEN, NAMES, outcome

if __name__ == "__main__":
    GOLDEN.write_text(json.dumps({name: outcome(generate.load(name)) for name in NAMES}) + "\n")
