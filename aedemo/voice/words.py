"""The voice tab's words: (English, Chinese)."""

WORDS = {
    "voice.tab": ("Voice", "声音"),
    "voice.lead": (
        "### Swap what is said and who says it\nGive two voices. Each frame of speech becomes 100 numbers: 50 say **what** is said, 50 say **who** says it. "
        "Exchange the second half, and each voice speaks the other's words.",
        "### 交换“说了什么”和“谁在说”\n给出两个声音。语音的每一帧变成 100 个数：50 个表示**说了什么**，50 个表示**谁在说**。"
        "交换后一半，两个人就说出了对方的话。",
    ),
    "voice.a": ("Voice A", "声音 A"),
    "voice.b": ("Voice B", "声音 B"),
    "voice.examples": ("Or try a pair (synthesised)", "或试试这几对（合成语音）"),
    "voice.go": ("Swap the voices", "交换声音"),
    "voice.model": ("How the halves are kept apart", "两半如何分开"),
    "voice.vocoder": ("From spectrogram to sound", "从频谱到声音"),
    "voice.ab": ("A's words in B's voice", "A 的话，B 的声音"),
    "voice.ba": ("B's words in A's voice", "B 的话，A 的声音"),
    "voice.aa": ("A rebuilt", "重建 A"),
    "voice.bb": ("B rebuilt", "重建 B"),
    "voice.play": (
        "### Between two voices\nOne clip's words, any voice between A's and B's, or beyond: the swap above goes up to 1.6 (less for clips under two seconds), a step past B away from A, "
        "since a trace of the speaker is left in the content; 2 is a caricature.",
        "### 在两个声音之间\n一个片段的话，用 A 与 B 之间的任意声音说出，也可以更远：上面的交换最多取 1.6（不足两秒的片段取得少些），即越过 B、离 A 更远一步，因为内容里还留有一点说话人的痕迹；2 就像漫画了。",
    ),
    "voice.morph": ("Voice: A (0) to B (1), and beyond", "声音：A（0）到 B（1），以及更远"),
    "voice.whose": ("Whose words", "谁的话"),
    "voice.half": ("Which halves", "用哪些半边"),
    "voice.both": ("words and voice", "话与声音"),
    "voice.words_only": ("words only (the average speaker)", "只有话（平均说话人）"),
    "voice.voice_only": ("voice only (no words)", "只有声音（没有话）"),
    "voice.morphed": ("The result", "结果"),
    "voice.share": ("Copy a link to these settings", "复制当前设置的链接"),
    "voice.knows": ("### What the halves know", "### 两半各知道什么"),
    "voice.how": ("How it works", "原理"),
    "voice.caption.code": (
        "The code: content over time, and the one speaker half. Borders: A blue, B orange.",
        "编码：随时间变化的内容，以及唯一的说话人半边。边框：A 蓝，B 橙。",
    ),
    "voice.caption.mel": ("Mel spectrogram with pitch (50 to 600 Hz)", "梅尔频谱与音高（50 到 600 Hz）"),
    "voice.original": ("Original", "原声"),
    "voice.content": ("from content", "由内容"),
    "voice.speaker": ("from speaker half", "由说话人半边"),
    "voice.chance": ("guessing", "随机猜测"),
    "voice.probe": (
        "How often a linear classifier names the speaker of a clip, out of 20 never heard in training.",
        "线性分类器认出说话人的比例（20 个训练中从未出现的说话人）。",
    ),
    "voice.map": ("Speaker halves of the training voices (grey), and yours.", "训练语音的说话人半边（灰），以及你的两个声音。"),
    "voice.guide": (
        "The encoder reads the mel spectrogram (80 bands, a frame each 16 ms) and gives a content half for each 32 ms and one speaker half for the clip. "
        "The decoder rebuilds the spectrogram from both, and a vocoder turns it into sound. Nothing but a detour keeps the halves apart: "
        "with **instance-norm**, normalising each channel over the clip erases what does not change while one speaks, and AdaIN puts the speaker's own back "
        "([Chou et al. 2019](https://arxiv.org/abs/1904.05742)); with **adversarial**, a classifier looks for the speaker in the normalised content and the encoder "
        "learns to hide it ([Chou et al. 2018](https://arxiv.org/abs/1804.02812)). The pitch's height belongs to the speaker, its melody to the content.",
        "编码器读入梅尔频谱（80 个频带，每 16 毫秒一帧），每 32 毫秒给出一个内容半边，整段给出一个说话人半边。"
        "解码器用两者重建频谱，声码器把频谱变成声音。两半分开的办法有两种：**instance-norm** 在整段上对每个通道做归一化，抹去说话时不变的东西，"
        "再由 AdaIN 放回说话人自己的特点（[Chou et al. 2019](https://arxiv.org/abs/1904.05742)）；**adversarial** 则有一个分类器在归一化后的内容里找说话人，"
        "编码器学会把他藏起来（[Chou et al. 2018](https://arxiv.org/abs/1804.02812)）。音高的高低属于说话人，旋律属于内容。",
    ),
    "voice.shapes": ("Shapes of this clip A", "这段 A 的形状"),
    "voice.figures": ("Figures of this model on speakers never heard in training", "该模型在训练中从未出现的说话人上的成绩"),
}
