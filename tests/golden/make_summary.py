"""Write the summaries' golden outputs anew after they were trained anew: python -m tests.golden.make_summary"""

import json

from tests.summary.test_inference import GOLDEN, STORIES, outcome

if __name__ == "__main__":
    GOLDEN.write_text(json.dumps({story: outcome(story) for story in STORIES}, ensure_ascii=False, indent=1) + "\n")
