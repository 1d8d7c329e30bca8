"""An auto-encoder of speech whose code has two halves: what is said and who says it.

Every code frame (32 ms, two mel frames) has 100 numbers. The first 50, `content`, change from frame to frame; the last
50, `speaker`, are one vector for the whole clip. Two ways to keep the speaker out of the content:

`instance-norm`  Instance normalisation takes each channel's mean and spread over the clip away, and with them what
                 does not change while somebody speaks: the speaker. The decoder puts the speaker's own back with
                 adaptive instance normalisation, AdaIN (Chou et al. 2019, arXiv 1904.05742).
`adversarial`    A classifier tries to name the speaker from the content, and the encoder learns to leave it clueless
                 (Chou et al. 2018, arXiv 1804.02812). Averages over a clip are taken away here too, at the encoder's
                 very end (that paper's encoder: in every convolution block); the decoder has no AdaIN.

Pitch is split the same way by hand, since what it means is known: its height and range belong to the speaker half (the
last two numbers), its melody, freed of both, to the content half (the last number).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

from ..audio import N_MELS

HALF = 50  # numbers in each half of a frame's code
STACK = 2  # mel frames in a code frame
TONES = HALF - 1  # content numbers beside the melody
TRAITS = HALF - 2  # speaker numbers beside pitch height and range
MARGIN = 4  # code frames of quiet set around every clip, so that a short word too is measured against silence
COMB_BANDS = 36  # mel bands narrow enough to show single harmonics (below about 1.3 kHz)


@dataclass
class VoiceConfig:
    method: str = "instance-norm"
    content_dim: int = 144
    content_layers: int = 4
    speaker_dim: int = 128
    decoder_dim: int = 192
    decoder_layers: int = 6


def instance_norm(x: torch.Tensor, eps: float = 1e-4) -> torch.Tensor:
    """Mean 0 and spread 1 over time, channel by channel. (B, C, T)"""
    mean = x.mean(-1, keepdim=True)
    return (x - mean) * torch.rsqrt((x - mean).square().mean(-1, keepdim=True) + eps)


class Block(nn.Module):
    """ConvNeXt block over time. With a speaker half, its normalisation is told the speaker's own scale and shift."""

    def __init__(self, dim: int, norm: str, conditioned: bool = False, expansion: int = 2):
        super().__init__()
        self.instance = norm == "instance"
        self.depthwise = nn.Conv1d(dim, dim, 7, padding=3, groups=dim)
        self.norm = nn.LayerNorm(dim)
        self.widen = nn.Linear(dim, dim * expansion)
        self.narrow = nn.Linear(dim * expansion, dim)
        self.scale = nn.Parameter(torch.full((dim,), 0.2))
        self.style = nn.Linear(HALF, 2 * dim) if conditioned else None

    def forward(self, x, speaker=None):  # (B, dim, T), (B, 50)
        y = self.depthwise(x)
        y = instance_norm(y) if self.instance else self.norm(y.transpose(1, 2)).transpose(1, 2)
        if self.style is not None:
            gain, shift = self.style(speaker)[..., None].chunk(2, 1)  # (B, dim, 1) each
            y = y * (1 + gain) + shift
        y = self.narrow(F.gelu(self.widen(y.transpose(1, 2))))
        return x + (self.scale * y).transpose(1, 2)


class ContentEncoder(nn.Module):
    """mel (B, 80, 2T) -> (B, 49, T)"""

    def __init__(self, config: VoiceConfig):
        super().__init__()
        self.instance = config.method == "instance-norm"
        dim = config.content_dim
        self.enter = nn.Conv1d(N_MELS, dim, 4, stride=STACK, padding=1)
        # every other block: at the input and the output it erases the speaker, in all of them the words too
        norms = ["instance" if self.instance and i % 2 else "layer" for i in range(config.content_layers)]
        self.blocks = nn.ModuleList(Block(dim, norm) for norm in norms)
        self.leave = nn.Conv1d(dim, TONES, 1)

    def forward(self, mel):
        x = (mel + 5) / 3
        x = instance_norm(x) if self.instance else x - x.mean(-1, keepdim=True)
        x = self.enter(x)  # (B, dim, T)
        for block in self.blocks:
            x = block(x)
        return instance_norm(self.leave(x), 1e-8)


class SpeakerEncoder(nn.Module):
    """mel (B, 80, T') -> (B, 48), of length sqrt(48): an average over the whole clip, so that words do not fit in."""

    def __init__(self, config: VoiceConfig):
        super().__init__()
        dim = config.speaker_dim
        self.enter = nn.Conv1d(N_MELS, dim, 4, stride=STACK, padding=1)
        self.blocks = nn.ModuleList(Block(dim, "layer") for _ in range(2))
        self.weigh = nn.Conv1d(dim, dim, 1)  # attentive statistics pooling, arXiv 1803.10963
        self.leave = nn.Linear(2 * dim, TRAITS)

    def hidden(self, mel):
        """Activations after each layer, (B, dim, T) each."""
        layers = [self.enter((mel + 5) / 3)]
        for block in self.blocks:
            layers.append(block(layers[-1]))
        return layers

    def forward(self, mel):
        return self.pool(self.hidden(mel)[-1])

    def pool(self, x):
        weight = self.weigh(x).softmax(-1)  # (B, dim, T)
        mean = (weight * x).sum(-1)
        spread = ((weight * x.square()).sum(-1) - mean.square()).clamp_min(1e-4).sqrt()
        return F.normalize(self.leave(torch.cat([mean, spread], 1)), dim=1) * TRAITS**0.5


