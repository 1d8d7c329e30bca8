"""The embeddings tab's words: (English, Chinese)."""

WORDS = {
    "embeddings.tab": ("Embeddings", "嵌入"),
    "embeddings.lead": (
        "### More than rebuilding\nAn auto-encoder is judged by whether its code can be turned back into the input. But a code is good if it is **representative**: "
        "one can tell which input it belongs to, what comes next, what is alike. Here nothing is ever rebuilt.",
        "### 不只是重建\n自编码器的好坏看编码能不能变回输入。但一个编码好不好，要看它有没有**代表性**：能不能看出它属于哪个输入、接下来是什么、什么和什么相像。这里从不重建任何东西。",
    ),
    "embeddings.room_pictures": ("Picture and code", "图片与编码"),
    "embeddings.room_find": ("The most similar", "最相像的"),
    "embeddings.room_speech": ("Speech: what comes next", "语音：接下来是什么"),
    "embeddings.room_sentences": ("Sentences: which comes next", "句子：下一句是哪句"),
    "embeddings.room_probe": ("Same probe, each objective", "同样的探针，不同的目标"),
    "embeddings.none": (
        "The trained encoders of this room do not lie in `pretrained/embeddings`.",
        "`pretrained/embeddings` 里没有这个房间需要的编码器。",
    ),
    # one: Deep InfoMax
    "embeddings.pictures": (
        "#### Does this code belong to this picture?\nThe discriminator sees a picture (column) and a code (row) and says how surely they belong together. "
        "A bright diagonal: each code fits its own picture and no other. All grey: the codes say nothing. Move the slider.",
        "#### 这个编码属于这张图吗？\n判别器看一张图（列）和一个编码（行），说它们有多大把握是一对。对角线明亮：每个编码只适合自己的图。全灰：编码什么也没说。请拖动滑块。",
    ),
    "embeddings.kind": ("Pictures", "图片"),
    "embeddings.emoji": ("Emoji", "表情符号"),
    "embeddings.faces": ("Faces", "人脸"),
    "embeddings.digits": ("Digits", "数字"),
    "embeddings.stage": (
        "Trained: 0 not yet, 1 half-way (a tenth of the steps), 2 to the end",
        "训练程度：0 未训练，1 半途（十分之一的步数），2 训练完",
    ),
    "embeddings.stage_untrained": ("untrained", "未训练"),
    "embeddings.stage_half": ("half-trained", "训练一半"),
    "embeddings.stage_trained": ("trained", "训练完"),
    "embeddings.draw": ("Other examples", "换一些例子"),
    "embeddings.own": ("Your own pictures join in (up to 8)", "加入你自己的图片（最多 8 张）"),
    "embeddings.grid": ("Codes of pictures (rows) against pictures (columns)", "图片的编码（行）对图片（列）"),
    "embeddings.cell": ("The code of picture {0} with picture {1}: belongs with {2}", "图片 {0} 的编码与图片 {1}：{2} 的把握是一对"),
    "embeddings.hint": (
        "Point at a cell, or use the arrow keys. The frame is the best in its row: blue if it is the code's own picture, orange if not.",
        "指向一格，或用方向键。框出的是每行最高的一格：蓝色表示正是自己的图，橙色表示不是。",
    ),
    "embeddings.not": ("not a pair", "不是一对"),
    "embeddings.unsure": ("cannot say", "说不准"),
    "embeddings.pair": ("a pair", "是一对"),
    "embeddings.picture": ("picture", "图片"),
    "embeddings.found": ("Codes that find their own picture among these {0}", "在这 {0} 张图中找到自己的图的编码"),
    "embeddings.found_card": ("Among {0} pictures never trained on: {1}", "在 {0} 张从未训练过的图中：{1}"),
    "embeddings.chance": ("by chance", "瞎猜"),
    "embeddings.examples_are": (
        "The emoji are drawings of ours, the faces are nobody's: our generator drew them; the digits are scikit-learn's, none of them trained on.",
        "表情是我们画的；人脸不是任何人，由我们的生成器画出；数字来自 scikit-learn，都没有训练过。",
    ),
    # two: find
    "embeddings.find": (
        "#### Find the most similar\nChoose one below, or bring your own. Each column shows the five nearest by one embedding (cosine). "
        "Of a picture **seen otherwise** (turned, from near by, in other light) the same picture should come first: it is framed blue.",
        "#### 找最相像的\n在下面选一个，或给出你自己的。每一列是某种嵌入下最近的五个（余弦）。如果把图片**换个样子看**（旋转、凑近、换光线），同一张图应排第一：用蓝框标出。",
    ),
    "embeddings.what": ("Among", "在什么里面找"),
    "embeddings.clips": ("Clips of speech", "语音片段"),
    "embeddings.sentences": ("Sentences", "句子"),
    "embeddings.view": ("Seen otherwise", "换个样子看"),
    "embeddings.as_is": ("as it is", "原样"),
    "embeddings.turned": ("turned", "旋转"),
    "embeddings.near": ("from near by", "凑近"),
    "embeddings.moved": ("moved", "移动"),
    "embeddings.mirrored": ("mirrored", "镜像"),
    "embeddings.light": ("in other light", "换光线"),
    "embeddings.own_picture": ("Your own picture", "你自己的图片"),
    "embeddings.own_clip": ("Your own voice", "你自己的声音"),
    "embeddings.own_sentence": ("Your own sentence (English)", "你自己的句子（英文）"),
    "embeddings.ask": ("Find", "查找"),
    "embeddings.play": ("Play", "播放"),
    "embeddings.query": ("Sought", "要找的"),
    "embeddings.place": ("itself at place {0} of {1}", "自己排在第 {0} 位（共 {1}）"),
    "embeddings.way_infomax": ("Deep InfoMax, {0} numbers", "Deep InfoMax，{0} 个数"),
    "embeddings.way_plain": ("Plain auto-encoder, {0} numbers", "普通自编码器，{0} 个数"),
    "embeddings.way_pca": ("Principal components, {0} numbers", "主成分，{0} 个数"),
    "embeddings.way_pixels": ("Pixels, {0} numbers", "像素，{0} 个数"),
    "embeddings.way_cpc": ("CPC codes, mean and deviation, {0} numbers", "CPC 编码的均值与标准差，{0} 个数"),
    "embeddings.way_plain-speech": ("Plain auto-encoder, mean and deviation, {0} numbers", "普通自编码器的均值与标准差，{0} 个数"),
    "embeddings.way_mel": ("Log-mel frames, mean and deviation, {0} numbers", "对数梅尔帧的均值与标准差，{0} 个数"),
    "embeddings.way_quick-thought": ("Quick-thought", "Quick-thought 编码"),
    "embeddings.way_skip-thought": ("Skip-thought", "Skip-thought 编码"),
    "embeddings.way_sentences-plain": ("Plain auto-encoder", "普通自编码器"),
    "embeddings.way_collapsed": ("Quick-thought without negatives", "没有负例的 Quick-thought"),
    # three: CPC
    "embeddings.speech": (
        "#### From what was heard, tell what comes\nAt every moment the code has to pick the true sound a few frames (16 ms each) ahead from among all later ones of the clip. "
        "Voice and room are the same in all of them and help nothing; what is being said does.",
        "#### 由已听到的，说出将要来的\n在每个时刻，编码要从片段中之后所有的声音里挑出几帧（每帧 16 毫秒）之后真正的那个。说话人和房间处处相同，帮不上忙；说的内容才有用。",
    ),
    "embeddings.voice": ("Record or upload a voice", "录音或上传"),
    "embeddings.examples": ("Examples", "示例"),
    "embeddings.ahead": ("Frames ahead", "提前几帧"),
    "embeddings.mel": ("What is heard: log-mel frames", "听到的：对数梅尔帧"),
    "embeddings.codes": (
        "The codes: their three main directions as red, green and blue, equal for all clips; below, all {0} numbers",
        "编码：三个主方向显示为红、绿、蓝，所有片段相同；下面是全部 {0} 个数",
    ),
    "embeddings.sure": (
        "How likely the true frame was held to be: 1 to {0} frames ahead, from top to bottom; bright is sure",
        "认为真正那一帧有多可能：从上到下为提前 1 到 {0} 帧；越亮越有把握",
    ),
    "embeddings.guesses": (
        "{0} frames ahead: from each moment (row) which later frame (column) is taken; the diagonal is the truth",
        "提前 {0} 帧：在每个时刻（行）认为是后面的哪一帧（列）；对角线是正确答案",
    ),
    "embeddings.right": ("right", "猜对"),
    "embeddings.milliseconds": ("milliseconds ahead", "提前的毫秒数"),
    "embeddings.right_told": (
        "{0} frames ({1:.0f} ms) ahead the true frame is picked {2:.1f}% of the time; by chance it would be {3:.1f}%.",
        "提前 {0} 帧（{1:.0f} 毫秒），{2:.1f}% 的时刻挑中真正的那一帧；瞎猜是 {3:.1f}%。",
    ),
    "embeddings.overlap": (
        "That is easy: what a code says of a frame is made of a tenth of a second of sound, and some of it was heard already.",
        "这并不难：一帧的编码来自大约十分之一秒的声音，其中一部分已经听过了。",
    ),
    "embeddings.no_overlap": ("Nothing of that sound has been heard yet.", "那里的声音还完全没有听到。"),
    "embeddings.fresh": ("not heard yet", "还没听到"),
    "embeddings.probe_phones": (
        "Phones, read by a linear probe from one frame of people it has never heard",
        "音素：线性探针从一帧读出，说话人是它从未听过的",
    ),
    "embeddings.probe_speakers": ("Speakers, read by a linear probe from a whole clip", "说话人：线性探针从整段读出"),
    "embeddings.bar_codes": ("CPC codes", "CPC 编码"),
    "embeddings.bar_mel": ("log-mel frames", "对数梅尔帧"),
    "embeddings.bar_centred": ("log-mel, centred", "对数梅尔，减去均值"),
    "embeddings.bar_plain": ("plain auto-encoder", "普通自编码器"),
    "embeddings.majority": ("the commonest phone", "最常见的音素"),
    # four: sentences
    "embeddings.paragraph": (
        "#### Which sentence comes next?\nOf each sentence (row) the model takes one of the others (column) for the next. The line just right of the diagonal is the truth, and hard to tell among sentences of one story; of two stories, a good code stays in its own: two blocks. "
        "The last model was trained **without negatives**, only to make neighbours alike: it made everything alike.",
        "#### 下一句是哪一句？\n对每个句子（行），模型从其余句子（列）中挑一个当作下一句。紧挨对角线右边的一条是正确答案，在同一个故事的句子里很难猜中；如果有两个故事，好的编码会留在自己的故事里：出现两个方块。最后一个模型训练时**没有负例**，只要求相邻的句子相像：结果所有编码都一样了。",
    ),
    "embeddings.text": ("A paragraph in English", "一段英文"),
    "embeddings.placeholder": ("Paste some sentences in order …", "粘贴几句连续的话……"),
    "embeddings.go": ("Which comes next?", "下一句是哪句？"),
    "embeddings.expects": ("After sentence {0} it expects {1} ({2:.0f}%)", "第 {0} 句之后，它认为是第 {1} 句（{2:.0f}%）"),
    "embeddings.next_cell": ("After sentence {0} comes {1}: {2}", "第 {0} 句之后是第 {1} 句：{2}"),
    "embeddings.next_right": ("{0} of {1} right", "{1} 个中对了 {0} 个"),
    "embeddings.cosine": ("mean cosine between its codes of different sentences: {0:.2f}", "不同句子的编码之间的平均余弦：{0:.2f}"),
    "embeddings.code_rows": ("the codes, a row a sentence", "编码，每行一句"),
    "embeddings.cut": ("The text has {0} sentences; the first {1} are shown.", "文字有 {0} 句；显示前 {1} 句。"),
    "embeddings.english": (
        "These encoders have read English only, much of it old: speeches and a novel of the sea.",
        "这些编码器只读过英文，其中很多是旧文：演讲和一部关于大海的小说。",
    ),
    # five: the same probe
    "embeddings.special": (
        "#### The plain auto-encoder is the special case\nAll of these say of two things whether they belong together: a picture and its code, now and soon, a sentence and the next. "
        "Plain auto-encoding is the special case with **only positive pairs**: an input and its own code, and never a wrong one. "
        "So there nothing says that a code must tell its input *from others*. Same encoder, same data, as many steps (of sentences also as many seconds); then the same probe:",
        "#### 普通自编码器是特例\n以上这些都在判断两样东西是不是一对：图片与编码，现在与将来，一句与下一句。普通自编码是**只有正例**的特例：输入与它自己的编码，从来没有错的配对。"
        "因此没有什么要求编码把输入*与别的区分开*。同样的编码器、同样的数据、同样多的步数（句子另比同样多的秒数）；再用同样的探针：",
    ),
    "embeddings.p_digits": ("Digits: a linear probe on {0} numbers", "数字：{0} 个数上的线性探针"),
    "embeddings.p_digits_few": ("The same, taught with 100 digits", "同上，只用 100 个数字来教"),
    "embeddings.p_emoji": ("Emoji: of the five nearest, how many are of the same group", "表情：最近的五个中有多少属于同一组"),
    "embeddings.p_phones": ("Speech: phones, by a linear probe on one frame", "语音：一帧上的线性探针读音素"),
    "embeddings.p_next": (
        "Sentences: the next one among 50, by two linear maps fitted alike",
        "句子：从 50 句中找下一句，用同样方式拟合的两个线性映射",
    ),
    "embeddings.p_next_budget": ("The same, each objective trained for as many seconds", "同上，每个目标训练相同的秒数"),
    "embeddings.p_cosine": ("Sentences: mean cosine of codes of unlike ones (lower is better)", "句子：不相像的句子的编码的平均余弦（越低越好）"),
    "embeddings.n_infomax": ("Deep InfoMax", "Deep InfoMax 编码"),
    "embeddings.n_plain": ("plain auto-encoder", "普通自编码器"),
    "embeddings.n_views": ("auto-encoder of the same views", "重建同样视图的自编码器"),
    "embeddings.n_pca": ("principal components", "主成分"),
    "embeddings.n_pixels": ("pixels", "像素"),
    "embeddings.n_cpc": ("CPC", "CPC 编码"),
    "embeddings.n_centred": ("log-mel, centred", "对数梅尔，减去均值"),
    "embeddings.n_mel": ("log-mel frames", "对数梅尔帧"),
    "embeddings.n_quick": ("quick-thought", "quick-thought 编码"),
    "embeddings.n_skip": ("skip-thought", "skip-thought 编码"),
    "embeddings.n_collapsed": ("no negatives", "没有负例"),
    "embeddings.faster": (
        "Quick-thought was as good as skip-thought ever became after {0:.0f} seconds of training, skip-thought after {1:.0f}: {2:.1f} times faster.",
        "Quick-thought 训练 {0:.0f} 秒就达到了 skip-thought 的最好水平，skip-thought 用了 {1:.0f} 秒：快 {2:.1f} 倍。",
    ),
    "embeddings.unmeasured": (
        "These encoders have not been measured yet: <code>python -m aedemo evaluate embeddings</code>.",
        "这些编码器还没有测量：<code>python -m aedemo evaluate embeddings</code>。",
    ),
    # the end
    "embeddings.share": ("Copy a link to all of this", "复制包含全部状态的链接"),
    "embeddings.how": ("How it works", "工作原理"),
    "embeddings.guide": (
        "Two things that belong together, and many that do not, are shown to a network that has to tell which is which; the code is what it needs for that. "
        "**Deep InfoMax** pairs a picture with its own code, seen in another view; **CPC** what was heard so far with what comes; **quick-thought** a sentence with the next. "
        "**Skip-thought** writes the neighbours word by word instead, which is slower; and without wrong pairs all codes may become one, which is the end of them.",
        "给网络看属于一对的两样东西，以及许多不是一对的，让它分辨；编码就是分辨所需要的东西。**Deep InfoMax** 把图片与它另一个样子的编码配对；**CPC** 把已听到的与将要来的配对；**quick-thought** 把一句与下一句配对。"
        "**Skip-thought** 则逐词写出相邻的句子，比较慢；而没有错误的配对，所有编码都可能变成同一个，也就没用了。",
    ),
    "embeddings.shapes": ("This network", "这个网络"),
    "embeddings.of": ("{0} pictures", "{0} 张图"),
    "embeddings.papers": ("Papers", "论文"),
    "embeddings.figures": ("Figures on data never trained on", "在从未训练过的数据上的指标"),
}
