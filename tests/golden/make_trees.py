"""Write the parser's golden outputs anew after it was trained anew: python -m tests.golden.make_trees"""

import json

from aedemo import trees
from tests.trees.test_inference import GOLDEN, outcome

if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(outcome(trees.load()), indent=1) + "\n")
