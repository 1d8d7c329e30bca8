"""python -m aedemo train|evaluate DEMO ..., python -m aedemo inspect ..., and python -m aedemo report"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from . import speech


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m aedemo", description="Train and evaluate the models of aedemo.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    train = verbs.add_parser("train", help="train a model from a folder of data").add_subparsers(dest="demo", required=True)

    vocoder = train.add_parser("vocoder", help="mel spectrogram and pitch to waveform")
    voice = train.add_parser("voice", help="content and speaker halves of speech")
    for one, steps in ((vocoder, 4000), (voice, 6000)):
        one.add_argument("--data", required=True, help="folder of speech: a folder per speaker, VCTK, LibriSpeech or FSDD")
        one.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
        one.add_argument("--steps", type=int, default=steps)
        one.add_argument("--batch", type=int, default=None, help="clips a step and process")
        one.add_argument("--exclude", help="file of shell patterns, relative to DATA, of clips never to train on")
        one.add_argument(
            "--begin-with", nargs="+", default=[], metavar="NAME", help="another model in OUT to take the first weights from; of several, their mean"
        )
        one.add_argument("--out", help="default: pretrained/ and the demo's name")
    vocoder.add_argument("--through", help="a voice model; half of the spectrograms are what it makes of them")
    voice.add_argument("--method", choices=("instance-norm", "adversarial"), default="instance-norm")
    voice.add_argument("--listener-steps", type=int, default=4000, help="steps of the listener that is trained first")
    voice.add_argument("--reader-steps", type=int, default=1800, help="steps of the reader, trained next if there are texts")
    voice.add_argument("--texts", nargs="+", default=[], help="tables (.tsv) with the columns file and text: what is said in some of the clips")
    voice.add_argument("--peak", type=float, default=1.5e-3, help="highest learning rate")

    anomaly = train.add_parser("anomaly", help="what is normal, from pictures of it")
    anomaly.add_argument("--data", required=True, help="folder of pictures: MVTec AD's layout (train/good is used), or all of them normal")
    anomaly.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
    anomaly.add_argument("--method", choices=("restore", "whitened", "pixel"), default="restore")
    anomaly.add_argument("--steps", type=int, default=3000)
    anomaly.add_argument("--side", type=int, default=256, help="pixels of the longer side at which pictures are seen")
    anomaly.add_argument("--batch", type=int, default=12, help="crops a step and process")
    anomaly.add_argument("--crop", type=int, default=128, help="pixels of the crops' sides")
    anomaly.add_argument("--pooled", type=float, nargs="+", help="shares of the hottest pixels that make the score: 0 the hottest alone, 1 all")
    anomaly.add_argument(
        "--begin-with", nargs="+", default=[], metavar="NAME", help="another model in OUT to take the first weights from; of several, their mean"
    )
    anomaly.add_argument(
        "--weights", type=float, nargs="+", help="of restore's comparisons: what its head marks, features, and (if given) pixels, neighbourhoods"
    )
    anomaly.add_argument("--whole", type=int, default=0, help="of whitened: side of the grid on which the whole picture's error is whitened too")
    anomaly.add_argument("--blur", type=int, help="pixels over which the heat is averaged")
    anomaly.add_argument("--out", help="default: pretrained/anomaly")

    codebook = train.add_parser("codebook", help="discrete codes of pictures or of speech")
    codebook.add_argument("--kind", choices=("image", "speech", "flip"), required=True)
    codebook.add_argument("--data", required=True, help="folder of pictures or of speech; for flip a sheet of drawings too")
    codebook.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
    codebook.add_argument("--method", choices=("vq", "one-hot", "binary"), default=None, help="of image and flip")
    codebook.add_argument("--codes", type=int, default=None, help="how many (default: image and flip 512, speech 128)")
    codebook.add_argument("--steps", type=int, default=None, help="default: image 12,000, speech 9,000, flip 1,500")
    codebook.add_argument("--starts", type=int, default=None, help="flip: how often to begin anew, of which the best is kept (default: 6)")
    codebook.add_argument("--batch", type=int, default=None, help="pictures or clips a step and process")
    codebook.add_argument("--exclude", help="speech: file of shell patterns, relative to DATA, of clips never to train on")
    codebook.add_argument("--texts", nargs="+", default=[], help="speech: tables (.tsv) with the columns file and text")
    codebook.add_argument("--hint", type=float, default=1.0, help="speech: weight of naming phones where texts are known; 0: never")
    codebook.add_argument("--balance", type=float, default=None, help="price of much-used codes while training vq (default: 0.25)")
    codebook.add_argument("--speaker-from", default="instance-norm", help="speech: the voice model whose speaker half is used")
    codebook.add_argument("--workers", type=int, default=None, help="speech: processes that lay texts along clips (default: all cores)")
    codebook.add_argument("--peak", type=float, default=None, help="highest learning rate")
    codebook.add_argument("--out", help="default: pretrained/codebook")

    summary = train.add_parser("summary", help="articles to headlines and back, from articles and headlines that do not belong together")
    summary.add_argument("--articles", nargs="+", required=True, metavar="FILE", help="one a line: .txt, .gz, .xz")
    summary.add_argument("--headlines", nargs="+", required=True, metavar="FILE", help="one a line, of other articles")
    summary.add_argument("--lang", choices=("en", "zh"), required=True)
    summary.add_argument("--name", help="name of the model; weights go to OUT/NAME and OUT/NAME-plain (default: the language)")
    summary.add_argument("--searched", type=int, default=40_000, help="articles that are searched for headlines and learned from")
    summary.add_argument("--steps", nargs="+", default=[], metavar="STAGE=NUMBER", help="steps of some of the stages, such as adversarial=2000")
    summary.add_argument("--dev", metavar="TABLE", help=".tsv with the columns article and title, to measure ROUGE on the way; never learned from")
    summary.add_argument("--workers", type=int, default=None, help="processes that search (default: all cores)")
    summary.add_argument("--out", help="default: pretrained/summary")

    compress = train.add_parser("compress", help="a codec for pictures")
    compress.add_argument("--data", required=True, help="folder of photographs")
    compress.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
    compress.add_argument("--steps", type=int, default=30_000)
    compress.add_argument("--batch", type=int, default=8, help="crops of 96 x 96 a step and process; half as many of 128 x 128")
    compress.add_argument("--peak", type=float, default=1e-3, help="highest learning rate")
    compress.add_argument(
        "--begin-with", nargs="+", default=[], metavar="NAME", help="another model in OUT to take the first weights from; of several, their mean"
    )
    compress.add_argument("--out", help="default: pretrained/compress")

    generate = train.add_parser("generate", help="a variational auto-encoder of small pictures, or a plain one")
    generate.add_argument("--data", required=True, help="folder of pictures, seen at 64 x 64")
    generate.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
    generate.add_argument("--plain", action="store_true", help="no demands on the code: an auto-encoder")
    generate.add_argument("--steps", type=int, default=12_000)
    generate.add_argument("--batch", type=int, default=32, help="pictures a step and process")
    generate.add_argument("--peak", type=float, default=1e-3, help="highest learning rate")
    generate.add_argument("--betas", type=float, nargs=3, help="three prices of the code, rising, the usual one in the middle (default: 0.0625 1 16)")
    generate.add_argument("--begin-with", nargs="+", default=[], metavar="NAME", help="another model in OUT to take the first weights from")
    generate.add_argument("--out", help="default: pretrained/generate")

    embeddings = train.add_parser("embeddings", help="an encoder of pictures, speech or sentences that is not (only) trained to rebuild")
    embeddings.add_argument("--of", choices=("pictures", "speech", "sentences"), required=True)
    embeddings.add_argument(
        "--objective",
        choices=("infomax", "cpc", "quick-thought", "skip-thought", "collapsed", "plain", "plain-views"),
        required=True,
        help="infomax: pictures; cpc: speech; plain: any, to rebuild as it is; plain-views: pictures, to rebuild in the views that infomax is shown; the others: sentences",
    )
    embeddings.add_argument(
        "--data", nargs="+", required=True, help="folder of pictures or of speech, or the word digits; folders of .txt files, each a document"
    )
    embeddings.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
    embeddings.add_argument("--steps", type=int, default=4000)
    embeddings.add_argument(
        "--batch", type=int, default=None, help="pictures (default: 96), clips (32), or runs of eight sentences (64) a step and process"
    )
    embeddings.add_argument("--peak", type=float, default=None, help="highest learning rate")
    embeddings.add_argument("--exclude", help="speech: file of shell patterns, relative to DATA, of clips never to train on")
    embeddings.add_argument("--out", help="default: pretrained/embeddings")

    trees = train.add_parser("trees", help="a grammar, from sentences alone")
    trees.add_argument("--data", nargs="+", required=True, metavar="FILE", help="text, a sentence a line: .txt, .txt.gz or .txt.xz")
    trees.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
    trees.add_argument("--steps", type=int, default=12_000)
    trees.add_argument("--batch", type=int, default=32, help="sentences a step and process")
    trees.add_argument("--longest", type=int, default=20, help="words of the longest sentence to train on")
    trees.add_argument("--rules-first", type=int, default=6000, metavar="STEPS", help="steps of the rules alone, classes of words as they began")
    trees.add_argument("--peak", type=float, default=3e-3, help="highest learning rate")
    trees.add_argument("--lean", type=float, default=2.0, help="to the right, to begin with; 0: none, less: to the left")
    trees.add_argument("--seed", type=int, default=0, help="of the first weights and the sentences' order")
    trees.add_argument("--out", help="default: pretrained/trees")

    evaluate = verbs.add_parser("evaluate", help="print a model's figures").add_subparsers(dest="demo", required=True)
    voice = evaluate.add_parser("voice", help="on speakers never trained on")
    voice.add_argument("--data", required=True, help="folder of speech")
    voice.add_argument(
        "--only", nargs="+", default=["*"], help="shell patterns of the clips to use, such as 'speechocean762/0133/*'; or files of such"
    )
    voice.add_argument("--name", default=None, help="which model (default: the page's)")
    voice.add_argument("--write", action="store_true", help="store the figures beside the weights and in the model card")
    vocoder = evaluate.add_parser("vocoder", help="on speakers never trained on, beside Griffin-Lim")
    vocoder.add_argument("--data", required=True, help="folder of speech")
    vocoder.add_argument("--only", nargs="+", default=["*"], help="shell patterns of the clips to use, or files of such")
    vocoder.add_argument("--name", default="mel80", help="which model")
    vocoder.add_argument("--write", action="store_true", help="store the figures beside the weights and in the model card")
    anomaly = evaluate.add_parser("anomaly", help="on a test folder laid out as MVTec AD, or on the table of cells")
    anomaly.add_argument("--data", help="folder with test/good, test/KIND and ground_truth/KIND; not for cells")
    anomaly.add_argument("--name", required=True, help="which model, or a folder that holds one; cells for the table")
    anomaly.add_argument("--write", action="store_true", help="store the figures beside the weights and in the model card")

    codebook = evaluate.add_parser("codebook", help="on pictures or speakers never trained on, or on a flip book")
    codebook.add_argument("--data", required=True, help="folder of pictures or of speech; for a flip book its sheet of drawings")
    codebook.add_argument("--name", default="image", help="which model")
    codebook.add_argument("--texts", nargs="+", default=[], help="speech: tables (.tsv) with the columns file and text")
    codebook.add_argument("--only", nargs="+", default=["*"], help="speech: shell patterns of the clips to use, or files of such")
    codebook.add_argument("--write", action="store_true", help="store the figures beside the weights and in the model card")

    summary = evaluate.add_parser("summary", help="on articles whose headlines are known and were never learned from")
    summary.add_argument("--data", nargs="+", required=True, metavar="TABLE", help=".tsv with the columns article and title")
    summary.add_argument("--lang", choices=("en", "zh"), default="en")
    summary.add_argument("--number", type=int, default=500, help="articles of each table, by chance")
    summary.add_argument("--write", action="store_true", help="store the figures beside the weights and in the model card")

    compress = evaluate.add_parser("compress", help="on photographs never trained on, beside JPEG and WebP")
    compress.add_argument("--data", required=True, help="folder of photographs")
    compress.add_argument("--name", default="context", help="which model")
    compress.add_argument("--write", action="store_true", help="store the figures beside the weights and in the model card")

    generate = evaluate.add_parser("generate", help="on pictures never trained on")
    generate.add_argument("--data", required=True, help="folder of pictures")
    generate.add_argument("--train", required=True, help="folder of the pictures that were trained on, for scale")
    generate.add_argument("--name", default="faces", help="which model")
    generate.add_argument("--write", action="store_true", help="store the figures beside the weights and in the model card")

    embeddings = evaluate.add_parser("embeddings", help="what a linear probe or the nearest neighbour reads from codes of new data")
    embeddings.add_argument("--name", nargs="+", required=True, help="which models")
    embeddings.add_argument("--data", nargs="+", required=True, help="as for training; of pictures those of a test")
    embeddings.add_argument("--train", help="emoji: folder of the pictures that were trained on")
    embeddings.add_argument("--groups", help="emoji: Unicode's emoji-test.txt")
    embeddings.add_argument("--texts", nargs="+", default=[], help="speech: tables (.tsv) with the columns file and text")
    embeddings.add_argument("--only", nargs="+", default=["*"], help="speech: shell patterns of the clips to use, or files of such")
    embeddings.add_argument("--write", action="store_true", help="store the figures beside the weights and in the model card")

    trees = evaluate.add_parser("trees", help="on gold trees, beside trees that know nothing of words")
    trees.add_argument("--data", required=True, metavar="FILE", help="bracketings, one a line, as the Penn Treebank has them")
    trees.add_argument("--name", default="en", help="which model")
    trees.add_argument("--write", action="store_true", help="store the figures beside the weights and in the model card")

    report = verbs.add_parser("report", help="README's table of all models, from their cards")
    report.add_argument("--check", action="store_true", help="change nothing; fail where README and a card disagree, or a card lacks something")

    inspect = verbs.add_parser("inspect", help="score a folder of pictures: a CSV file and overlays")
    inspect.add_argument("folder", help="folder of pictures, however many")
    inspect.add_argument("--model", required=True, help="faces, tiles, paper, one trained by you, or a folder that holds one")
    inspect.add_argument("--out", required=True, help="folder for scores.csv and the overlays")
    inspect.add_argument("--threshold", type=float, default=1.0, help="score above which a picture is odd (1: the stored one)")
    return parser


def _train(a) -> None:
    if a.demo == "summary":
        from .summary import train as summary

        steps = dict(part.partition("=")[::2] for part in a.steps)
        if not all(number.isdecimal() for number in steps.values()):
            raise ValueError("Steps are given as STAGE=NUMBER, such as adversarial=2000.")
        given = {"name": a.name, "out": a.out or "pretrained/summary", "searched": a.searched, "dev": a.dev, "workers": a.workers}
        print(summary.train(a.articles, a.headlines, a.lang, steps={k: int(v) for k, v in steps.items()}, **given))
        return
    if a.demo == "trees":
        from .trees import train as trees

        print(trees.train(a.data, a.name, a.steps, a.out or "pretrained/trees", a.batch, a.longest, a.rules_first, a.peak, a.seed, a.lean))
        return
    if a.demo == "generate":
        from .generate import train as generate

        print(generate.train(a.data, a.name, a.steps, a.out or "pretrained/generate", not a.plain, a.batch, a.peak, a.begin_with, a.betas))
        return
    if a.demo == "embeddings":
        return _train_embeddings(a)
    if a.demo == "compress":
        from .compress import train as compress

        print(compress.train(a.data, a.name, a.steps, a.out or "pretrained/compress", a.batch, a.peak, a.begin_with))
        return
    if a.demo == "codebook":
        return _train_codebook(a)
    if a.demo == "anomaly":
        from .anomaly import train as anomaly

        print(
            anomaly.train(
                a.data,
                a.name,
                a.steps,
                a.out or "pretrained/anomaly",
                a.method,
                a.side,
                a.batch,
                a.crop,
                a.pooled,
                start=a.begin_with,
                weights=a.weights,
                blur=a.blur,
                whole=a.whole,
            )
        )
        return
    options: dict[str, Any] = {"exclude": speech.read_patterns(a.exclude), "out": a.out or f"pretrained/{a.demo}", "start": a.begin_with}
    if a.batch:
        options["batch"] = a.batch
    from .voice import train as voice

    if a.demo == "vocoder":
        from .vocoder import train as vocoder

        if a.through:
            options["through"] = voice.rebuilding(a.through)
        print(vocoder.train(a.data, a.name, a.steps, **options))
        return
    options |= {"method": a.method, "listener_steps": a.listener_steps}
    options |= {"texts": a.texts, "reader_steps": a.reader_steps, "peak": a.peak}
    print(voice.train(a.data, a.name, a.steps, **options))


def _train_codebook(a) -> None:
    from .codebook import train

    given = {k: v for k, v in vars(a).items() if k in ("codes", "batch", "peak", "method", "balance") and v is not None}
    places = {"data": a.data, "name": a.name, "out": a.out or "pretrained/codebook"}
    steps = a.steps or {"image": 12_000, "speech": 9_000, "flip": 1_500}[a.kind]
    if a.kind == "speech":
        if given.pop("method", "vq") != "vq":
            raise ValueError("Speech has the method vq only.")
        given |= {"texts": a.texts, "hint": a.hint, "speaker_from": a.speaker_from, "workers": a.workers}
        print(train.train_speech(**places, steps=steps, exclude=speech.read_patterns(a.exclude), **given))
    elif a.kind == "flip":
        given.pop("balance", None)
        given |= {"starts": a.starts} if a.starts else {}
        if given.get("method") == "vq":
            raise ValueError("A flip book has the methods one-hot and binary.")
        print(train.train_flip(**places, steps=steps, **given))
    else:
        print(train.train_image(**places, steps=steps, **given))


def _evaluate(a) -> None:
    from . import pretrained

    if a.demo == "vocoder":
        return _evaluate_vocoder(a)
    if a.demo == "compress":
        return _evaluate_compress(a)
    if a.demo == "trees":
        return _evaluate_trees(a)
    if a.demo == "generate":
        return _evaluate_generate(a)
    if a.demo == "embeddings":
        return _evaluate_embeddings(a)
    if a.demo == "summary":
        return _evaluate_summary(a)
    if a.demo == "codebook":
        return _evaluate_codebook(a)
    if a.demo == "anomaly":
        return _evaluate_anomaly(a)
    from .voice import inference
    from .voice.evaluate import evaluate

    figures = evaluate(inference.load(a.name), a.data, _patterns(a.only))
    for key, value in figures.items():
        print(f"{key:28s} {value:.3f}")
    if a.write:
        pretrained.write_figures(pretrained.folder("voice", a.name or inference.DEFAULT), figures)


def _evaluate_vocoder(a) -> None:
    from . import pretrained
    from .vocoder.evaluate import evaluate
    from .vocoder.model import Vocoder

    figures = evaluate(pretrained.load(Vocoder, "vocoder", a.name), a.data, _patterns(a.only))
    for key, value in figures.items():
        print(f"{key:28s} {value:.4f}")
    if a.write:
        pretrained.write_figures(pretrained.folder("vocoder", a.name), figures)


def _evaluate_anomaly(a) -> None:
    from .anomaly import evaluate, inference, tabular

    if a.name == "cells":
        figures, scores = tabular.evaluate_cells(), dict[str, Any]()
    elif not a.data:
        raise ValueError("--data is needed: a folder with test/good beside folders of odd pictures.")
    else:
        figures, scores = evaluate.evaluate(inference.load(a.name), a.data)
    for key, value in figures.items():
        print(f"{key:28s} {value:.4f}")
    if a.write and scores:
        evaluate.write(inference.place(a.name), figures, scores)


def _evaluate_codebook(a) -> None:
    from . import pretrained
    from .codebook import inference
    from .codebook.evaluate import evaluate

    figures = evaluate(inference.load(a.name), a.data, a.texts, _patterns(a.only))
    for key, value in figures.items():
        print(f"{key:28s} {value:.4f}")
    if a.write:
        pretrained.write_figures(pretrained.folder("codebook", a.name), figures)


def _evaluate_compress(a) -> None:
    from . import pretrained
    from .compress import inference
    from .compress.evaluate import evaluate

    figures = evaluate(inference.load(name=a.name), a.data)
    for key, value in figures.items():
        print(f"{key:28s} {value:.4f}")
    if a.write:
        pretrained.write_figures(pretrained.folder("compress", a.name), figures)


def _evaluate_generate(a) -> None:
    from . import pretrained
    from .generate import inference
    from .generate.evaluate import evaluate

    model = inference.load(a.name)
    figures = evaluate(model, a.data, a.train, _grey_features() if model.network.config.channels == 1 else _colour_features())
    for key, value in figures.items():
        print(f"{key:32s} {value:.4f}")
    if a.write:
        pretrained.write_figures(pretrained.folder("generate", a.name), figures)


def _pooled(activations, x):
    """Activations (n, D, h, w) of pictures, averaged over quarters of them: (n, 4 D)"""
    import torch
    import torch.nn.functional as F

    with torch.inference_mode():
        return torch.cat([F.adaptive_avg_pool2d(activations(part), 2).flatten(1).cpu() for part in x.split(128)]).double().numpy()


def _train_embeddings(a) -> None:
    out, given = a.out or "pretrained/embeddings", {key: value for key, value in (("batch", a.batch), ("peak", a.peak)) if value}
    known = {
        "pictures": ("infomax", "plain", "plain-views"),
        "speech": ("cpc", "plain"),
        "sentences": ("quick-thought", "skip-thought", "collapsed", "plain"),
    }
    if a.objective not in known[a.of]:
        raise ValueError(f"Encoders of {a.of} are trained by {', '.join(known[a.of])}, not by {a.objective}.")
    if a.of != "sentences" and len(a.data) > 1:
        raise ValueError(f"Encoders of {a.of} are trained on one folder.")
    if a.of == "pictures":
        from .embeddings.train import train_pictures

        print(train_pictures(a.data[0], a.name, a.objective, a.steps, out, **given))
    elif a.of == "speech":
        from .embeddings.train import train_speech

        print(train_speech(a.data[0], a.name, a.objective, a.steps, out, speech.read_patterns(a.exclude), **given))
    else:
        from .embeddings.thought_train import train

        print(train(a.data, a.name, a.objective, a.steps, out, a.batch or 64, a.peak or 2e-3))


def _evaluate_embeddings(a) -> None:
    from . import pretrained
    from .embeddings import evaluate, inference, thought_evaluate, thought_inference

    for name in a.name:
        model = inference.load(name)
        if isinstance(model, thought_inference.SentenceEncoder):
            figures = thought_evaluate.evaluate(model.network, model.vocabulary, a.data)
            folders = [pretrained.folder("embeddings", one) for one in pretrained.names("embeddings")]
            folders = [one for one in folders if (one / "curve.json").is_file()]
            figures |= thought_evaluate.same_budget(pretrained.folder("embeddings", name), folders)
            if name == "quick-thought":
                figures |= thought_evaluate.compare(*(pretrained.folder("embeddings", one) for one in (name, "skip-thought")))
        elif isinstance(model, inference.SpeechEncoder):
            figures = evaluate.of_speech(model, a.data[0], a.texts, _patterns(a.only))
        elif a.data == ["digits"]:
            figures = evaluate.of_digits(model)
        elif a.groups:
            figures = evaluate.of_emoji(model, a.data[0], a.train or a.data[0], a.groups)
        else:
            figures = evaluate.of_faces(model, a.data[0])
        for key, value in figures.items():
            print(f"{name:18s} {key:28s} {value:.4f}")
        if a.write:
            pretrained.write_figures(pretrained.folder("embeddings", name), figures)


def _grey_features():
    """Of grey pictures (n, 64, 64, 1) uint8, by the anomaly demo's auto-encoder of faces."""
    from . import pretrained
    from .anomaly.model import AnomalyAutoencoder
    from .squares import to_tensor

    encoder = pretrained.load(AnomalyAutoencoder, "anomaly", "faces-plain", "cpu").network.encoder[:-1]
    return lambda arrays: _pooled(lambda x: encoder(x - 0.5), to_tensor(arrays))


