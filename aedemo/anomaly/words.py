"""The anomaly tab's words: (English, Chinese)."""

WORDS = {
    "anomaly.tab": ("Anomaly", "异常"),
    "anomaly.lead": (
        "### What will not rebuild is odd\nAn auto-encoder that has only ever seen normal pictures rebuilds normal pictures well, and nothing else. "
        "Give it a picture: where it fails glows, and how much it fails is the score.",
        "### 重建不好的就是异常\n只见过正常图片的自编码器，只会把正常图片重建好。给它一张图片：重建失败的地方会发亮，失败的程度就是分数。",
    ),
    "anomaly.model": ("What is normal", "什么算正常"),
    "anomaly.faces": ("real faces", "真人脸"),
    "anomaly.tiles": ("magnetic tiles", "磁瓦"),
    "anomaly.paper": ("paper", "纸张"),
    "anomaly.mine": ("my own normal images", "我自己的正常图片"),
    "anomaly.method": ("How image and reconstruction are compared", "如何比较图片与重建"),
    "anomaly.strong": ("the strongest of this page", "本页最强的方法"),
    "anomaly.plain": ("the lecture's: pixel error", "课上的方法：像素误差"),
    "anomaly.examples": ("Ready examples", "现成的例子"),
    "anomaly.files": ("Pictures: upload, webcam or paste", "图片：上传、摄像头或粘贴"),
    "anomaly.go": ("Inspect", "检查"),
    "anomaly.threshold": ("Threshold (1: 5% of normal pictures raise an alarm)", "阈值（1：5% 的正常图片会误报）"),
    "anomaly.threshold_short": ("threshold", "阈值"),
    "anomaly.blend": ("Strength of the heat map", "热力图的浓度"),
    "anomaly.slide": ("Picture ⇄ reconstruction", "图片 ⇄ 重建"),
    "anomaly.odd": ("odd", "异常"),
    "anomaly.normal": ("normal", "正常"),
    "anomaly.verdict_odd": (
        "<b>odd</b>. More unusual than {0}% of normal images (score {1}, threshold {2}).",
        "<b>异常</b>。比 {0}% 的正常图片更不寻常（分数 {1}，阈值 {2}）。",
    ),
    "anomaly.verdict_normal": (
        "<b>normal</b>. More unusual than {0}% of normal images (score {1}, threshold {2}).",
        "<b>正常</b>。比 {0}% 的正常图片更不寻常（分数 {1}，阈值 {2}）。",
    ),
    "anomaly.row_odd": (
        "<b>odd</b>. More unusual than {0}% of normal rows (score {1}, threshold {2}).",
        "<b>异常</b>。比 {0}% 的正常数据更不寻常（分数 {1}，阈值 {2}）。",
    ),
    "anomaly.row_normal": (
        "<b>normal</b>. More unusual than {0}% of normal rows (score {1}, threshold {2}).",
        "<b>正常</b>。比 {0}% 的正常数据更不寻常（分数 {1}，阈值 {2}）。",
    ),
    "anomaly.marked": ("the picture, odd regions outlined", "图片，异常区域已勾出"),
    "anomaly.rebuilt": ("rebuilt", "重建"),
    "anomaly.heat": ("where it will not rebuild", "重建不好的地方"),
    "anomaly.bar0": ("hottest pixel of a usual normal picture", "普通正常图片的最热像素"),
    "anomaly.bar1": ("threshold", "阈值"),
    "anomaly.histogram": ("Scores of normal pictures never trained on", "未参加训练的正常图片的分数"),
    "anomaly.this": ("this one", "这一张"),
    "anomaly.confusion": ("On the test pictures, at this threshold", "在测试图片上，用这个阈值"),
    "anomaly.is_normal": ("are normal", "实为正常"),
    "anomaly.is_odd": ("are odd", "实为异常"),
    "anomaly.said_normal": ("called normal", "判为正常"),
    "anomaly.said_odd": ("called odd", "判为异常"),
    "anomaly.roc": ("Found (up) against false alarms (right), and area", "检出率（纵）对误报率（横），及面积"),
    "anomaly.table": ("All pictures", "全部图片"),
    "anomaly.column_file": ("file", "文件"),
    "anomaly.column_score": ("score", "分数"),
    "anomaly.column_below": ("more unusual than (% of normal)", "比多少正常的更不寻常（%）"),
    "anomaly.column_verdict": ("verdict", "判断"),
    "anomaly.column_row": ("row", "行"),
    "anomaly.column_worst": ("worst column", "最差的列"),
    "anomaly.csv": ("Table as CSV", "表格（CSV）"),
    "anomaly.zip": ("Heat maps as ZIP", "热力图（ZIP）"),
    "anomaly.saved": ("Download", "下载"),
    "anomaly.share": ("Copy a link to these settings", "复制当前设置的链接"),
    "anomaly.unread": ("{0} files could not be read as pictures.", "有 {0} 个文件无法读取为图片。"),
    "anomaly.own": ("Teach it your own normal images", "用你自己的正常图片来教它"),
    "anomaly.own_lead": (
        "Ten pictures or more of what is normal to you: a plate without cracks, your handwriting, an empty street. It learns for 45 seconds; "
        "then the pictures above are inspected with it. Some are held back to set the threshold, so the more the better.",
        "给出十张以上对你来说正常的图片：没有裂纹的盘子、你的字迹、空荡的街道。它学习 45 秒，然后用它检查上面的图片。其中一部分留作定阈值，所以越多越好。",
    ),
    "anomaly.normal_files": ("Normal images (10 and more)", "正常图片（10 张以上）"),
    "anomaly.teach": ("Learn what is normal", "学习什么是正常"),
    "anomaly.stop": ("Stop", "停止"),
    "anomaly.loss": ("Loss", "损失"),
    "anomaly.learned": ("Learned; inspecting the pictures above. Loss", "学完了，正在检查上面的图片。损失"),
    "anomaly.download": ("What it learned (safetensors and config)", "学到的模型（safetensors 与配置）"),
    "anomaly.reopen": ("Open one that you downloaded", "打开以前下载的模型"),
    "anomaly.cells": ("A table instead of pictures", "用表格代替图片"),
    "anomaly.cells_lead": (
        "Fraud, intrusions and sick cells come as rows of numbers. This auto-encoder has seen benign breast cells only and rebuilds each column from the others; "
        "malignant ones will not rebuild. Pick a cell sample that it has never seen, or give a CSV file of your own normal rows.",
        "诈骗、入侵和病变细胞都是一行行的数字。这个自编码器只见过良性的乳腺细胞，用其余各列重建每一列；恶性的重建不好。选一个它没见过的样本，或给出你自己的正常数据（CSV）。",
    ),
    "anomaly.cell_kind": ("The sample", "样本"),
    "anomaly.malignant": ("malignant", "恶性"),
    "anomaly.benign": ("benign, never trained on", "良性（未参加训练）"),
    "anomaly.cell_row": ("Which one", "第几个"),
    "anomaly.expected": ("expected", "应为"),
    "anomaly.worst": ("Columns that rebuilt worst, against what is usual", "重建最差的列（与通常相比）"),
    "anomaly.csv_normal": ("CSV of normal rows", "正常数据（CSV）"),
    "anomaly.csv_other": ("CSV of rows to inspect (optional)", "待检查的数据（CSV，可不填）"),
    "anomaly.csv_go": ("Learn and inspect the rows", "学习并检查各行"),
    "anomaly.how": ("How it works", "原理"),
    "anomaly.guide": (
        "**Why not simply a classifier of normal and odd?** Ask a bank: among a million card payments a few hundred are fraud. A classifier that always says "
        "*normal* is right 99.9% of the time; one that learns those few hundred knows yesterday's tricks, and the next fraud looks like none of them. "
        "*Odd* is no class: a face that is no face may be a drawing, a cat or a car, and nobody can collect all that a thing is not. But of normal examples there are "
        "plenty. So learn only those, and call odd what cannot be rebuilt.\n\n"
        "**pixel** is the lecture's auto-encoder: a narrow code, squared error. **whitened** weighs that error by how unusual it is. **restore** has learned to rebuild "
        "pictures over which something was painted ([DRAEM](https://arxiv.org/abs/2108.07610)) and compares. The score is calibrated on normal pictures held back: "
        "0 is the median one, 1 lets 5% of them through as alarms.",
        "**为什么不直接训练一个“正常/异常”的分类器？** 想想银行：一百万次刷卡里只有几百次是盗刷。总说“正常”的分类器有 99.9% 的正确率；"
        "学会那几百次的分类器只懂昨天的手法，而下一次盗刷和它们都不一样。“异常”不是一个类别：不是真人脸的可以是漫画、猫或汽车，没有人能收集齐一个东西“不是”的一切。"
        "但正常的例子有很多。所以只学正常的，把重建不出来的叫作异常。\n\n"
        "**pixel** 是课上的自编码器：窄的编码，平方误差。**whitened** 按误差有多不寻常来加权。**restore** 学会了把被涂画的图片复原（[DRAEM](https://arxiv.org/abs/2108.07610)），再作比较。"
        "分数用留出的正常图片校准：0 是其中位数，1 会让其中 5% 误报。",
    ),
    "anomaly.shapes": ("Shapes of this picture", "这张图片的形状"),
    "anomaly.figures": ("Figures on the test folder, from the models' cards", "测试集上的成绩（来自模型卡）"),
    "anomaly.mine_note": (
        "This detector was learned on this page from your own pictures; it has no card and no test figures.",
        "这个检测器是在本页用你自己的图片学出来的，没有模型卡和测试成绩。",
    ),
}
