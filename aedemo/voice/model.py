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
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

from ..audio import N_MELS
from ..halves import COMB_BANDS, HALF, MARGIN, STACK, TONES, TRAITS, Block, SpeakerEncoder, comb, instance_norm, join_pitch, split_pitch


@dataclass
class VoiceConfig:
    method: str = "instance-norm"
    content_dim: int = 144
    content_layers: int = 4
    speaker_dim: int = 128
    decoder_dim: int = 192
    decoder_layers: int = 6


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

    def forward(self, content, speaker, f0):
        batch, _, frames = content.shape
        octave = torch.log2(f0 / 150)[:, None]
        voice = torch.cat([octave, comb(f0)], 1)  # (B, 37, 2T)
        voice = voice.view(batch, -1, frames, STACK).transpose(2, 3).reshape(batch, -1, frames)  # (B, 74, T)
        x = self.enter(torch.cat([content, voice], 1)) + self.speak(speaker)[..., None]
        for block in self.blocks:
            x = block(x, speaker)
        x = self.leave(torch.cat([x, voice[:, STACK:]], 1).transpose(1, 2))  # (B, T, 160)
        return x.view(batch, frames * STACK, N_MELS).transpose(1, 2) * 3 - 5


class VoiceAutoencoder(nn.Module, PyTorchModelHubMixin):
    def __init__(self, config: VoiceConfig):
        super().__init__()
        self.config = config
        self.content_encoder = ContentEncoder(config)
        self.speaker_encoder = SpeakerEncoder(config.speaker_dim)
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
