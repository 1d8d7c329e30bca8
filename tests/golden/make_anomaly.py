"""Write the anomaly models' golden outputs anew after they were trained anew: python -m tests.golden.make_anomaly"""

import json

from tests.anomaly.test_inference import GOLDEN, NAMES, summary

if __name__ == "__main__":
    GOLDEN.write_text(json.dumps({name: summary(name) for name in NAMES}, indent=1) + "\n")
