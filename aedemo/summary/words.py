"""The summary tab's words: (English, Chinese)."""

WORDS = {
    "summary.tab": ("Summary", "摘要"),
    "summary.lead": (
        "### A code that people can read\nHere the code is **words**: a generator squeezes an article into a headline, a reconstructor rebuilds the article from the headline alone, "
        "and a discriminator that has read only other headlines insists that it sounds like people. Nobody ever showed them an article with its own headline. "
        "Without the discriminator, the same auto-encoder invents a **private cipher**.",
        "### 人能读懂的编码\n这里的编码是**文字**：生成器把文章压成一条标题，重建器只凭这条标题写回文章，而只读过别的标题的判别器要求它读起来像人写的。"
        "没有人给它们看过任何一篇文章自己的标题。去掉判别器，同样的自编码器就会发明一套**私人暗号**。",
    ),
    "summary.article": ("Article", "文章"),
    "summary.placeholder": ("Paste an article, English or Chinese", "粘贴一篇文章，中文或英文"),
    "summary.examples": ("Ready stories (written for this page)", "现成的故事（为本页撰写）"),
    "summary.go": ("Summarise", "生成摘要"),
    "summary.length": ("Length (100%: as long as headlines mostly are)", "长度（100%：一般标题的长度）"),
    "summary.temperature": ("Temperature (0: the likeliest words)", "温度（0：最可能的词）"),
    "summary.beam": ("Beam: beginnings followed side by side", "束宽：同时保留的开头数"),
    "summary.novelty": ("Own words: rather copy (−) or write (+)", "自己的词：偏向复制（−）或写出（+）"),
    "summary.lang": ("Language", "语言"),
    "summary.auto": ("as it is written", "自动识别"),
    "summary.sentences": ("Sentence by sentence", "逐句摘要"),
    "summary.readable": ("With the discriminator", "有判别器"),
    "summary.cipher": ("Reconstruction alone: a private cipher", "只有重建：私人暗号"),
    "summary.first": ("The article's first words", "文章的开头"),
    "summary.realism": ("sounds like people", "像人写的"),
    "summary.rebuilt": ("Rebuilt from it", "由它重建"),
    "summary.told": ("{0:.2f} nats a word; {1:.0f}% of these words are in the article", "每词 {0:.2f} 纳特；其中 {1:.0f}% 的词出现在原文中"),
    "summary.key": (
        "Colour of a word: how likely the discriminator finds it that people wrote so far (red: never, blue: surely). In the rebuilt articles, marked words are the article's own. "
        "# stands for a digit. The score is the mean log probability of the article's words: the nearer to 0, the better the summary tells the article.",
        "词的颜色：判别器认为到此为止像人写的可能性（红：不像，蓝：很像）。重建文章中，标出的词确实出现在原文里；# 代表一个数字。"
        "分数是原文各词的平均对数概率：越接近 0，摘要越能说出原文。",
    ),
    "summary.read": ("Read: the first {0} words", "读了开头 {0} 个字"),
    "summary.cut": ("; {0} more were left out.", "；其余 {0} 个没有读。"),
    "summary.whole": (" (all of it).", "（全文）。"),
    "summary.where": (
        "#### Where did each word come from?\nPoint at a word of the summary: the article shows where the generator looked.",
        "#### 每个词来自哪里？\n指向摘要中的一个词：文章里会显示生成器当时在看哪里。",
    ),
    "summary.copied": ("copied from the article", "从文章复制"),
    "summary.written": ("written from the vocabulary", "从词表写出"),
    "summary.heat": ("Attention of all words: rows are the summary's words, columns the article's", "所有词的注意力：行是摘要的词，列是文章的词"),
    "summary.game": (
        "#### Beat the machine\nWrite your own headline. What does the discriminator say, and how much of the article can the reconstructor tell from it?",
        "#### 赢过机器\n自己写一条标题。判别器怎么说？重建器能从中说出多少原文？",
    ),
    "summary.own": ("Your headline", "你的标题"),
    "summary.judge": ("Judge it", "评判"),
    "summary.you": ("you", "你"),
    "summary.machine": ("the machine", "机器"),
    "summary.sounds": ("sounds like people", "像人写的"),
    "summary.tells": ("tells the article (nats a word)", "说出原文（纳特/词）"),
    "summary.won_both": ("You win on both counts.", "两项都是你赢。"),
    "summary.won_one": ("One point each.", "各得一分。"),
    "summary.won_none": ("The machine wins on both counts.", "两项都是机器赢。"),
    "summary.reward": (
        "#### What REINFORCE saw\nTraining draws a summary by chance and compares it with the likeliest one. Words that led to a better sounding rest are made likelier, others less; "
        "what the reconstructor gained counts for every word.",
        "#### REINFORCE 看到了什么\n训练时随机抽一条摘要，和最可能的那条比较。使后文更像人写的词会变得更可能，反之更少；重建的得失算在每个词上。",
    ),
    "summary.draw": ("Draw another", "再抽一条"),
    "summary.drawn": ("drawn", "抽到的"),
    "summary.usual": ("likeliest", "最可能的"),
    "summary.pay": ("realism", "真实度"),
    "summary.baseline": ("baseline", "基线"),
    "summary.credit": ("credit", "得分"),
    "summary.told_gain": (
        "The reconstructor's part, the same for every word: {0:+.3f} nats a word.",
        "重建器的部分，对每个词相同：每词 {0:+.3f} 纳特。",
    ),
    "summary.mistakes": ("#### Its mistakes\nShown too, as in the lecture. Click one.", "#### 它的错误\n和课上一样，错误也要展示。点击一个。"),
    "summary.download": ("Download the result", "下载结果"),
    "summary.share": ("Copy link", "复制链接"),
    "summary.how": ("How it works", "原理"),
    "summary.guide": (
        "A **generator** reads the article (a bidirectional GRU) and writes a short text word by word: each word is either *copied* from the article, where its attention points, or *written* from a small vocabulary. "
        "A **reconstructor** of the same kind reads only that text and writes the article again: this is the auto-encoder, and the text is its code. A **discriminator** reads headlines that people wrote for *other* articles "
        "and what the generator writes, and says after every word whether people would write so.\n\n"
        "Words are chosen, and no gradient passes through a choice, so the generator learns by **REINFORCE**: summaries are drawn, and what the two judges pay makes their words likelier or less likely. "
        "Before that it learned from a search for words that headlines like, and from headlines buried in noise. The **cipher** beside it is the same auto-encoder without the discriminator, trained through a Gumbel-softmax that hardens: "
        "its words mean something to its reconstructor alone.\n\n"
        "Papers: Wang & Lee 2018 ([arXiv 1810.02851](https://arxiv.org/abs/1810.02851)); pointer-generator, See et al. 2017 ([1704.04368](https://arxiv.org/abs/1704.04368)); search, then learn, Schumann et al. 2020 ([2005.01791](https://arxiv.org/abs/2005.01791)), "
        "Liu et al. 2022 ([2205.14521](https://arxiv.org/abs/2205.14521)); self-critical baseline, Rennie et al. 2017 ([1612.00563](https://arxiv.org/abs/1612.00563)).",
        "**生成器**读文章（双向 GRU），逐词写出一段短文：每个词要么从注意力所指的原文处*复制*，要么从一个小词表*写出*。同类的**重建器**只读这段短文，再写出文章：这就是自编码器，短文就是它的编码。"
        "**判别器**读人们为*别的*文章写的标题，也读生成器写的东西，在每个词之后判断人会不会这样写。\n\n"
        "词是选出来的，梯度无法穿过选择，所以生成器用 **REINFORCE** 学习：随机抽出摘要，两位评判付的报酬使其中的词变得更可能或更不可能。在此之前，它先从搜索出的“标题爱用的词”和埋在噪声里的标题中学习。"
        "旁边的**暗号**是去掉判别器的同一个自编码器，用逐渐变硬的 Gumbel-softmax 训练：它的词只有它自己的重建器才懂。\n\n"
        "论文：Wang & Lee 2018（[arXiv 1810.02851](https://arxiv.org/abs/1810.02851)）；指针生成网络，See et al. 2017（[1704.04368](https://arxiv.org/abs/1704.04368)）；先搜索后学习，Schumann et al. 2020（[2005.01791](https://arxiv.org/abs/2005.01791)）、"
        "Liu et al. 2022（[2205.14521](https://arxiv.org/abs/2205.14521)）；自我评判基线，Rennie et al. 2017（[1612.00563](https://arxiv.org/abs/1612.00563)）。",
    ),
    "summary.shapes": ("This article", "这篇文章"),
    "summary.figures": ("Measured on articles kept back", "在未训练过的文章上测得"),
    "summary.none": ("There are no summary models here yet; README says how to train them.", "这里还没有摘要模型；README 说明如何训练。"),
}
