"""Entry of the page, here and on Hugging Face Spaces: python app.py"""

from aedemo import page

demo = page.build()

if __name__ == "__main__":
    page.launch(demo)
