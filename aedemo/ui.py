"""What every tab shares: the look, the two languages, errors as sentences, the GPU decorator."""

from __future__ import annotations

import inspect
import json
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import gradio as gr

from . import device, threads, words

try:
    import spaces
except ImportError:  # anywhere but on Hugging Face Spaces
    spaces = None


def gpu(duration: int):
    """On a ZeroGPU Space a GPU is lent to each call of a function, for at most `duration` seconds; elsewhere nothing changes.

    What it is given and returns goes from one process to another: NumPy, PIL and str, nothing that lies on a device.
    """

    def decorated(function):
        if spaces is None:
            return function

        @wraps(function)
        def computed(*given, **named):
            with device.lent():
                return function(*given, **named)

        return spaces.GPU(duration=duration)(computed)

    return decorated


THEME = gr.themes.Soft(primary_hue="blue", neutral_hue="slate", text_size=gr.themes.sizes.text_md).set(
    block_radius="10px",
    # Soft's blue and grey are too pale to be read on its white by many (WCAG asks for 4.5 : 1)
    block_label_text_color="*primary_700",
    block_title_text_color="*primary_700",
    button_primary_background_fill="*primary_600",
    button_primary_background_fill_hover="*primary_700",
    checkbox_label_background_fill_selected="*primary_600",
    body_text_color_subdued="*neutral_500",
    body_text_color_subdued_dark="*neutral_400",
    link_text_color_dark="*primary_300",
    link_text_color_visited_dark="*primary_200",
    color_accent="*primary_600",
)

