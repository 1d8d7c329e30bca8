"""The lecture's walk through the tabs: at each step a state of the page, what is to be seen there, a question, and what can be answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from . import words

Both = tuple[str, str]  # (English, Chinese)


@dataclass(frozen=True)
class Step:
    """tab, minutes; look : the element of the page to look at; link : the state of the tab, a pair where the languages differ; shown, question, answer : (English, Chinese)"""

    tab: str
    look: str
    minutes: int
    shown: Both
    question: Both
    answer: Both
    link: dict = field(default_factory=dict)

    def query(self, number: int, language: str, present: bool = True) -> str:
        at = words.LANGUAGES.index(language)
        state = {key: value[at] if isinstance(value, tuple) else value for key, value in self.link.items()}
        return urlencode({"tab": self.tab, **state, "lang": language} | ({"present": 1, "step": number} if present else {}))


STEPS = (
    Step(
        "voice",
        "voice-ab",
        3,
        ("Two clips, and each one's words in the other's voice.", "两段声音，以及用对方的声音说出的各自的话。"),
        (
            "Each frame is 100 numbers. Which of them would you exchange to change who speaks, but not what is said?",
            "每一帧是 100 个数。要换掉说话的人而不换掉说的话，该交换哪些数？",
        ),
        (
            "The 50 of the speaker half. Whatever stays the same while one person speaks is normalised away from the content half, so the speaker can only come through the other.",
            "说话人那一半的 50 个数。一个人说话时保持不变的东西在内容那一半里被归一化消去，所以说话人只能通过另一半传过去。",
        ),
        {"example": 0},
    ),
    Step(
        "voice",
        "voice-morph",
        2,
        ("Move the slider from A to B; then choose “voice only”.", "把滑块从 A 拉到 B；再选“只有声音”。"),
        ("What is left of speech when the content half is empty?", "内容那一半清空以后，语音还剩下什么？"),
        ("A hum in somebody's voice: pitch and colour without a word.", "某个人声音的嗡嗡声：有音高和音色，没有一个字。"),
        {"example": 0, "morph": 1, "whose": "A"},
    ),
    Step(
        "voice",
        "voice-ab",
        2,
        ("Japanese words in an English voice, and the other way round.", "用英语说话人的声音说日语，以及反过来。"),
        (
            "Nobody told the decoder which language it hears. Why can it still exchange the voices?",
            "没有人告诉解码器听到的是哪种语言，为什么还能交换声音？",
        ),
        ("The content half is sounds, not words: a sound can be said in any voice.", "内容那一半是声音而不是词：一个音可以用任何人的声音发出。"),
        {"example": 1},
    ),
    Step(
        "anomaly",
        "anomaly-view",
        2,
        ("A face and a cartoon, through an auto-encoder that has seen only faces.", "一张脸和一张卡通，经过一个只见过脸的自编码器。"),
        ("Where will it rebuild badly, before you look at the heat map?", "看热图之前先猜：哪里会重建得不好？"),
        (
            "Where the picture is not as faces are: the code has no numbers for lines that no face has.",
            "不像脸的地方：编码里没有数可以表示脸上没有的线条。",
        ),
        {"normal": "faces", "method": "strong", "at": 1},
    ),
    Step(
        "anomaly",
        "anomaly-view",
        2,
        (
            "The lecture's plain auto-encoder on scratched metal; then choose the stronger method.",
            "课上讲的普通自编码器看划伤的金属；再选更强的方法。",
        ),
        ("Why does the plain one miss what the stronger one finds?", "为什么普通的看不出，更强的看得出？"),
        (
            "It rebuilds well enough what it never saw, and the error of ordinary texture is as large as that of a scratch.",
            "没见过的东西它也能重建得差不多，而普通纹理的误差和划痕的误差一样大。",
        ),
        {"normal": "tiles", "method": "plain", "at": 1},
    ),
    Step(
        "anomaly",
        "anomaly-charts",
        2,
        ("A low threshold: look at the table of alarms and misses, then move it up.", "阈值很低：看误报和漏报的表，然后把它调高。"),
        ("Which threshold would you take for a bank, and which for a factory?", "银行该取什么阈值？工厂呢？"),
        (
            "There is none that is right for all: it trades alarms for misses, and what each costs is not in the data.",
            "没有对谁都对的阈值：它用误报换漏报，而各自的代价不在数据里。",
        ),
        {"normal": "paper", "method": "strong", "threshold": 0.5},
    ),
    Step(
        "codebook",
        "codebook-map",
        3,
        (
            "A house as 256 whole numbers; each point of the map is one entry of the codebook. Click some.",
            "一座房子变成 256 个整数；地图上每个点是码本的一项。点几个看看。",
        ),
        ("What has an entry come to mean, though nobody named it?", "没有人命名过，一项码学会了代表什么？"),
        (
            "A part: an edge in some direction, a colour, a corner. The card shows where it was used.",
            "一个部件：某个方向的边、一种颜色、一个角。卡片显示它用在哪里。",
        ),
        {"codebook": "image", "example": 20},
    ),
    Step(
        "codebook",
        "codebook-cells",
        2,
        ("The same house with 32 entries only.", "同一座房子，只用 32 项。"),
        ("What goes first when the dictionary is small?", "词典变小，先丢掉的是什么？"),
        ("What is rare: odd colours and fine lines. White paper keeps its entries.", "少见的东西：特别的颜色和细线。白纸仍有自己的项。"),
        {"codebook": "image-32", "example": 20},
    ),
    Step(
        "codebook",
        "codebook-map",
        3,
        ("Speech as a string of entries, coloured by the phone they cover most.", "语音变成一串码，颜色是它最常覆盖的音素。"),
        ("Entries and phones: one to one?", "码和音素是一一对应的吗？"),
        (
            "Nearly, of vowels and hisses; many entries share a phone, by what stands around it. Where texts were known, they were a hint in training.",
            "元音和擦音差不多是；许多码因前后音不同而共用一个音素。训练时凡有文本的地方，文本是一个提示。",
        ),
        {"codebook": "speech", "colour": "by_phone"},
    ),
    Step(
        "summary",
        "summary-cards",
        4,
        (
            "One article, three codes of the same length: a readable one, a private cipher, and its first words.",
            "同一篇文章，三种同样长的编码：可读的、私密的暗号、开头几个词。",
        ),
        ("Which rebuilds the article best, and why is that not the one you would read?", "哪个重建文章最好？为什么那不是你想读的？"),
        (
            "The cipher: generator and reconstructor agreed on it, and nothing asked them to be understood by anyone else. The discriminator asks.",
            "暗号：生成器和重建器自己约定好了，没有人要求别人也能懂。判别器要求这一点。",
        ),
        {"story": ("en-storm", "zh-storm")},
    ),
    Step(
        "summary",
        "summary-reward",
        3,
        ("The words of one draw, each with its realism, the baseline and the credit.", "一次抽样的词，每个词都有真实度、基线和功劳。"),
        (
            "A word is a choice and has no gradient. How can the discriminator's verdict reach the generator?",
            "一个词是选择，没有梯度。判别器的评分怎样传到生成器？",
        ),
        (
            "REINFORCE: draw, judge, and make likelier what was better than usual, word by word.",
            "REINFORCE：抽样、评分，比平常好的词逐个变得更可能。",
        ),
        {"story": ("en-olympics", "zh-olympics")},
    ),
    Step(
        "summary",
        "summary-cards",
        2,
        ("A summary that says the opposite of its article.", "一个和原文意思相反的摘要。"),
        ("All three networks are content with it. What did nobody ask for?", "三个网络都满意。没有人要求的是什么？"),
        (
            "Truth. It reads like a headline and its words help to rebuild the article; “not” is one small word among many.",
            "真实。它读起来像标题，词也有助于重建；“不”只是许多词中的一个小词。",
        ),
        {"story": ("en-mistake-not", "zh-mistake-not")},
    ),
    Step(
        "generate",
        "generate-plane",
        3,
        ("An auto-encoder of two numbers without KL: press Play and look at the plane.", "两个数的自编码器，没有 KL：点播放，看平面。"),
        ("If you draw a place by chance, what will come out?", "随机抽一个位置，会解码出什么？"),
        (
            "Mostly nothing: codes lie in far-off islands, and between them the decoder was never asked.",
            "大多什么也不是：编码分布在很远的岛上，岛之间解码器从未被要求过。",
        ),
        {"live_kl": 0},
    ),
    Step(
        "generate",
        "generate-plane",
        2,
        ("The same with KL: press Play again.", "加上 KL 再来一次：点播放。"),
        ("What is paid for the order in the plane?", "平面上的秩序付出了什么代价？"),
        ("Error: clouds overlap, so pictures blur. That is the β of the walls below.", "误差：云互相重叠，图就变模糊。这就是下面图墙的 β。"),
        {"live_kl": 1.5},
    ),
    Step(
        "generate",
        "generate-walls",
        2,
        ("The same dice through three decoders; then temperature 0.3 and 1.5.", "同一组骰子经过三个解码器；再试温度 0.3 和 1.5。"),
        ("What is lost at low temperature, what at high?", "温度低时失去什么，高时失去什么？"),
        ("Variety, and likeness.", "低时失去多样，高时失去相像。"),
        {"model": "faces", "draw": 7, "temperature": 0.8},
    ),
    Step(
        "compress",
        "compress-slider",
        2,
        ("Ours beside JPEG in as many bytes, at the lowest quality.", "同样多的字节，我们的和 JPEG，最低质量。"),
        ("How does each fail?", "各自怎样失真？"),
        ("JPEG in blocks of 8 × 8; the learned one paints what is usual, smoothly.", "JPEG 出现 8 × 8 的方块；学出来的平滑地画出通常的样子。"),
        {"picture": "coffee", "quality": 1, "against": "JPEG"},
    ),
    Step(
        "compress",
        "compress-code",
        2,
        ("A drawing, and where its bits were spent.", "一张画，以及比特花在哪里。"),
        ("Where would you have spent them?", "换成你，会花在哪里？"),
        ("On what cannot be foreseen from the neighbours: edges. Empty paper is nearly free.", "花在从邻居猜不出的地方：边缘。空白的纸几乎不花。"),
        {"picture": "drawing", "quality": 3, "against": "WEBP"},
    ),
    Step(
        "embeddings",
        "embeddings-grid",
        2,
        (
            "A discriminator that was trained to tell which code belongs to which picture; move the slider to “untrained”.",
            "一个学会判断哪个编码属于哪张图的判别器；把滑块移到“未训练”。",
        ),
        ("Nothing is rebuilt here. What makes the code good?", "这里什么也不重建。什么使编码好？"),
        ("That it tells its own picture from all others: mutual information instead of pixels.", "它能把自己的图和其他图区分开：用互信息代替像素。"),
        {"room": "pictures", "kind": "emoji", "stage": 2},
    ),
    Step(
        "embeddings",
        "embeddings-found",
        2,
        ("A picture turned, sought by each embedding.", "一张转过的图，用每种嵌入去找。"),
        ("Why do the pixels not find it?", "为什么像素找不到它？"),
        (
            "A turned picture has other pixels in every place; the code was trained to forget the turn.",
            "转过之后每个位置的像素都变了；编码被训练成忘掉旋转。",
        ),
        {"room": "find", "what": "emoji", "view": "turned", "at": 20},
    ),
    Step(
        "embeddings",
        "embeddings-thoughts",
        2,
        (
            "The beginnings of two stories, one after the other: which sentence does each model expect next?",
            "两个故事的开头连在一起：每个模型认为下一句是哪句？",
        ),
        (
            "What happens to a code that is only ever pulled to its neighbour, and never pushed from others?",
            "只把相邻的编码拉近、从不推开其他的，会怎样？",
        ),
        (
            "It collapses: all codes are alike, and every sentence follows every other. Look at the last card.",
            "会塌缩：所有编码都一样，每句都可以接每句。看最后一张卡片。",
        ),
        {"room": "sentences", "story": "two"},
    ),
    Step(
        "trees",
        "trees-tree",
        3,
        ("A tree over a sentence, found without ever being shown one.", "一个句子上的树，从未见过任何树而找到的。"),
        (
            "The code is a structure now. What can such a code say that a vector cannot, and what does it forget?",
            "现在编码是一种结构。它能说出向量说不出的什么？又忘了什么？",
        ),
        (
            "It says which words belong together, and can be of any length; it forgets which words they were.",
            "它说出哪些词在一起，而且可以任意长；它忘了是哪些词。",
        ),
    ),
)

WORDS = {
    "lecture.bar": ("The lecture's steps", "课程步骤"),
    "lecture.next": ("Next", "下一步"),
    "lecture.before": ("Back", "上一步"),
    "lecture.leave": ("Leave projector mode", "退出投影模式"),
    "lecture.question": ("Question", "问题"),
    "lecture.answer": ("Answer", "回答"),
}
