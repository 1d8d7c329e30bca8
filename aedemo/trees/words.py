"""The trees tab's words: (English, Chinese)."""

WORDS = {
    "trees.tab": ("Trees", "语法树"),
    "trees.lead": (
        "### A tree as the code\nNobody ever showed this model a tree. It was trained to make sentences likely, summed over all the trees that could have written them; "
        "the trees it then prefers are parses. Type a sentence.",
        "### 以树为编码\n从来没有人给这个模型看过语法树。训练只要求句子的概率高，而概率是对所有可能写出它的树求和；模型之后偏爱的树就是句法分析。请输入一个句子。",
    ),
    "trees.none": ("The trained grammar does not lie in `pretrained/trees`.", "`pretrained/trees` 里没有训练好的语法。"),
    "trees.sentence": ("A sentence in English, up to 60 words", "一个英语句子，最多 60 个词"),
    "trees.placeholder": ("Longer texts are cut at their punctuation.", "更长的文字会在标点处切开。"),
    "trees.go": ("Parse", "分析"),
    "trees.examples": ("Examples", "例子"),
    "trees.part": ("The text is cut at its punctuation; show part", "文字已在标点处切开；显示部分"),
    "trees.facts": (
        "{0} words, {1} possible trees. Log-probability of the words, summed over all of them: {2:.1f} nats.",
        "{0} 个词，{1} 棵可能的树。词的对数概率（对所有树求和）：{2:.1f} 奈特。",
    ),
    "trees.unknown": ("Not in the vocabulary, so known by their looks alone: {0}.", "词表里没有、只能从词形判断：{0}。"),
    # one: the tree
    "trees.room_tree": ("The tree", "树"),
    "trees.fold": (
        "The number at a node: how probable it is, in per cent, that these words are a phrase, over **all** trees; the surer, the bluer and thicker. "
        "A click or Enter folds a node; arrow keys move about. What else could stand at a node is in the next room.",
        "节点上的数字：这些词构成短语的概率（百分比），对**所有**的树求和；越有把握，越蓝越粗。点击或按回车折叠节点，方向键移动。节点处还可以放什么，见下一个房间。",
    ),
    "trees.node": ("“{0}”: a phrase with {1}%", "“{0}”：{1}% 的概率是短语"),
    "trees.word": ("“{0}”, a word", "“{0}”，一个词"),
    "trees.rank": (
        "Other trees: 1 is the one with the most phrases expected to be right, then by probability",
        "其他的树：1 是预期正确短语最多的，其后按概率排列",
    ),
    "trees.shown": (
        "Tree {0} of {1}: it alone has a probability of {2}; the first, {3}. Of its {4} phrases {5:.1f} are expected to be right.",
        "第 {0} 棵，共 {1} 棵：这一棵本身的概率是 {2}，第一棵是 {3}。它的 {4} 个短语中预期有 {5:.1f} 个正确。",
    ),
    "trees.columns": ("Probability of each tree", "每棵树的概率"),
    "trees.column": ("tree {0}: {1}", "第 {0} 棵：{1}"),
    "trees.changed": ("Now together (orange):", "现在成为短语（橙色）："),
    "trees.lost": ("No longer together:", "不再是短语："),
    "trees.brackets": ("As brackets", "括号形式"),
    "trees.svg": ("Download the drawing (SVG)", "下载图（SVG）"),
    "trees.txt": ("Download the brackets", "下载括号"),
    # two: the editor
    "trees.room_edit": ("Replace a node", "替换节点"),
    "trees.choose": (
        "#### The tree as an editor\nEach node is a vector: how probable each symbol is there. Click a node or a word: which phrases could stand there? "
        "Choose one, and the sentence is written again from the tree, with that phrase's vector in the node's place.",
        "#### 以树来编辑\n每个节点是一个向量：各个符号在那里的概率。点击一个节点或词：哪些短语可以放在那里？选一个，句子就从树重新写出，那个节点的向量换成所选短语的。",
    ),
    "trees.near": ("Could stand for “{0}”", "可以代替“{0}”的"),
    "trees.index": (
        "Out of {0:,} phrases of short sentences of ours; the number is how alike the vectors are (Bhattacharyya's coefficient).",
        "选自我们的短句中的 {0:,} 个短语；数字是向量的相似度（Bhattacharyya 系数）。",
    ),
    "trees.phrase": ("Or a phrase of your own", "或你自己的短语"),
    "trees.write": ("Write the sentence again", "重新写出句子"),
    "trees.as_is": ("Written again from the tree as it is", "从原树重新写出"),
    "trees.replaced": ("With the vector of “{0}” in place of “{1}”", "把“{1}”换成“{0}”的向量"),
    "trees.kept": (
        "{0} of {1} words come back. Such a code keeps what kind of word stands where, not which; below the replaced node the decoder has one vector and the shape alone. "
        "Only common words are written, and any number as 0.",
        "{1} 个词中有 {0} 个回来了。这样的编码记住哪里是哪类词，而不是哪个词；在被替换的节点以下，解码器只有一个向量和形状。只会写出常用词，数字都写成 0。",
    ),
    # three: beside others
    "trees.room_compare": ("Beside plain trees", "与简单的树比较"),
    "trees.compare": (
        "#### Is it any better than a rule of thumb?\nEnglish mostly branches to the right, so that alone is hard to beat. Filled and blue: the phrase is in the gold tree, too.",
        "#### 比经验规则好吗？\n英语大多向右分支，仅凭这一点就不容易超过。实心蓝色：标准树里也有这个短语。",
    ),
    "trees.gold": (
        "A gold bracketing: ((the cat) (sat down)), or with labels as the Penn Treebank has them",
        "标准括号：((the cat) (sat down))，或像宾州树库那样带标签",
    ),
    "trees.score": ("Compare", "比较"),
    "trees.again": ("Another random tree", "换一棵随机树"),
    "trees.gold_tree": ("Gold", "标准树"),
    "trees.model_tree": ("This model", "本模型"),
    "trees.right": ("Right-branching", "右分支"),
    "trees.left": ("Left-branching", "左分支"),
    "trees.random": ("Random", "随机"),
    "trees.f1": ("F1 {0:.0f}%: {1} of its {2} phrases are among the gold tree's {3}", "F1 {0:.0f}%：它的 {2} 个短语中有 {1} 个在标准树的 {3} 个之中"),
    "trees.no_gold": (
        "Paste a gold bracketing to see what matches; the examples have one of ours, by the Penn Treebank's rules.",
        "贴入标准括号就能看到哪些一致；例子带有我们按宾州树库规则写的括号。",
    ),
    "trees.counted": ("The whole sentence does not count, nor do single words; labels are not compared.", "整个句子和单个词不计；不比较标签。"),
    "trees.on_card": ("Mean F1 on a treebank, up to {0} words", "树库上的平均 F1，最多 {0} 个词"),
    "trees.looked_at": (
        "Its sentences were looked at while the recipe was made, but never trained on.",
        "制定训练方法时看过这些句子，但从未用来训练。",
    ),
    "trees.taken": (
        "These brackets are of other words, which are now the sentence.",
        "这个括号是另外一些词的，现在以它们为句子。",
    ),
    # four: cost
    "trees.room_cost": ("What it costs", "代价"),
    "trees.cost": (
        "#### The cube of the length\nEvery span of words, and every place where it could be split, is looked at: (n³ − n) / 6 splits. "
        "Twice the words, eight times the splits. What does that take on this server?",
        "#### 长度的立方\n每一段词、每个可能的切分点都要看：共 (n³ − n) / 6 个切分。词数加倍，切分是八倍。在这台服务器上要多久？",
    ),
    "trees.work": (
        "This sentence: {0} words, {1:,} spans, {2:,} splits, instead of {3} trees one by one.",
        "这个句子：{0} 个词，{1:,} 段，{2:,} 个切分，而不用逐一看 {3} 棵树。",
    ),
    "trees.time": ("Time it (a few seconds)", "计时（几秒钟）"),
    "trees.seconds": ("a sentence", "每句"),
    "trees.words": ("words", "词数"),
    "trees.alone": ("one at a time", "一次一句"),
    "trees.together": ("{0} at once", "一次 {0} 句"),
    "trees.cube": ("the cube, through the last point", "立方，过最后一点"),
    "trees.steep": (
        "From {0} to {1} words the time grew as the length to the power of {2:.1f} (at {3} at once, {4:.1f}). Measured on this server just now, by the clock on the wall, "
        "with whatever else it is doing; short sentences take mostly what every call costs, so the cube shows late.",
        "从 {0} 到 {1} 个词，时间按长度的 {2:.1f} 次方增长（一次 {3} 句时为 {4:.1f}）。刚刚在这台服务器上按挂钟测得，包括它同时在做的其他事；短句的时间主要是每次调用的开销，所以立方要到长句才显现。",
    ),
    # the end
    "trees.share": ("Copy a link to all of this", "复制包含全部状态的链接"),
    "trees.how": ("How it works", "工作原理"),
    "trees.guide": (
        "A grammar says how a symbol becomes two others or a word, each with a probability; a sentence's is the sum over every tree, which the inside algorithm finds without listing them. "
        "Training makes that sum large for real sentences, and so the grammar finds that some words belong together; the outside algorithm then says how probable each span is as a phrase, and the tree with the largest sum of these is shown. "
        "The code is that tree and, at each node, the probabilities of its symbols; the decoder writes the likeliest words from them.",
        "语法说明一个符号以多大概率变成另外两个符号或一个词；句子的概率是对所有树求和，inside 算法不必逐一列出就能求得。训练让真实句子的这个和变大，于是语法发现有些词属于一起；outside 算法再给出每一段是短语的概率，显示的就是这些概率之和最大的树。"
        "编码就是这棵树以及每个节点上各符号的概率；解码器由此写出最可能的词。",
    ),
    "trees.shapes": ("This network, this sentence", "这个网络，这个句子"),
    "trees.papers": ("Papers", "论文"),
    "trees.figures": ("Figures on sentences never trained on", "在从未训练过的句子上的指标"),
    "trees.symbols": ("symbols", "符号"),
}