CSS = """
.gradio-container {max-width: min(1180px, 100vw) !important; min-width: 0 !important; margin: 0 auto !important}
.gradio-container .main, .gradio-container .contain, .gradio-container .column, .gradio-container .block {min-width: 0; max-width: 100%}
.ae-mel {position: relative; height: 120px; border-radius: 6px; overflow: hidden; background: #000}
.ae-mel img {width: 100%; height: 100%; display: block; image-rendering: auto; margin: 0}
.ae-mel svg {position: absolute; inset: 0; width: 100%; height: 100%}
.ae-mel polyline {fill: none; stroke: #7df9ff; stroke-width: 1.5; vector-effect: non-scaling-stroke; opacity: .8}
.ae-code {display: flex; gap: 6px; height: 150px; margin-top: 6px}
.ae-code > div {border: 3px solid; border-radius: 6px; overflow: hidden; min-width: 14px}
.ae-code img {width: 100%; height: 100%; display: block; image-rendering: pixelated; margin: 0}
.ae-caption {font-size: .85em; opacity: .8; margin: 2px 0} .ae-caption a {color: inherit}
.ae-key span {display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin: 0 .3em 0 .9em}
.ae-bar {display: grid; grid-template-columns: 9em 1fr 3.2em; gap: 8px; align-items: center; margin: 6px 0}
.ae-bar > div {position: relative; height: 18px; background: var(--background-fill-secondary); border-radius: 4px}
.ae-bar i {position: absolute; left: 0; top: 0; bottom: 0; border-radius: 4px}
.ae-bar b {position: absolute; top: -3px; bottom: -3px; width: 2px; background: var(--body-text-color)}
.ae-map {width: 100%; max-height: 320px} .ae-map circle {fill: #8a8f98; opacity: .55} .ae-map text {font: 600 8px sans-serif}
/* Gradio's own frame of the place in the queue is of no height over HTML */ .wrap.minimal {overflow: visible !important}
.ae-wait:not(:has(.progress-text)) {display: none !important} .ae-wait {position: absolute !important; top: 4px; right: 0; width: 15em !important; height: 34px; min-height: 0; z-index: 3; pointer-events: none} .gradio-container :is(.timestamps time, .playback span) {color: var(--body-text-color) !important} .ae-lang {text-align: right} .katex-display {overflow-x: auto; overflow-y: hidden} .prose {max-width: 100%}
.an-grid {display: flex; flex-wrap: wrap; gap: 8px; max-height: 250px; overflow-y: auto; padding: 4px}
.an-cell {width: 96px; padding: 3px; border: 3px solid transparent; border-radius: 8px; background: var(--background-fill-secondary); cursor: pointer; font-size: .75em}
.an-cell img {width: 100%; height: 76px; object-fit: contain; margin: 0; display: block} .an-cell.an-odd {border-color: #e8710a} .an-cell.an-at {outline: 2px solid #2f6fed}
.an-views {display: flex; flex-wrap: wrap; gap: 12px} .an-views figure {flex: 1 1 220px; max-width: 380px; margin: 0}
.an-stack {position: relative} .an-stack img {width: 100%; display: block; margin: 0} .an-stack img + img {position: absolute; inset: 0; height: 100%}
.an-stack img.an-heat {opacity: var(--an-blend, .6)} .an-views figcaption, .an-chart figcaption, .an-columns figcaption {font-size: .85em; opacity: .8}
.an-bar img {width: 100%; height: 12px; margin: 8px 0 0; border-radius: 3px} .an-bar div {display: flex; justify-content: space-between; gap: 8px; font-size: .75em; opacity: .8}
.an-verdict.an-odd b + b, .an-verdict.an-odd > b:only-of-type {color: #e8710a} .an-charts {display: flex; flex-wrap: wrap; gap: 12px}
.an-chart {flex: 1 1 260px; max-width: 420px; margin: 0} .an-chart svg {width: 100%; max-height: 210px} .an-chart text {font: 8px sans-serif; fill: var(--body-text-color)}
.an-confusion td, .an-confusion th {padding: 3px 9px; text-align: right; font-weight: 400} .an-confusion td.an-ok {font-weight: 700}
.an-columns {margin: 0} .an-columns .ae-bar {grid-template-columns: minmax(9em, 19em) 1fr 4.5em; font-size: .85em} .an-progress {width: 100%}
.cb-map canvas {width: 100%; height: 430px; border-radius: 10px; background: var(--background-fill-secondary); touch-action: none; cursor: grab}
.cb-map canvas:focus-visible {outline: 3px solid #2f6fed} .cb-tip {font-size: .85em; min-height: 2.6em; margin: 4px 2px; opacity: .85}
.cb-cells {display: grid; background-size: 100% 100%; image-rendering: pixelated; border-radius: 6px; overflow: hidden; touch-action: none; user-select: none; cursor: crosshair}
.cb-cells.cb-over {aspect-ratio: 1; max-width: 440px} .cb-cells i {position: relative; font-style: normal; min-width: 0; overflow: hidden}
.cb-cells i::before {content: ''; position: absolute; inset: 0; background: var(--c)} .cb-over i::before {opacity: var(--cb-opacity, .45)}
.cb-line {gap: 1px} .cb-line i {font-size: clamp(6px, .8vw, 10px); height: 30px; line-height: 30px; text-align: center; color: #111; background: var(--c)} .cb-line i::before {display: none}
.cb-cells i:hover, .cb-cells i:focus-visible, .cb-cells i.cb-touched {box-shadow: inset 0 0 0 2px #2f6fed; outline: none} .cb-cells i.cb-same {box-shadow: inset 0 0 0 2px #e8710a}
.cb-head, .cb-row {display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start} .cb-head > div {flex: 1 1 160px} .cb-row {align-items: center} .cb-row > b {flex: 0 0 5em} @media (max-width: 640px) {.cb-row {gap: 4px} .cb-row > b {flex-basis: 100%} .cb-big {width: 47%}}
.cb-figure {margin: 0} .cb-figure figcaption {font-size: .78em; opacity: .8} .cb-figure img {image-rendering: pixelated; display: block; margin: 0; border-radius: 4px}
.cb-stamp img {width: 96px} .cb-crop img {width: 64px} .cb-big img {width: 190px; max-width: 42vw} .cb-flip img {width: 64px; max-width: 8vw} .cb-places {display: flex; flex-wrap: wrap; gap: 6px}
.cb-moment {flex: 1 1 180px; max-width: 260px} .cb-strip {position: relative; height: 46px; background: #000; border-radius: 4px; overflow: hidden} .cb-strip img {width: 100%; height: 100%; margin: 0}
.cb-strip b {position: absolute; top: 0; bottom: 0; border: 2px solid #7df9ff} .cb-moment audio, .cb-figure audio {width: 100%; min-width: 150px; height: 32px}
.cb-near, .cb-keys {display: flex; flex-wrap: wrap; gap: 6px} .cb-code {display: flex; gap: 5px; align-items: center; padding: 3px 7px; border-radius: 7px; background: var(--background-fill-secondary); cursor: pointer}
.cb-code img {width: 26px; height: 26px; margin: 0; image-rendering: pixelated} .cb-dot {width: 16px; height: 16px; border-radius: 50%} .cb-code small {opacity: .75} .cb-bar {grid-template-columns: minmax(3em, 11em) 1fr 3em; margin: 2px 0}
.cb-analogy {display: flex; flex-wrap: wrap; gap: 14px; align-items: center} .cb-keys {flex-direction: column} .cb-key {display: grid; grid-template-columns: 6.5em 130px 3em 3em; gap: 8px; align-items: center}
.cb-key > div {height: 12px; background: var(--background-fill-secondary); border-radius: 3px} .cb-key i {display: block; height: 100%; border-radius: 3px; background: #8a8f98} .cb-won i {background: #2f6fed}
.cb-heat {display: flex; gap: 4px} .cb-names {display: flex; flex-direction: column; font-size: 9px; line-height: 1} .cb-names span {flex: 1; min-height: 11px} .cb-field {flex: 1; min-width: 0}
.cb-field img {width: 100%; height: 100%; image-rendering: pixelated; margin: 0; cursor: pointer} .cb-progress {width: 100%}
.su-cards {display: flex; flex-wrap: wrap; gap: 12px} .su-card {flex: 1 1 290px; min-width: 0; padding: 10px 14px; border-radius: 10px; background: var(--background-fill-secondary)}
.su-card h4 {margin: 0 0 6px; font-size: .9em; opacity: .85} .su-summary {font-size: 1.25em; line-height: 1.65; margin: 4px 0; overflow-wrap: anywhere} .su-summary span {border-radius: 4px; padding: 1px 2px}
.su-card .ae-bar > div {background: var(--background-fill-primary)} .su-rebuilt {font-size: .92em; line-height: 1.5; margin: 2px 0; overflow-wrap: anywhere} .su-rebuilt mark, .su-key mark {background: rgba(47,111,237,.22); color: inherit; border-radius: 3px}
.su-sentences li {margin-left: 1.4em; list-style: decimal} .su-line {display: flex; flex-wrap: wrap; gap: 5px; margin: 4px 0 8px} .su-line button {font-size: 1.1em; padding: 2px 8px; border: 1px solid var(--border-color-primary); border-radius: 6px; background: var(--background-fill-secondary); color: inherit; cursor: pointer}
.su-line .su-copied {border-bottom: 3px solid #2f6fed} .su-line .su-written {border-bottom: 3px dashed #e8710a} .su-line [aria-pressed=true] {outline: 2px solid #2f6fed} .su-text {line-height: 1.9; overflow-wrap: anywhere} .su-text span {border-radius: 3px}
.su-heat .cb-names span {font-size: 10px; min-height: 13px; white-space: nowrap} .su-heat {gap: 8px} .su-table {border-collapse: collapse; font-size: .92em; max-width: 100%} .su-table th, .su-table td {padding: 3px 9px; text-align: left; border-bottom: 1px solid var(--border-color-primary)} .su-table .su-won {font-weight: 700}
.su-credit {position: relative; width: 120px; max-width: 20vw; height: 12px; background: linear-gradient(90deg, transparent calc(50% - 1px), var(--body-text-color) 50%, transparent calc(50% + 1px))} .su-credit i {position: absolute; top: 0; bottom: 0; border-radius: 2px}
#summary-reward {overflow-x: auto}
.ge-live canvas {width: 100%; max-width: 460px; aspect-ratio: 1; border-radius: 10px; background: #fff; display: block} .ge-key {display: flex; gap: 4px; margin-top: 6px} .ge-key b {color: #fff; font-size: .75em; width: 1.7em; text-align: center; border-radius: 4px}
.ge-losses {width: 100%; max-width: 460px; height: 70px; background: var(--background-fill-secondary); border-radius: 6px} .ge-losses polyline {fill: none; stroke-width: 1.6; vector-effect: non-scaling-stroke}
.ge-walls {display: flex; flex-wrap: wrap; gap: 14px} .ge-wall {flex: 1 1 270px; min-width: 0; display: flex; flex-direction: column; justify-content: flex-end} .ge-wall h4 {margin: 0 0 6px; font-size: .92em; flex: 1}
.ge-sheet {display: grid; background-size: 100% 100%; border-radius: 8px; overflow: hidden} .ge-sheet button {background: none; border: 0; padding: 0; cursor: pointer} .ge-sheet button:hover, .ge-sheet button:focus-visible, .ge-sheet .ge-at {box-shadow: inset 0 0 0 3px #2f6fed; outline: none}
.ge-one, .ge-film, .ge-strip {margin: 0} .ge-one img {width: 256px; max-width: 100%; border-radius: 10px; margin: 0} .ge-one figcaption, .ge-film figcaption, .ge-strip figcaption {font-size: .85em; opacity: .85}
.ge-pad {position: relative; aspect-ratio: 1; max-width: 420px; border-radius: 10px; overflow: hidden; touch-action: none; cursor: crosshair; background: var(--background-fill-secondary)} .ge-pad img {width: 100%; height: 100%; display: block; margin: 0} .ge-pad:focus-visible {outline: 3px solid #2f6fed}
.ge-dot {position: absolute; width: 18px; height: 18px; margin: -9px 0 0 -9px; border-radius: 50%; border: 3px solid #fff; background: #e8710a; box-shadow: 0 0 4px #000; pointer-events: none}
.ge-mixed {display: flex; flex-wrap: wrap; gap: 14px; align-items: flex-start; margin-bottom: 12px} .ge-film img {width: 192px; border-radius: 8px; margin: 0} .ge-mixed > div {flex: 1 1 320px; min-width: 0} .ge-strip img {width: 100%; max-width: 620px; border-radius: 6px; margin: 0} .ge-mixed > .ge-strip {flex: 0 1 430px}
.co-cards {display: flex; flex-wrap: wrap; gap: 12px} .co-card {flex: 1 1 230px; min-width: 0; padding: 8px 12px; border-top: 4px solid; border-radius: 8px; background: var(--background-fill-secondary)}
.co-card h4 {margin: 0 0 4px} .co-card h4 em {font-size: .78em; font-weight: 400; opacity: .85} .co-card p {margin: 2px 0 6px; font-size: .9em; line-height: 1.5} .co-card img {width: 100%; margin: 0; border-radius: 4px}
.co-curve {width: 100%; max-height: 380px} .co-curve polyline {fill: none; stroke-width: 1.8} .co-curve text {font: 9px sans-serif; fill: var(--body-text-color)} .co-curve .co-name {font-weight: 700}
.co-grid {stroke: var(--border-color-primary); stroke-width: .6} .co-here {fill: none; stroke-width: 2} .co-channels {width: 100%; height: 72px; display: block} .co-channels rect {fill: #2f6fed}
.co-code figure {margin: 0 0 8px} .co-code figcaption {font-size: .82em; opacity: .85} .co-code > figure > img {width: 100%; max-width: 420px; image-rendering: pixelated; margin: 0; border-radius: 4px; display: block}
.co-costliest {display: flex; flex-wrap: wrap; gap: 6px; margin-top: 6px} .co-costliest figure {flex: 1 1 92px; max-width: 120px} .co-costliest img {width: 100%; image-rendering: pixelated; margin: 0; border-radius: 3px; display: block}
.co-download {font-weight: 600} #compress-file code {overflow-wrap: anywhere}
.emb-matrix {display: grid; gap: 2px; max-width: 660px; align-items: stretch} .emb-matrix > * {min-width: 0} .emb-matrix:focus-visible {outline: 3px solid #2f6fed; outline-offset: 3px} .emb-top img, .emb-side img {width: 100%; aspect-ratio: 1; margin: 0; display: block; border-radius: 3px; image-rendering: pixelated}
.emb-top, .emb-side {font-size: .7em; text-align: center; align-self: center} .emb-side {display: flex; gap: 2px} .emb-side:not(:has(img)) {justify-content: center} .emb-side img {flex: 1 1 0; width: 50%; min-width: 0}
.emb-cell {aspect-ratio: 1; border-radius: 3px; font-style: normal; font-size: 0; display: flex; align-items: center; justify-content: center; cursor: help; overflow: hidden} .emb-few .emb-cell {font-size: clamp(8px, 1.1vw, 15px)}
.emb-cell.emb-own {box-shadow: inset 0 0 0 3px #2f6fed} .emb-cell.emb-other {box-shadow: inset 0 0 0 3px #e8710a} .emb-cell.emb-at {outline: 2px solid var(--body-text-color)} .emb-told {min-height: 2.8em}
.emb-scale {max-width: 300px} .emb-scale img {width: 100%; height: 12px; margin: 0; border-radius: 3px; display: block} .emb-scale div {display: flex; justify-content: space-between; font-size: .75em; opacity: .8}
.emb-sheet {display: grid; background-size: 100% 100%; image-rendering: pixelated; border-radius: 8px; overflow: hidden; max-width: 640px} .emb-sheet button {background: none; border: 0; padding: 0; min-width: 0; cursor: pointer} .emb-sheet button:hover, .emb-sheet button:focus-visible, .emb-sheet [aria-pressed=true] {box-shadow: inset 0 0 0 3px #2f6fed; outline: none}
.emb-clips, .emb-sentences, .emb-thought ul, .emb-way ol {list-style: none; margin: 0; padding: 0} .emb-clips {display: flex; flex-wrap: wrap; gap: 8px} .emb-clips li {display: flex; gap: 2px; margin: 0} .emb-sentences {display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 4px; max-height: 340px; overflow-y: auto} .emb-sentences li {margin: 0}
.emb-pick, .emb-play {border: 1px solid var(--border-color-primary); border-radius: 7px; background: var(--background-fill-secondary); color: inherit; padding: 3px 9px; cursor: pointer; text-align: left; font-size: .9em} .emb-play {padding: 3px 8px} .emb-sentences .emb-pick {width: 100%} .emb-pick[aria-pressed=true] {border-color: #2f6fed; box-shadow: inset 0 0 0 1px #2f6fed}
.emb-found {display: flex; flex-wrap: wrap; gap: 12px; align-items: stretch} .emb-way {flex: 1 1 170px; min-width: 0; padding: 8px 12px; border-radius: 10px; background: var(--background-fill-secondary)} .emb-way h4 {margin: 0 0 6px; font-size: .9em} .emb-way li {display: flex; gap: 8px; align-items: center; margin: 0 0 4px; font-size: .92em}
.emb-found:is([data-what=emoji], [data-what=faces], [data-what=digits]) ol {display: grid; grid-template-columns: repeat(5, minmax(0, 52px)); gap: 6px} .emb-found:is([data-what=emoji], [data-what=faces], [data-what=digits]) li {flex-direction: column; gap: 2px} .emb-found:is([data-what=emoji], [data-what=faces], [data-what=digits]) small {margin: 0} .emb-way img {width: 52px; max-width: 100%; margin: 0; border-radius: 5px; image-rendering: pixelated} .emb-query img {width: 104px}
.emb-way small {opacity: .75; font-variant-numeric: tabular-nums; margin-left: auto; flex: none} .emb-sought img {box-shadow: 0 0 0 3px #2f6fed}
.emb-figure {margin: 0 0 8px} .emb-figure figcaption {font-size: .82em; opacity: .85} .emb-heat {width: 100%; margin: 0; display: block; border-radius: 4px; image-rendering: pixelated} .emb-mel, .emb-codes {height: 96px} .emb-colours {height: 26px; margin-bottom: 3px} .emb-sure {height: 84px} .emb-guesses {max-width: 460px; aspect-ratio: 1} .emb-rows {height: 90px}
.emb-curve {width: 100%; max-width: 520px} .emb-curve line {stroke: var(--border-color-primary); stroke-width: .6} .emb-curve .emb-fresh {stroke: #e8710a; stroke-width: 1; stroke-dasharray: 4 3} .emb-curve polyline {fill: none; stroke-width: 2} .emb-curve text {font: 10px sans-serif; fill: var(--body-text-color)}
.emb-read {columns: 2 320px; column-gap: 24px; font-size: .92em; margin-bottom: 14px} .emb-read li {margin-left: 1.6em; list-style: decimal; break-inside: avoid} .emb-thoughts, .emb-probes {display: flex; flex-wrap: wrap; gap: 14px} .emb-thought {flex: 1 1 235px; max-width: 420px; min-width: 0; padding: 8px 12px; border-radius: 10px; background: var(--background-fill-secondary)}
.emb-thought h4, .emb-probe h4 {margin: 0 0 4px} .emb-thought p {font-size: .9em; line-height: 1.5; margin: 2px 0 6px} .emb-thought li {font-size: .85em; margin: 0 0 2px; padding-left: 8px; border-left: 4px solid #e8710a} .emb-thought li.emb-hit {border-color: #2f6fed} .emb-probe {flex: 1 1 330px; min-width: 0}
.tr-scroll {overflow-x: auto; padding: 2px 0} .tr-tree {display: block; width: 100%; height: auto; margin: 0 auto; color: #2f6fed} .tr-tree text {font: 15px sans-serif; fill: var(--body-text-color)} .tr-narrow {display: none}
.tr-edge {fill: none; stroke-linecap: round} .tr-pill rect {fill: var(--background-fill-primary); stroke-width: 1.6} .tr-tree .tr-pill text {font-size: 10.5px; font-variant-numeric: tabular-nums} .tr-tree [role=treeitem] {cursor: pointer; outline: none}
.tr-roof {display: none; fill: #2f6fed; fill-opacity: .16; stroke: #2f6fed; stroke-width: 1.5} .tr-folded > .tr-inside {display: none} .tr-folded > .tr-roof {display: inline} .tr-folded > .tr-pill rect {stroke-dasharray: 3 2}
.tr-new > .tr-inside > .tr-edge, .tr-new > .tr-pill rect {stroke: #e8710a} .tr-tree [role=treeitem]:hover:not(:has(.tr-node:hover)) > .tr-pill rect, .tr-tree [role=treeitem]:focus-visible > .tr-pill rect {stroke-width: 3.5} .tr-word rect {fill: transparent}
.tr-word:hover rect, .tr-word:focus-visible rect {stroke: #2f6fed; stroke-width: 1.5} .tr-tree [aria-selected=true] > .tr-pill rect, .tr-word[aria-selected=true] rect {fill: #2f6fed} .tr-tree [aria-selected=true] > .tr-pill text, .tr-tree .tr-word[aria-selected=true] text {fill: #fff}
.tr-tree[data-mode=still] .tr-edge {stroke: #8a8f98; stroke-width: 1.8} .tr-dot {fill: #8a8f98} .tr-hit > .tr-inside > .tr-edge {stroke: #2f6fed !important; stroke-width: 3 !important} .tr-hit > .tr-dot {fill: #2f6fed} .tr-miss > .tr-dot {fill: var(--background-fill-secondary); stroke: #8a8f98; stroke-width: 1.5}
.tr-miss > .tr-inside > .tr-edge {stroke-dasharray: 4 3} .tr-at > .tr-inside > .tr-edge {stroke: #e8710a !important; stroke-width: 2.6 !important} .tr-at > .tr-dot {fill: #e8710a} .tr-tree .tr-at text {fill: #e8710a; font-weight: 600} .tr-line {font-size: 1.08em; margin: 4px 0 8px; overflow-wrap: anywhere} .tr-line mark {background: rgba(232,113,10,.25); color: inherit; border-radius: 3px}
.tr-columns {display: block; height: 64px} .tr-columns rect {fill: #8a8f98} .tr-columns .tr-here {fill: #2f6fed} .tr-chip {display: inline-block; padding: 1px 8px; margin: 2px 4px 2px 0; border-radius: 6px; background: var(--background-fill-secondary)} .tr-changed .tr-chip {box-shadow: inset 0 0 0 1.5px #e8710a} .tr-lost .tr-chip {text-decoration: line-through; opacity: .8}
.tr-files {display: flex; flex-wrap: wrap; gap: 6px 20px} .tr-near {list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 6px} .tr-near li {margin: 0} .tr-near button {border: 1px solid var(--border-color-primary); border-radius: 7px; background: var(--background-fill-secondary); color: inherit; padding: 3px 9px; cursor: pointer; text-align: left} .tr-near [aria-pressed=true] {border-color: #2f6fed; box-shadow: inset 0 0 0 1px #2f6fed} .tr-near small {opacity: .75; margin-left: 8px; font-variant-numeric: tabular-nums}
.tr-cards {display: grid; grid-template-columns: repeat(auto-fill, minmax(min(420px, 100%), 1fr)); gap: 12px; margin-bottom: 12px} .tr-card {min-width: 0; padding: 8px 14px; border-radius: 10px; background: var(--background-fill-secondary)} .tr-card h4 {margin: 0 0 4px} .tr-f1 {margin: 0 0 6px; font-size: .92em}
.tr-measured .ae-bars {margin-bottom: 14px} .tr-measured .ae-bar > div {background: var(--background-fill-primary)} .tr-cost figcaption {font-size: .85em; opacity: .85} #trees-near h4, .tr-card h4 {font-weight: 600}
.tr-cost {margin: 0; max-width: 620px} .tr-cost svg {width: 100%} .tr-cost text {font: 10px sans-serif; fill: var(--body-text-color)} .tr-grid {stroke: var(--border-color-primary); stroke-width: .6} .tr-cost polyline {fill: none; stroke-width: 2} .tr-cost polyline.tr-a {stroke: #2f6fed} .tr-cost circle.tr-a {fill: #2f6fed} .tr-cost polyline.tr-b {stroke: #e8710a} .tr-cost circle.tr-b {fill: #e8710a} .tr-cost .tr-cube {stroke: #8a8f98; stroke-dasharray: 4 3; stroke-width: 1.4}
@media (max-width: 640px) {.tr-wide {display: none} .tr-narrow {display: block}}
.ae-present .gradio-container {max-width: min(1560px, 100vw) !important; --text-xs: 14px; --text-sm: 17px; --text-md: 20px; --text-lg: 22px; --text-xl: 27px; --text-xxl: 32px; font-size: 20px; padding-bottom: 190px}
.ae-present .ae-top, .ae-present footer, .ae-present [id$="-share"] {display: none !important} .ae-present .prose {font-size: var(--text-md)} .ae-present .ae-caption {opacity: .9}
.ae-steps {position: fixed; left: 0; right: 0; bottom: 0; z-index: 50; display: flex; gap: 18px; align-items: center; padding: 10px 22px; background: #14213d; color: #fff; font: 24px/1.35 system-ui, sans-serif; box-shadow: 0 -3px 14px rgba(0,0,0,.35)}
.ae-steps > div {flex: 1; min-width: 0; max-height: 32vh; overflow-y: auto} .ae-steps p {margin: 2px 0} .ae-steps .ae-question {font-weight: 700; color: #ffd166} .ae-steps .ae-at {font-size: .65em; opacity: .85}
.ae-steps button {font-size: 42px; line-height: 1; padding: 6px 18px 12px; color: #fff; background: #2b3a60; border: 0; border-radius: 10px; cursor: pointer} .ae-steps button:disabled {opacity: .35; cursor: default} .ae-steps :is(button, a):focus-visible {outline: 3px solid #ffd166}
.ae-steps a {color: #fff; text-decoration: none; font-size: 26px; padding: 4px 8px} @media (max-width: 640px) {.ae-steps {font-size: 16px; gap: 8px; padding: 8px} .ae-steps button {font-size: 26px; padding: 4px 10px 8px}}
@media (max-width: 640px) {.su-table th, .su-table td {padding: 3px 4px; font-size: .82em} .ae-bar {grid-template-columns: 6.5em 1fr 3em} .ae-mel {height: 90px}}
"""


