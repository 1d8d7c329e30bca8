"""Write the encoders' golden outputs anew after they were trained anew: python -m tests.golden.make_embeddings"""

import json

from aedemo import embeddings
from tests.embeddings.test_inference import GOLDEN, PICTURES, SPEECH, outcome

if __name__ == "__main__":
    GOLDEN.write_text(json.dumps({name: outcome(name, embeddings.load(name, "cpu")) for name in (*PICTURES, *SPEECH)}) + "\n")
