"""The generate tab's words: (English, Chinese)."""

WORDS = {
    "generate.tab": ("Generate", "生成"),
    "generate.lead": (
        "### The decoder alone\nThrow the encoder away, draw a code by chance, decode it: does a picture come out? Only if the codes were made to fill a place that one can draw from. "
        "That is what the **variational** auto-encoder adds to the plain one.",
        "### 只用解码器\n扔掉编码器，随机抽一个编码，解码：会出现一张图吗？只有当编码被要求填满一个可以抽样的区域时才会。这就是**变分**自编码器比普通自编码器多出来的东西。",
    ),
    "generate.live": (
        "#### Train one now\nAn auto-encoder of small digits whose code is **two numbers**, so all of it can be drawn: each dot is a digit where the encoder puts it, coloured by which digit it is (never told to the network); "
        "behind them, what the decoder makes of each place.",
        "#### 现在就训练一个\n一个小数字的自编码器，编码只有**两个数**，所以可以整个画出来：每个点是编码器放置的一个数字，颜色表示是几（从未告诉网络）；背景是解码器对每个位置画出的图。",
    ),
    "generate.kl": ("KL: how much the code must be Gaussian (0: a plain auto-encoder)", "KL：编码必须多像高斯（0：普通自编码器）"),
    "generate.noise": ("Noise added to what the encoder sees", "加在编码器输入上的噪声"),
    "generate.width": ("Width: hidden units", "宽度：隐藏单元数"),
    "generate.rate": ("Learning rate", "学习率"),
    "generate.seed": ("Seed", "随机种子"),
    "generate.play": ("▶ Play", "▶ 播放"),
    "generate.pause": ("Pause", "暂停"),
    "generate.step": ("Step", "单步"),
    "generate.again": ("Begin again", "重新开始"),
    "generate.epoch": (
        "Seen all digits {0} of {1} times · error {2:.1f} nats, KL {3:.2f} nats a digit · nearest neighbour is the same digit: {4:.0f}%",
        "所有数字已看过 {0} / {1} 遍 · 每个数字误差 {2:.1f} 纳特，KL {3:.2f} 纳特 · 最近邻是同一个数字：{4:.0f}%",
    ),
    "generate.untrained": ("Not trained yet: the first weights, by chance.", "还没有训练：随机的初始权重。"),
    "generate.plane": ("The plane of all codes: dots are digits, pictures are decoded places", "所有编码的平面：点是数字，图是解码的位置"),
    "generate.losses": ("Error (blue) and KL (orange) in nats, as it learns", "学习过程中的误差（蓝）与 KL（橙），单位纳特"),
    "generate.walls": (
        "#### Drawn by chance\nThe same dice, three decoders. Click a picture on the left to take its code below.",
        "#### 随机抽取\n同样的骰子，三个解码器。点击左边的一张图，把它的编码拿到下面。",
    ),
    "generate.model": ("Pictures", "图片"),
    "generate.faces": ("Faces", "人脸"),
    "generate.emoji": ("Emoji", "表情符号"),
    "generate.beta": ("β: how strongly the code is held to the Gaussian", "β：编码被拉向高斯的强度"),
    "generate.temperature": ("Temperature: how far from the middle", "温度：离中心多远"),
    "generate.draw": ("Draw others", "再抽一些"),
    "generate.wall_vae": ("Variational, drawn from the Gaussian it was trained for", "变分自编码器，从训练时的高斯中抽取"),
    "generate.wall_plain": ("Plain, drawn from the same Gaussian", "普通自编码器，从同样的高斯中抽取"),
    "generate.wall_fitted": ("Plain, drawn from a Gaussian fitted to its codes", "普通自编码器，从拟合其编码的高斯中抽取"),
    "generate.distance": ("kernel distance to real pictures: {0:.2f}", "与真实图片的核距离：{0:.2f}"),
    "generate.distance_real": (
        "Kernel distance at temperature 1, on features of another network of this page; two sets of real pictures are {0:.2f} apart.",
        "温度为 1 时的核距离，用本页另一个网络的特征计算；两组真实图片之间的距离为 {0:.2f}。",
    ),
    "generate.edit": (
        "#### Turn the code's numbers\nThe eight that change most. A name stands where one measured thing follows the number (its correlation beside it); most numbers do several things at once, and have none.",
        "#### 转动编码里的数\n影响最大的八个。只有当某个可测量的性质确实随它变化时才给出名字（旁边是相关系数）；多数数同时改变好几件事，因此没有名字。",
    ),
    "generate.axis": ("number {0}", "第 {0} 个数"),
    "generate.axis.brightness": ("brightness", "亮度"),
    "generate.axis.contrast": ("contrast", "对比度"),
    "generate.axis.left": ("lighter on the left", "左边更亮"),
    "generate.axis.top": ("lighter above", "上方更亮"),
    "generate.axis.background": ("lighter around than in the middle", "四周比中间亮"),
    "generate.axis.red": ("red rather than green", "偏红而非绿"),
    "generate.axis.yellow": ("yellow rather than blue", "偏黄而非蓝"),
    "generate.own": ("Your own picture, encoded", "编码你自己的图片"),
    "generate.own_hint": ("A face fills the frame best", "脸最好占满画面"),
    "generate.decoded": ("Decoded", "解码结果"),
    "generate.pad": ("Walk: the first two numbers as a plane; click, drag, or use the arrow keys", "漫步：前两个数构成的平面；点击、拖动或用方向键"),
    "generate.film": (
        "#### From A to B, and A − B + C\nCodes can be added. On the way from A to B the decoder draws something at every step; a cross-fade of the pixels shows two ghosts instead.",
        "#### 从 A 到 B，以及 A − B + C\n编码可以相加。从 A 走到 B，每一步解码器都画出一张图；而像素的淡入淡出只会出现两个重影。",
    ),
    "generate.a": ("A: from here", "A：起点"),
    "generate.b": ("B: to there", "B：终点"),
    "generate.c": ("C: added", "C：加上"),
    "generate.through": ("Through the code", "经过编码"),
    "generate.fade": ("Cross-fade of pixels", "像素淡入淡出"),
    "generate.sum": ("A − B + C, decoded", "A − B + C 的解码"),
    "generate.rebuilt": ("A, B and C, each rebuilt from its code", "A、B、C 各自由编码重建"),
    "generate.share": ("Copy a link to all of this", "复制包含全部状态的链接"),
    "generate.none": ("No trained generator lies in `pretrained/generate`.", "`pretrained/generate` 里没有训练好的模型。"),
    "generate.how": ("How it works", "工作原理"),
    "generate.guide": (
        "The encoder says of each picture where its code lies **and how unsure it is**; a code is drawn from there, so places near by must decode to nearly the same. "
        "A second demand, the Kullback-Leibler divergence, pulls all these clouds together into one standard Gaussian, so that no holes are left. β says how strong that demand is: "
        "too weak, and there are holes; too strong, and the code says little, and all faces become one. The plain auto-encoder has neither demand: its codes lie anywhere, and between them is nothing.\n\n"
        "Over a few thousand pictures the clouds never quite fill the Gaussian, and what is drawn from the empty places looks like nothing. So a **flow** learns afterwards where the clouds are: "
        "it carries Gaussian noise to codes, and codes back to noise. What is drawn, turned, walked and added on this page is that noise.",
        "编码器对每张图不仅说编码在哪里，**还说自己有多不确定**；编码就从那里抽取，所以附近的位置必须解码出差不多的图。"
        "第二个要求，KL 散度，把所有这些云团拉到一个标准高斯里，于是不留空洞。β 表示这个要求有多强：太弱会有空洞；太强编码就说不出什么，所有的脸都变成同一张。"
        "普通自编码器没有这两个要求：编码可以在任何地方，而它们之间什么也没有。\n\n图片只有几千张，云团填不满整个高斯，从空隙里抽出的编码什么也不像。所以训练之后再由一个**流**学会云团在哪里：它把高斯噪声送到编码，也把编码送回噪声。这一页上抽取、转动、漫步、相加的，都是这个噪声。",
    ),
    "generate.shapes": ("This network", "这个网络"),
    "generate.figures": ("Figures on pictures never trained on", "在从未训练过的图片上的指标"),
    "generate.papers": ("Papers", "论文"),
}