def translations(*tables: dict) -> gr.I18n:
    every = {key: value for table in (words.PAGE, *tables) for key, value in table.items()}
    # both spellings of the browser's Chinese; English is the fallback
    return gr.I18n(**{code: {k: v[i] for k, v in every.items()} for code, i in (("en", 0), ("zh", 1), ("zh-CN", 1), ("zh-TW", 1))})


HOUR = 3600


def folder() -> Path:
    """A new folder for files on their way to a visitor, within Gradio's own, from which alone it serves; those of an hour ago go."""
    made = Path(gr.utils.get_upload_folder()) / "made"
    made.mkdir(parents=True, exist_ok=True)
    for old in made.iterdir():
        try:
            if time.time() - old.stat().st_mtime > HOUR:
                shutil.rmtree(old, ignore_errors=True)
        except OSError:  # another visitor's call was faster
            pass
    return Path(tempfile.mkdtemp(dir=made))


def t(key: str) -> gr.i18n.I18nData:
    return gr.i18n.I18nData(key)


def language(request: gr.Request | None) -> str:
    if request is None:
        return "en"
    query = dict(request.query_params).get("lang") or parse_qs(urlparse(request.headers.get("referer", "")).query).get("lang", [None])[0]
    return words.choose(query, request.headers.get("accept-language"))


