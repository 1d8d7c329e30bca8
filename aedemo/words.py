"""The page's words, English and Chinese side by side, so that a missing translation is seen at once."""

from __future__ import annotations

import re

LANGUAGES = ("en", "zh")

PAGE = {
    "title": ("aedemo: auto-encoders to hear, see and read", "aedemo：可听、可看、可读的自编码器"),
    "lead": (
        "# What is in the code?\nAn auto-encoder squeezes its input into a **code** and rebuilds it from that. Each room here opens one such code.",
        "# 编码里有什么？\n自编码器把输入压成一个**编码**，再从编码重建输入。这里的每个房间都打开一种编码给你看。",
    ),
    "language": ("[中文](?lang=zh)", "[English](?lang=en)"),
}

# sentences that the verbs raise, as patterns: what a person reads in Chinese
ERRORS = [
    (r"The clip is silent\.", "这段声音是静音。"),
    (r"The clip is empty\.", "这段声音是空的。"),
    (r"The clip lasts ([\d.]+) s; at least ([\d.]+) s is needed\.", r"这段声音只有 \1 秒，至少需要 \2 秒。"),
    (r"The clip lasts ([\d.]+) s; only its first ([\d.]+) s are used\.", r"这段声音有 \1 秒，只使用前 \2 秒。"),
    (r"The clip holds values that are not numbers \(NaN or infinity\)\.", "这段声音里有非数值（NaN 或无穷大）。"),
    (r"The clip holds values beyond 1e9; sound goes from -1 to 1\.", "这段声音里有超过 1e9 的值；声音的范围是 -1 到 1。"),
    (r"A sample rate of ([\d.]+) Hz is outside ([\d,]+) to ([\d,]+) Hz\.", r"采样率 \1 Hz 超出 \2 到 \3 Hz 的范围。"),
    (r"A bandwidth of (.+) Hz was asked for; 100 and more can be\.", r"带宽 \1 Hz 不行；至少要 100 Hz。"),
    (r"A level of (.+) was asked for; 0 to (.+) can be\.", r"音量 \1 不行；可以是 0 到 \2。"),
    (r"This file cannot be read as sound; WAV, FLAC, OGG and MP3 can\.", "无法读取这个声音文件；支持 WAV、FLAC、OGG 和 MP3。"),
    (r"Please give both voices: record or upload clip (.)\.", r"需要两个声音：请录制或上传片段 \1。"),
    (r"This file cannot be read as a picture; PNG, JPEG, WebP, GIF, BMP and TIFF can\.", "无法读取为图片；支持 PNG、JPEG、WebP、GIF、BMP 和 TIFF。"),
    (r"This picture is damaged or cut off: it cannot be read to its end\.", "图片已损坏或不完整，无法读完。"),
    (r"This picture has (\d+) x (\d+) pixels; at most (\d+) million are taken\.", r"图片有 \1 x \2 像素，最多 \3 百万像素。"),
    (r"This picture is too large; at most (\d+) million pixels are taken\.", r"图片太大，最多 \1 百万像素。"),
    (r"Please give at least one picture\.", "请至少给出一张图片。"),
    (r"Please give at least 10 normal pictures\.", "请至少给出 10 张正常图片。"),
    (r"At most (\d+) pictures at once; there are (\d+)\..*", r"一次最多 \1 张图片，现有 \2 张。更多请用命令行：python -m aedemo inspect。"),
    (r"At least (\d+) normal pictures are needed to learn from; there are (\d+)\.", r"至少需要 \1 张正常图片来学习，现有 \2 张。"),
    (r"What this page showed is no longer kept; please reload it\.", "本页之前的内容已不再保留，请刷新页面。"),
    (r"Please teach it your own normal pictures first, below\.", "请先在下面用你自己的正常图片来教它。"),
    (r"This is no model that was downloaded here\.", "这不是在这里下载的模型。"),
    (r"Please give a CSV file of normal rows\.", "请给出正常数据的 CSV 文件。"),
    (r"This file cannot be read as a table; a CSV file with a row a line can\.", "无法读取为表格；请用每行一条数据的 CSV 文件。"),
    (r"No column of the table holds only numbers\.", "表格里没有全是数字的列。"),
    (r"Line (\d+) of the table has (\d+) columns, the first has (\d+)\.", r"表格第 \1 行有 \2 列，第一行有 \3 列。"),
    (
        r"At least (\d+) normal rows and 2 columns of numbers are needed; there are (\d+) and (\d+)\.",
        r"至少需要 \1 行正常数据和 2 列数字，现有 \2 行、\3 列。",
    ),
    (r"The second table lacks the column '(.*)' of the normal rows\.", r"第二个表格缺少正常数据里的列“\1”。"),
    (r"Please give a picture or draw one first\.", "请先给出或画一张图片。"),
    (r"Please record or upload a voice first\.", "请先录音或上传一段声音。"),
    (r"Please choose a code on the map first\.", "请先在地图上选一个码。"),
    (r"Codes go from 0 to (\d+); there is (-?\d+)\.", r"码的范围是 0 到 \1，这里有 \2。"),
    (r"Codes are whole numbers, not (.*)\.", r"码是整数，不是 \1。"),
    (r"The codes should be (.*), not (.*)\.", r"编码的形状不对：\2。"),
    (r"([\d,]+) codes were given; at most ([\d,]+) \((\d+) s\) are taken\.", r"给出了 \1 个码，最多 \2 个（\3 秒）。"),
    (r"(.*) holds values that are not numbers \(NaN or infinity\)\.", "编码里有非数值（NaN 或无穷大）。"),
    (r"(.*) holds values beyond 1,000\.", "编码里有超过 1000 的值。"),
    (r"There is no codebook model '(.*)'; there are: (.*)\.", r"没有名为“\1”的码本；现有：\2。"),
    (r"There is no text to summarise: paste an article\.", "没有可以摘要的文字：请粘贴一篇文章。"),
    (r"There is no summary yet: write some words\.", "还没有摘要：请写几个字。"),
    (r"The text has ([\d,]+) characters; at most ([\d,]+) are taken\.", r"文字共有 \1 个字符，最多 \2 个。"),
    (r"A beam of (.*) was asked for; 1 to 16 can be\.", r"要求的束宽为 \1，可以是 1 到 16。"),
    (r"A novelty of (.*) was asked for; -10 to 10 can be\.", r"要求的新词倾向为 \1，可以是 -10 到 10。"),
    (r"A temperature of (.*) was asked for; 0 to 3 can be\.", r"要求的温度为 \1，可以是 0 到 3。"),
    (r"A summary of (.*) words was asked for; 1 to (\d+) can be\.", r"要求的摘要长度为 \1，可以是 1 到 \2。"),
    (r"There is no quality (.*); there are 1 to (\d+)\.", r"没有质量 \1；可以是 1 到 \2。"),
    (r"This is no file that was compressed here: it does not begin with AEDC\.", "这不是在这里压缩的文件：它不以 AEDC 开头。"),
    (r"This compressed picture is of version (\d+); version (\d+) can be read\.", r"这个压缩图片是版本 \1；只能读取版本 \2。"),
    (r"This compressed picture is damaged or cut off\.", "这个压缩图片已损坏或不完整。"),
    (r"This compressed picture is damaged or cut off, or was written by another model\.", "这个压缩图片已损坏或不完整，或由另一个模型写成。"),
    (r"Please choose a file first\.", "请先选择一个文件。"),
    (r"At most (\d+) pictures of your own join the grid; (\d+) were given\.", r"最多加入 \1 张自己的图片，现有 \2 张。"),
    (r"Please write a sentence first\.", "请先写一个句子。"),
    (r"There is no text: paste some sentences\.", "没有文字：请粘贴几个句子。"),
    (r"The text is empty; some sentences are needed\.", "文字是空的；需要几个句子。"),
    (r"One sentence was given; which of the others comes next can be asked of two at least\.", "只有一个句子；至少两个句子才能问下一句是哪句。"),
    (r"Sentence (\d+) has ([\d,]+) characters; ([\d,]+) at most can be read\.", r"第 \1 句有 \2 个字符，最多 \3 个。"),
    (r"Sentence (\d+) has no words\.", r"第 \1 句没有词。"),
    (
        r"The recording is too short; to guess (\d+) frames ahead, ([\d.]+) seconds are needed\.",
        r"录音太短；要猜前面 \1 帧，需要 \2 秒。",
    ),
    (r"There are no words in this; type a sentence\.", "这里没有词；请输入一个句子。"),
    (r"There are no words in this; give at least one\.", "这里没有词；请至少给出一个。"),
    (r"One of the words is empty\.", "有一个词是空的。"),
    (
        r"This has (\d+) words, and the longest that is parsed at once has (\d+); split it at its punctuation\.",
        r"这里有 \1 个词，一次最多分析 \2 个；请在标点处分开。",
    ),
    (
        r"This has (\d+) words, and the longest that is parsed at once has (\d+); give it in parts\.",
        r"这里有 \1 个词，一次最多分析 \2 个；请分几次给出。",
    ),
    (r"A tree is nested tuples of words, not (.*)\.", r"树应是词的嵌套元组，不是 \1。"),
    (r"A sentence is a text or a list of words, not (.*)\.", r"句子应是文字或词的列表，不是 \1。"),
    (r"A text is needed, not (.*)\.", r"需要文字，不是 \1。"),
    (r"(.*) trees were asked for; 1 to (\d+) can be had\.", r"要求 \1 棵树；可以是 1 到 \2 棵。"),
    (r"The tree has no phrase from word (.*) to (.*)\.", r"树里没有从第 \1 个词到第 \2 个词的短语。"),
    (r"Of two phrases one lies in the other; replace one of them\.", "两个短语中一个包含另一个；请只替换其中一个。"),
    (r"A node's vector is (\d+) probabilities\.", r"节点的向量是 \1 个概率。"),
    (r"A binary tree is needed; this has a phrase of (\d+) parts\.", r"需要二叉树；这里有一个短语由 \1 部分组成。"),
    (r"The bracketing is of (\d+) words, (.*); the tree is of (\d+), (.*)\.", r"括号里有 \1 个词 \2；树有 \3 个词 \4。"),
    (r"A bracketing is a text, not (.*)\.", r"括号应是文字，不是 \1。"),
    (r"The brackets do not match: (\d+) open and (\d+) close\.", r"括号不配对：\1 个左括号，\2 个右括号。"),
    (r"The brackets do not match: one closes before it was opened\.", "括号不配对：有一个右括号在左括号之前。"),
    (r"The brackets are more than (\d+) deep\.", r"括号嵌套超过 \1 层。"),
    (r"A bracketing is needed, such as (.*)\.", r"需要括号，例如 \1。"),
    (r"A bracketing begins with a bracket, such as (.*)\.", r"应以括号开头，例如 \1。"),
    (r"This is more than one bracketing: the first bracket closes before the end\.", "这里不止一棵树：第一个括号在结尾之前就闭合了。"),
    (r"A bracketing of at least two words is needed\.", "括号里至少要有两个词。"),
    (r"(.*) holds no bracketings of 3 to (\d+) words, one a line\.", r"\1 里没有每行一个、3 到 \2 个词的括号。"),
    (r"Please write a phrase first\.", "请先写一个短语。"),
    (r"The table holds values that are not numbers\.", "表格里有不是数字的值。"),
    (r"The table holds values that are missing or not numbers \(NaN or infinity\)\.", "表格里有缺失或非数值（NaN 或无穷大）。"),
    (r"The table holds values beyond 1e30\.", "表格里有超过 1e30 的值。"),
    (r"The table is larger than (\d+) MB\.", r"表格超过 \1 MB。"),
    (r"The rows should have (\d+) columns, as the normal ones had; these have (\d+)\.", r"这些行应有 \1 列，与正常数据相同；现有 \2 列。"),
    (r"There is no file (.*)\.", r"没有文件 \1。"),
    (r"There is no folder (.*)\.", r"没有文件夹 \1。"),
    (r"No pictures in (.*); PNG, JPEG, WebP, GIF, BMP and TIFF can be read\.", r"\1 里没有图片；支持 PNG、JPEG、WebP、GIF、BMP 和 TIFF。"),
    (r"This picture has no pixels\.", "这张图片没有像素。"),
    (r"The picture holds values that are not numbers \(NaN or infinity\)\.", "图片里有非数值（NaN 或无穷大）。"),
    (r"The weights in (.*) cannot be read; they are damaged or of another version\.", r"无法读取 \1 里的权重：已损坏或版本不同。"),
    (r"CUDA was asked for, but this machine has no usable CUDA device\.", "要求使用 CUDA，但这台机器没有可用的 CUDA 设备。"),
    (r"Left out, as they do not hold only numbers: (.*)\.", r"以下各列不全是数字，已略去：\1。"),
]


def say(table: dict[str, tuple[str, str]], key: str, language: str) -> str:
    return table[key][LANGUAGES.index(language)]


def error(sentence: str, language: str) -> str:
    """A verb's sentence in the visitor's language."""
    if language == "zh":
        for pattern, chinese in ERRORS:
            if re.fullmatch(pattern, sentence):
                return re.sub(pattern, chinese, sentence)
    return sentence


def choose(query: str | None, accepted: str | None) -> str:
    """The language of the link (`?lang=`), else the browser's first, else English."""
    wanted = query or (accepted or "").split(",")[0]
    return "zh" if wanted.lower().startswith("zh") else "en"
