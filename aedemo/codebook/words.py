"""The codebook tab's words: (English, Chinese)."""

WORDS = {
    "codebook.tab": ("Codebook", "码本"),
    "codebook.lead": (
        "### A dictionary of parts\nHere the code is **discrete**: whatever the encoder says is replaced by the nearest entry of a learned codebook, and only its number is "
        "kept. Each point below is one entry. Click it to see, or hear, what it has come to mean; then change the codes of a picture or a voice.",
        "### 一本“零件”词典\n这里的编码是**离散的**：编码器的输出被替换成码本里最接近的一项，只保留它的编号。下面每个点就是一项。点击它，看看或听听它代表什么；"
        "然后改动一张图片或一段声音的编码。",
    ),
    "codebook.model": ("Codebook", "码本"),
    "codebook.image": ("pictures, 512 codes", "图片，512 个码"),
    "codebook.image-32": ("pictures, 32 codes", "图片，32 个码"),
    "codebook.speech": ("speech", "语音"),
    "codebook.colour": ("Colour by", "着色依据"),
    "codebook.by_use": ("use", "使用频率"),
    "codebook.by_colour": ("mean colour", "平均颜色"),
    "codebook.by_phone": ("phone", "音素"),
    "codebook.by_speakers": ("how mixed its speakers are", "说话人的混合程度"),
    "codebook.by_place": ("place on the map", "地图上的位置"),
    "codebook.layout": ("Map", "地图"),
    "codebook.afresh": ("Draw UMAP afresh", "重新绘制 UMAP"),
    "codebook.neighbours": ("neighbours", "邻居数"),
    "codebook.min_dist": ("least distance", "最小距离"),
    "codebook.redraw": ("Draw", "绘制"),
    "codebook.stop": ("Stop", "停止"),
    "codebook.drawing": ("Drawing the map: {0} s (the first time takes longest)", "正在绘制：{0} 秒（第一次最久）"),
    "codebook.map": ("Map of the {0} codes", "{0} 个码的地图"),
    "codebook.hint": (
        "drag, wheel or + −: move and zoom · click or Enter: open a code · arrows: next",
        "拖动、滚轮或 + −：移动与缩放 · 点击或回车：打开 · 方向键：下一个",
    ),
    "codebook.point": ("code {0}: {1}% of all use", "码 {0}：占 {1}%"),
    "codebook.code": ("Code", "码"),
    "codebook.alone": ("decoded alone", "单独解码"),
    "codebook.use": ("Share of use", "使用占比"),
    "codebook.even": ("even use would be {0}%", "平均应为 {0}%"),
    "codebook.places": ("Where it is used", "它用在哪里"),
    "codebook.nowhere": ("In none of the examples here.", "这里的例子都没有用到它。"),
    "codebook.in_yours": ("in yours", "在你的里面"),
    "codebook.nearest": ("Nearest codes, and their distance", "最近的码及距离"),
    "codebook.phones": ("Phones it covers", "它覆盖的音素"),
    "codebook.mixing": ("Speakers who share it (100%: all alike)", "共用它的说话人（100%：人人一样）"),
    "codebook.own_image": ("### Your own picture\nUpload or draw one, or take a drawing of ours.", "### 你自己的图片\n上传、画一张，或选用我们的。"),
    "codebook.own_speech": ("### Your own voice\nRecord or upload, or take a clip of ours.", "### 你自己的声音\n录音、上传，或选用我们的。"),
    "codebook.picture": ("Upload, paste, take or draw", "上传、粘贴、拍摄或绘画"),
    "codebook.drawings": ("Our drawings", "我们的图画"),
    "codebook.clips": ("Our clips (synthesised)", "我们的声音（合成）"),
    "codebook.record": ("A voice", "声音"),
    "codebook.encode": ("Encode", "编码"),
    "codebook.codes": ("The codes", "编码"),
    "codebook.codes_note": (
        "Colours are places on the map: like colours, near codes. Point at a cell to find its code on the map.",
        "颜色表示在地图上的位置：颜色相近，码也相近。指向一格，可在地图上找到它的码。",
    ),
    "codebook.tool": ("A click or a stroke on the codes", "在编码上点击或划过"),
    "codebook.look": ("looks at the code", "查看该码"),
    "codebook.paint": ("writes the code chosen on the map", "写入地图上选中的码"),
    "codebook.swap": ("exchanges that code for the chosen one, everywhere", "把该码全部换成选中的码"),
    "codebook.topk": ("Keep only the commonest … codes", "只保留最常用的几个码"),
    "codebook.shuffle": ("Shuffle", "打乱"),
    "codebook.reset": ("As it was", "还原"),
    "codebook.result": ("What the decoder makes of it", "解码器的结果"),
    "codebook.opacity": ("Strength of the colours", "颜色的浓度"),
    "codebook.size": (
        "{0} codes of {1} bits: **{2} bytes**. The original: {3} bytes; {4} times as many.",
        "{0} 个码，每个 {1} 比特：**{2} 字节**。原始数据：{3} 字节，是它的 {4} 倍。",
    ),
    "codebook.original": ("original", "原图"),
    "codebook.original_clip": ("original", "原声"),
    "codebook.rebuilt": ("rebuilt", "重建"),
    "codebook.analogy": ("### Query, key, value", "### 查询、键、值"),
    "codebook.analogy_note": (
        "As in attention: what the encoder says of this place is the **query**; each entry of the codebook is a **key**; the likeness decides. Attention would mix the values "
        "by these shares; a codebook takes the winner alone, and its key is also its **value**.",
        "和注意力机制一样：编码器对这个位置的输出是**查询**，码本的每一项是**键**，由相似度决定。注意力会按这些比例混合各个值；码本只取第一名，而它的键同时就是**值**。",
    ),
    "codebook.query": ("query: this place", "查询：这个位置"),
    "codebook.keys": ("keys: distance, and share if it were attention", "键：距离，以及若是注意力时的比例"),
    "codebook.value": ("value: the key itself", "值：就是这个键"),
    "codebook.contrast": ("### The same picture in other codes", "### 同一张图片，不同的编码"),
    "codebook.contrast_note": (
        "512 entries or 32; and the lecture's simpler discrete codes, one-hot and binary by Gumbel-softmax, at the same bits as the 512.",
        "512 项或 32 项；以及课上更简单的离散编码：用 Gumbel-softmax 得到的 one-hot 与二进制，比特数与 512 项相同。",
    ),
    "codebook.flip": ("### Why binary, when one-hot would do?", "### 为什么用二进制而不是 one-hot？"),
    "codebook.flip_note": (
        "A flip book: any top half over any bottom half, one code of 9 bits for the page. These pages were **never shown** in training, though each half was, in others. "
        "A one-hot code has no entry for them; a binary one can put together bits that it knows.",
        "一本翻页书：任意的上半配任意的下半，每页一个 9 比特的码。这些页在训练中**从未出现**，但每个半边都在别的页里出现过。one-hot 没有为它们准备的项；二进制可以把认识的比特拼起来。",
    ),
    "codebook.page": ("page", "这一页"),
    "codebook.right": ("Rebuilt nearer to the page than to any other of the 256", "重建结果最接近这一页（而不是另外 255 页）的比例"),
    "codebook.seen": ("shown", "见过的"),
    "codebook.unseen": ("never shown", "没见过的"),
    "codebook.table": (
        "### Codes against phones\nA column a code, a row a phone; bright where the code is that phone. Click a column.",
        "### 码与音素\n每列一个码，每行一个音素；越亮，这个码越常是这个音素。点击一列。",
    ),
    "codebook.table_label": ("Share of each code's frames in which each phone is spoken", "每个码的时刻里各音素所占的比例"),
    "codebook.share": ("Copy a link to these settings", "复制当前设置的链接"),
    "codebook.how": ("How it works", "原理"),
    "codebook.guide": (
        "The encoder gives a vector for each place (picture: 4 × 4 pixels; speech: 32 ms). The nearest of the K vectors of the codebook takes its stead, and its number is the "
        "code ([VQ-VAE](https://arxiv.org/abs/1711.00937)). A choice has no gradient, so the decoder's is handed to the encoder as it is (*straight through*). The codebook "
        "is no weight: each entry is the moving average of the vectors that chose it; it begins with k-means, and an entry that nobody chooses is moved to where vectors are.\n\n"
        "**One-hot** and **binary** codes are drawn at random while training, with Gumbel noise and a softmax that lets gradients pass "
        "([Jang et al. 2016](https://arxiv.org/abs/1611.01144)). In speech the decoder is told who speaks (AdaIN), so the codes need not say it.",
        "编码器为每个位置（图片：4 × 4 像素；语音：32 毫秒）给出一个向量，由码本的 K 个向量里最近的一个代替它，编号就是码（[VQ-VAE](https://arxiv.org/abs/1711.00937)）。"
        "选择没有梯度，所以把解码器的梯度原样交给编码器（*straight through*）。码本不是权重：每一项是选择它的向量的移动平均；用 k-means 开始，没人选的项会被移到有向量的地方。\n\n"
        "**One-hot** 与**二进制**在训练时用 Gumbel 噪声随机抽取，softmax 让梯度通过（[Jang et al. 2016](https://arxiv.org/abs/1611.01144)）。"
        "在语音里，解码器另外知道谁在说话（AdaIN），所以码不必说明这一点。",
    ),
    "codebook.shapes": ("Shapes", "形状"),
    "codebook.figures": ("Figures on what was never trained on, from the models' cards", "在未参加训练的数据上的成绩（来自模型卡）"),
    "codebook.none": (
        "No codebook is trained yet: `python -m aedemo train codebook --help`.",
        "还没有训练好的码本：`python -m aedemo train codebook --help`。",
    ),
}