def sentences(function):
    """Errors of the verbs become messages on the page, warnings become notices; both in the visitor's language."""

    def told(request: gr.Request, *inputs):
        spoken = language(request)
        try:
            with threads.listening() as notices:
                result = function(*inputs, spoken)
            for notice in notices:
                gr.Warning(words.error(notice, spoken))
            return result
        except (ValueError, TypeError) as problem:
            raise gr.Error(words.error(str(problem), spoken), print_exception=False) from problem

    # not functools.wraps: Gradio would follow it to the inner signature and not hand over the request
    told.__name__, told.__doc__ = function.__name__, function.__doc__
    return told


def of_event(function):
    """As `sentences`, for a click on a drawing: after its inputs the function is given what the drawing says of the click."""

    def told(request: gr.Request, event: gr.EventData, *inputs):
        return sentences(lambda *given: function(*given[:-1], event._data, given[-1]))(request, *inputs)

    told.__name__, told.__doc__ = function.__name__, function.__doc__
    return told


def streaming(function):
    """As `sentences`, for a generator: what it yields is shown as it comes."""

    def told(request: gr.Request, *inputs):
        spoken = language(request)
        try:
            yield from function(*inputs, spoken)
        except (ValueError, TypeError) as problem:
            raise gr.Error(words.error(str(problem), spoken), print_exception=False) from problem

    told.__name__, told.__doc__ = function.__name__, function.__doc__
    return told