def _colour_features():
    """Of pictures in colour (n, 64, 64, 3) uint8, by the embeddings demo's encoder of emoji, which never learned to rebuild."""
    from . import pretrained
    from .embeddings.infomax import InfoMax
    from .squares import to_tensor

    encoder = pretrained.load(InfoMax, "embeddings", "infomax-emoji", "cpu").encoder
    return lambda arrays: _pooled(lambda x: encoder.activations(x)[-1], to_tensor(arrays))


def _evaluate_summary(a) -> None:
    from . import pretrained
    from .summary import inference
    from .summary.evaluate import evaluate

    for regularized in (True, False):
        figures = evaluate(inference.load(a.lang, regularized), a.data, a.number)
        name = a.lang if regularized else f"{a.lang}-plain"
        for key, value in figures.items():
            print(f"{name:10s} {key:32s} {value:.3f}")
        if a.write:
            pretrained.write_figures(pretrained.folder("summary", name), figures)


def _evaluate_trees(a) -> None:
    from . import pretrained
    from .trees import inference
    from .trees.evaluate import evaluate

    figures = evaluate(inference.load(name=a.name), a.data)
    for key, value in figures.items():
        print(f"{key:32s} {value:.4f}")
    if a.write:
        pretrained.write_figures(pretrained.folder("trees", a.name), figures)


def _patterns(only: list[str]) -> list[str]:
    """Shell patterns as given, and those in files of such."""
    return [p for one in only for p in (speech.read_patterns(one) if Path(one).is_file() else [one])]


def _inspect(a) -> None:
    from .anomaly.folder import inspect_folder

    done, odd, unread = inspect_folder(a.model, a.folder, a.out, a.threshold)
    print(f"{done} pictures inspected, {odd} odd; {Path(a.out) / 'scores.csv'}")
    if unread:
        print(f"{len(unread)} files could not be read:", *(f"  {file}: {why}" for file, why in unread), sep="\n")


def _report(a) -> None:
    from . import report

    if a.check:
        report.check()
    else:
        report.write()


def main(arguments: list[str] | None = None) -> int:
    a = _parser().parse_args(arguments)
    try:
        {"train": _train, "evaluate": _evaluate, "inspect": _inspect, "report": _report}[a.verb](a)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
