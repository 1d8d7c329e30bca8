"""The compress tab's words: (English, Chinese)."""

WORDS = {
    "compress.tab": ("Compress", "压缩"),
    "compress.lead": (
        "### The code as a file\nHere the code is rounded, counted, and written as **real bytes**. The same number of bytes is then given to JPEG and to WebP: which picture is nearest to the original? "
        "Drag the line across the picture.",
        "### 编码就是文件\n这里的编码被取整、计数，写成**真正的字节**。再给 JPEG 和 WebP 同样多的字节：哪一张最接近原图？拖动图上的分界线来比较。",
    ),
    "compress.image": ("Your picture: upload, photograph or paste", "你的图片：上传、拍照或粘贴"),
    "compress.examples": ("Ready pictures", "现成的图片"),
    "compress.quality": ("Quality: small files (1) to fine pictures (6)", "质量：从小文件（1）到好画质（6）"),
    "compress.against": ("Right of the line", "分界线右边"),
    "compress.original": ("Original", "原图"),
    "compress.left": ("Left: ours. Right: what you choose.", "左：我们的。右：由你选择。"),
    "compress.slider": ("Ours, and what it is compared with", "我们的结果与对照"),
    "compress.ours": ("Ours", "我们的"),
    "compress.bytes": ("{0} bytes", "{0} 字节"),
    "compress.bpp": ("bits per pixel", "每像素比特"),
    "compress.larger": (
        "{0} cannot be as small: this is its smallest.",
        "{0} 做不到这么小：这是它最小的文件。",
    ),
    "compress.nearest": ("nearest to the original", "最接近原图"),
    "compress.error": ("Error: black none, bright much (48 grey levels and more)", "误差：黑为无，亮为大（48 个灰度级及以上）"),
    "compress.original_size": (
        "The original as plain pixels: {0} bytes; ours is {1:.0f} times smaller.",
        "原始像素共 {0} 字节；我们的文件小 {1:.0f} 倍。",
    ),
    "compress.curve": (
        "#### Bits against likeness, of this very picture\nEach point is a real file. The ring is where you are. Further left: smaller; further up: nearer to the original.",
        "#### 这张图的比特与相似度\n每个点都是一个真实的文件，圆圈是你现在的位置。越靠左越小，越靠上越接近原图。",
    ),
    "compress.curve_label": ("PSNR in dB against bits per pixel, of ours, JPEG and WebP", "我们的、JPEG 和 WebP 的 PSNR（dB）与每像素比特"),
    "compress.code": (
        "#### Where the bits go\nEach block of 16 × 16 pixels is 320 numbers, most of them 0. What can be foreseen from the numbers around costs next to nothing.",
        "#### 比特用在哪里\n每块 16 × 16 像素是 320 个数，大多为 0。能从周围的数预见到的几乎不花比特。",
    ),
    "compress.places": ("Bits of each block ({0:.0f} on average, {1:.0f} at most)", "每块的比特（平均 {0:.0f}，最多 {1:.0f}）"),
    "compress.channels": ("Bits of each of the 320 numbers, the strongest first", "320 个数各自的比特，最强的在前"),
    "compress.costliest": (
        "The costliest numbers, as pictures (red below 0, blue above); what share of the bits each takes",
        "最贵的几个数，画成图（红：小于 0，蓝：大于 0），及其所占比特的份额",
    ),
    "compress.file": (
        "#### The file\nDownload it, look at it in a hex editor, send it to somebody: this page opens it again from its bytes alone.",
        "#### 文件\n下载它，用十六进制编辑器看看，发给别人：本页只凭这些字节就能再打开它。",
    ),
    "compress.download": ("Download picture.aedc ({0} bytes)", "下载 picture.aedc（{0} 字节）"),
    "compress.beginning": ("Its first bytes", "开头的字节"),
    "compress.open": ("Open a file: .aedc", "打开文件：.aedc"),
    "compress.opened": ("From {0} bytes", "来自 {0} 字节"),
    "compress.told": ("{0} × {1} pixels, quality {2}, {3} bytes, {4:.3f} bits per pixel", "{0} × {1} 像素，质量 {2}，{3} 字节，每像素 {4:.3f} 比特"),
    "compress.smaller": (
        "The picture has {0} × {1} pixels; the page compares it at {2} × {3}. From Python it is compressed as it is.",
        "图片有 {0} × {1} 像素；本页以 {2} × {3} 来比较。用 Python 可按原尺寸压缩。",
    ),
    "compress.share": ("Copy a link to this", "复制当前状态的链接"),
    "compress.none": ("No trained codec lies in `pretrained/compress`.", "`pretrained/compress` 里没有训练好的模型。"),
    "compress.how": ("How it works", "工作原理"),
    "compress.guide": (
        "An encoder turns each block of pixels into numbers; they are **rounded**, and what is lost there is lost for good. "
        "A network **foresees** each number from those written before it, and a range coder spends few bits where it was right and many where it was wrong. "
        "Training asks for both at once: few bits and little error, at six exchange rates.\n\n"
        "JPEG does the same with a fixed transform (cosines) and fixed expectations. Writer and reader must foresee exactly alike, or one wrong bit spoils all that follows; "
        "so the foreseeing networks are made of whole numbers, and a file opens to the same code on every machine.",
        "编码器把每块像素变成一些数；这些数被**取整**，在这里丢掉的就永远丢掉了。一个网络根据已经写下的数**预见**下一个数，"
        "区间编码器在猜对的地方只花很少的比特，在猜错的地方花很多。训练同时要求比特少、误差小，并采用六种兑换率。\n\n"
        "JPEG 做的也是这件事，只是变换（余弦）和预期都是固定的。写的一方和读的一方必须预见得完全一样，否则错一个比特，后面就全毁了；"
        "因此预见网络由整数构成，同一个文件在任何机器上都解出同样的编码。",
    ),
    "compress.shapes": ("This picture", "这张图片"),
    "compress.figures": ("Figures on 24 photographs never trained on (Kodak)", "在 24 张从未训练过的照片（Kodak）上的指标"),
    "compress.papers": ("Papers", "论文"),
}