LATEX = [{"left": "$$", "right": "$$", "display": True}]

# what stays in the address when a tab writes its state there
KEPT = ("lang", "__theme", "present", "step")


def link(tab: str, arguments: str, entries: str | None = None) -> str:
    """The script of a share button: a tab's state goes into the address and to the clipboard.

    arguments : of the script, which are the values of the button's inputs: "model, seed"
    entries : what the link says of them, as JavaScript; as they are unless given
    """
    return f"""({arguments}) => {{
      const u_ = new URL(location), all_ = {{tab: '{tab}', ...{entries or f"{{{arguments}}}"}}};
      [...u_.searchParams.keys()].forEach(k => {json.dumps(KEPT)}.includes(k) || u_.searchParams.delete(k));
      Object.entries(all_).forEach(([k, v]) => u_.searchParams.set(k, v));
      history.replaceState(null, '', u_); if (navigator.clipboard) navigator.clipboard.writeText(u_.href).catch(() => {{}}); return []; }}"""


def remembered(state):
    """What is kept of a visit; it is not for ever, nor of more visitors than are remembered (`page.launch`)."""
    if not state:
        raise ValueError("What this page showed is no longer kept; please reload it.")
    return state


def number(given, low: float, high: float, usual: float) -> float:
    """A number of a link, in its range; as usual if it is none."""
    try:
        value = float(given)
    except (TypeError, ValueError):
        return usual
    return min(max(value, low), high) if value == value else usual


