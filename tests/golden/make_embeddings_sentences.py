"""Write the sentence encoders' golden outputs anew after they were trained anew: python -m tests.golden.make_embeddings_sentences"""

import json

from aedemo.embeddings.thought_inference import NAMES, load_sentences
from tests.embeddings.test_thought import GOLDEN, outcome

if __name__ == "__main__":
    GOLDEN.write_text(json.dumps({name: outcome(load_sentences(name)) for name in NAMES}) + "\n")