class Decoder(nn.Module):
    """content (B, 49, T), speaker (B, 50), pitch (B, 2T) in Hz -> mel (B, 80, 2T)"""

    def __init__(self, config: VoiceConfig):
        super().__init__()
        dim = config.decoder_dim
        self.enter = nn.Conv1d(TONES + STACK * (COMB_BANDS + 1), dim, 5, padding=2)
        # AdaIN in the first half; the rest, told the speaker too, sees the levels that AdaIN set
        adain = config.decoder_layers // 2 if config.method == "instance-norm" else 0
        norms = ["instance"] * adain + ["layer"] * (config.decoder_layers - adain)
        self.blocks = nn.ModuleList(Block(dim, norm, conditioned=True) for norm in norms)
        self.speak = nn.Linear(HALF, dim)
        self.leave = nn.Linear(dim + STACK * COMB_BANDS, STACK * N_MELS)
        self.register_buffer("centres", mel_centres(), persistent=False)

    def comb(self, f0):
        """How much of a harmonic falls in each low mel band: 1 on a harmonic, -1 between two. (B, T') -> (B, 36, T')"""
        return torch.cos(2 * torch.pi * self.centres[:COMB_BANDS, None] / f0[:, None])

    def forward(self, content, speaker, f0):
        batch, _, frames = content.shape
        octave = torch.log2(f0 / 150)[:, None]
        voice = torch.cat([octave, self.comb(f0)], 1)  # (B, 37, 2T)
        voice = voice.view(batch, -1, frames, STACK).transpose(2, 3).reshape(batch, -1, frames)  # (B, 74, T)
        x = self.enter(torch.cat([content, voice], 1)) + self.speak(speaker)[..., None]
        for block in self.blocks:
            x = block(x, speaker)
        x = self.leave(torch.cat([x, voice[:, STACK:]], 1).transpose(1, 2))  # (B, T, 160)
        return x.view(batch, frames * STACK, N_MELS).transpose(1, 2) * 3 - 5


def mel_centres() -> torch.Tensor:
    """Centre of each mel band in Hz (Slaney's scale, as in `audio.log_mel`)."""
    mels = torch.linspace(0, 15 + 27 * torch.log(torch.tensor(8.0)).item() / torch.log(torch.tensor(6.4)).item(), N_MELS + 2)[1:-1]
    return torch.where(mels < 15, mels * 200 / 3, 1000 * torch.exp((mels - 15) * torch.log(torch.tensor(6.4)) / 27))


class VoiceAutoencoder(nn.Module, PyTorchModelHubMixin):
    def __init__(self, config: VoiceConfig):
        super().__init__()
        self.config = config
        self.content_encoder = ContentEncoder(config)
        self.speaker_encoder = SpeakerEncoder(config)
        self.decoder = Decoder(config)

    def encode(self, mel: torch.Tensor, f0: torch.Tensor):
        """mel (B, 80, 2T) and f0 (B, 2T), set in quiet margins -> content (B, 50, T), speaker (B, 50)"""
        height, spread, melody = split_pitch(f0)
        content = torch.cat([self.content_encoder(mel), melody[:, None]], 1)
        speech = mel[..., MARGIN * STACK : -MARGIN * STACK]
        speaker = torch.cat([self.speaker_encoder(speech), height, spread], 1)
        return content, speaker

    def decode(self, content: torch.Tensor, speaker: torch.Tensor):
        """content (B, 50, T), speaker (B, 50) -> mel (B, 80, 2T), f0 (B, 2T)"""
        f0 = join_pitch(content[:, TONES], speaker[:, TRAITS:])
        return self.decoder(content[:, :TONES], speaker, f0), f0


HEIGHT_SCALE, SPREAD_SCALE = 0.3, 0.1  # octaves: make the two pitch numbers of the speaker half as large as the others


def split_pitch(f0: torch.Tensor):
    """Pitch into its height and spread over the clip, and a melody of mean 0 and spread 1.

    (B, 2T) Hz -> (B, 1), (B, 1), (B, T)
    """
    octave = torch.log2(f0 / 150).view(len(f0), -1, STACK).mean(2)  # (B, T)
    # creaky ends of sentences are tracked an octave low; they must not drag the height and widen the spread
    middle = octave.median(1, keepdim=True).values
    octave = middle + (octave - middle).clamp(-0.5, 0.5)
    height = octave.mean(1, keepdim=True)
    spread = (octave - height).square().mean(1, keepdim=True).sqrt().clamp_min(0.02)
    return height / HEIGHT_SCALE, spread / SPREAD_SCALE, (octave - height) / spread


def join_pitch(melody: torch.Tensor, pitch_half: torch.Tensor) -> torch.Tensor:
    """melody (B, T) sung at another height and spread (B, 2) -> (B, 2T) Hz"""
    # a narrow-ranged clip's melody may swing wide: beyond an octave from the height it is no voice any more
    swing = (melody * pitch_half[:, 1:].clamp(0.02, 6) * SPREAD_SCALE).clamp(-1.0, 1.0)
    octave = pitch_half[:, :1] * HEIGHT_SCALE + swing
    octave = F.interpolate(octave[:, None], scale_factor=STACK, mode="linear")[:, 0]
    return (150 * 2**octave).clamp(50, 600)