def whole(given, most: int, usual):
    """A whole number of a link, 0 to `most`; as usual if it is none."""
    text = given or ""
    return int(text) if text.isdecimal() and len(text) < 10 and int(text) <= most else usual


def choice(given, known, usual):
    """What a link chooses of what is known; as usual if there is no such thing."""
    return given if given in known else usual


# Events for the page alone, whose verbs are others; they show that they compute, or are too quick for it.
BUSY = {"api_visibility": "private", "show_progress": "minimal"}
QUIET = {"api_visibility": "private", "show_progress": "hidden"}

# Queues of their own: what computes for long takes turns, and what answers a slider or a click does not wait behind it.
HEAVY = {"concurrency_id": "model", "concurrency_limit": 1}
LIGHT = {"concurrency_id": "light", "concurrency_limit": 2}
READY = {"concurrency_id": "ready", "concurrency_limit": 2}  # examples: computed once for all
LIVE = {"concurrency_id": "live", "concurrency_limit": 8}  # trainings that one looks on at: so many share one thread's time, others wait
CLOCK = {"concurrency_id": "clock", "concurrency_limit": 1}  # what is timed live is not timed beside another
LEARNING = {"concurrency_id": "learning", "concurrency_limit": 1}  # up to a minute each, with a button to stop


@dataclass(frozen=True)
class Visit:
    """What a tab is told of who opens it."""

    query_params: dict
    headers: dict = field(default_factory=dict)


def visit(request: gr.Request, place: str) -> Visit:
    """The link's settings, if they are those of this tab: tabs share names such as `example`."""
    query = dict(request.query_params)
    kept = query if query.get("tab", place) == place else {}
    return Visit(kept | {"lang": language(request)}, request.headers)


class Room:
    """One tab of several, what it shows first being computed when it is first seen, once a visit: a tab not opened costs nothing.

    `load` is called like `gr.Blocks.load`, so that a tab is wired alike on the page and alone.

    name : the tab's id
    names : the ids of all tabs beside it, in their order
    key : of the link, which names the tab that is to be seen first
    inside : the tab in which these tabs are, if any
    """

    def __init__(self, name: str, names: tuple[str, ...], key: str = "tab", inside: str | None = None):
        self.place = inside or name
        self.seen = gr.Number(0, visible="hidden", elem_id=f"seen-{name}")
        told = json.dumps([name, names, key, inside])
        # Gradio shows the first tab until the link's own is chosen, and says that it was selected
        self.script = f"""() => {{
          const [name, names, key, inside] = {told}, q = new URLSearchParams(location.search), been = window.aeBeen ??= {{}};
          const given = !inside || q.get('tab') === inside ? q.get(key) : null, wanted = names.includes(given) ? given : names[0];
          if (!been[key] && name !== wanted) return 0;
          been[key] = true; return 1; }}"""

    def within(self, tab: gr.Tab) -> Room:
        """This room is behind that tab; called inside it, before anything else of the room."""
        self.wait = gr.HTML(elem_classes="ae-wait")
        tab.select(None, None, self.seen, js=self.script, api_visibility="private")
        return self

    def load(self, function, inputs, outputs, **options) -> None:
        if inspect.isgeneratorfunction(function):

            def opened(request: gr.Request):
                yield from function(visit(request, self.place))
        else:

            def opened(request: gr.Request):
                return function(visit(request, self.place))

        self.seen.change(
            opened, inputs, outputs, **options | {"api_visibility": "private", "show_progress": "minimal", "show_progress_on": self.wait, **READY}
        )
