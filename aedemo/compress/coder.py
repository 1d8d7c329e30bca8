"""From whole numbers to bytes and back: the same on every machine.

A range coder needs to know, before it reads a number, how likely each value of it is, and to the last bit as the writer
knew it. So nothing here is a fraction: the networks that foresee were rounded to whole weights after training, their sums
stay below 2^53, where double precision is exact in any order, on any number of threads; what comes out only chooses among
tables of whole frequencies, which were counted on training pictures.
"""

from __future__ import annotations

import constriction
import numpy as np
import torch
import torch.nn.functional as F

from .model import COARSEST, FINEST, GROUPS, STEPS, CodecNetwork, places

LEVELS = 40  # of spread
PARTS = 8  # of 1, in which a mean is told
REACH = 100  # a number farther than this from its mean is written out
BEYOND = 2 * REACH + 1  # the symbol that says so
WHOLE = 1 << 24  # the frequencies of a table add up to this
FAR = 32_767  # numbers are clipped to this
AT_ONCE = 8_192  # places foreseen at once: bounds memory
SIZE_UNIT, WEIGHT_UNIT, HIDDEN_UNIT = 16, 256, 64  # parts of 1 in which a size, a weight, a hidden unit are counted


def whole_weights(network: CodecNetwork) -> dict[str, torch.Tensor]:
    """The networks that foresee, rounded: what `Coder` is made of, without its tables."""
    units = {"first.weight": WEIGHT_UNIT, "by_quality.weight": SIZE_UNIT * WEIGHT_UNIT, "mean.weight": WEIGHT_UNIT}
    units |= {f"{layer}.weight": WEIGHT_UNIT for layer in ("second", "leave")}
    units |= {f"{layer}.bias": HIDDEN_UNIT * WEIGHT_UNIT for layer in ("second", "leave")}
    kept = {}
    for index, step in enumerate(network.foresee):
        for key, value in step.state_dict().items():
            rounded = (value.double() * units[key]).round()
            kept[f"{index}.{key}"] = rounded.to(torch.int16 if rounded.abs().max() < 2**15 else torch.int32)
    kept["sizes"] = (torch.arange(FAR + 1).double().add(1).log2() * SIZE_UNIT).round().to(torch.int16)
    # a spread belongs to the nearest of LEVELS steps of equal ratio
    logs = torch.linspace(np.log(FINEST), np.log(COARSEST), LEVELS, dtype=torch.float64)
    kept["limits"] = ((logs[1:] + logs[:-1]) / 2 * HIDDEN_UNIT * WEIGHT_UNIT).round().to(torch.int32)
    return kept


def float_weights(kept: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The way back, to go on training: a state for `CodecNetwork.foresee`."""
    scale = {"by_quality.weight": SIZE_UNIT * WEIGHT_UNIT, "second.bias": HIDDEN_UNIT * WEIGHT_UNIT, "leave.bias": HIDDEN_UNIT * WEIGHT_UNIT}
    names = [key for key in kept if key[0].isdigit()]
    return {key: kept[key].float() / scale.get(key.split(".", 1)[1], WEIGHT_UNIT) for key in names}


def symbols_of(numbers: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Columns of the tables: how far numbers are from their means' nearest whole ones, or that they are beyond reach."""
    apart = numbers - whole
    return np.where(np.abs(apart) <= REACH, apart + REACH, BEYOND).astype(np.int32)


def laplace_tables() -> np.ndarray:
    """(LEVELS * PARTS, 2 REACH + 2) shares: of -REACH..REACH about the mean's nearest whole number, and of all beyond."""
    spreads = np.exp(np.linspace(np.log(FINEST), np.log(COARSEST), LEVELS))
    edges = np.arange(-REACH, REACH + 2) - 0.5
    rows = []
    for b in spreads:
        for part in range(PARTS):
            x = (edges - (part - PARTS // 2) / PARTS) / b
            cumulative = np.where(x < 0, 0.5 * np.exp(np.minimum(x, 0)), 1 - 0.5 * np.exp(-np.maximum(x, 0)))
            inside = np.diff(cumulative)
            rows.append([*inside, max(0.0, 1 - inside.sum())])
    return np.array(rows)


def frequencies(shares: np.ndarray) -> np.ndarray:
    """(tables, symbols) shares -> whole frequencies of at least 1 that add up to WHOLE"""
    room = WHOLE - shares.shape[1]
    whole = 1 + np.floor(shares / shares.sum(1, keepdims=True) * room).astype(np.int64)
    whole[np.arange(len(whole)), whole.argmax(1)] += WHOLE - whole.sum(1)
    return whole.astype(np.int32)


class Coder:
    """Writes and reads the numbers (320, h, w) of one picture.

    kept : what `whole_weights` returns, and `tables`: frequencies (LEVELS * PARTS, 2 REACH + 2)
    """

    def __init__(self, kept: dict[str, torch.Tensor]):
        self.sizes, self.limits = kept["sizes"].double(), kept["limits"].double()
        self.steps = []
        for index in range(len(STEPS)):
            one = {key.split(".", 1)[1]: value.double() for key, value in kept.items() if key.startswith(f"{index}.")}
            self.steps.append({key: value.flatten(1) if value.ndim > 1 else value for key, value in one.items()})
        shares = kept["tables"].numpy().astype(np.float64) / WHOLE
        self.bits = -np.log2(shares)  # (tables, symbols); the encoder's, to choose by
        self.models = [constriction.stream.model.Categorical(row, perfect=False) for row in shares]
        self.rest = constriction.stream.model.Uniform(2 * FAR + 1)

    def _foreseen(self, index: int, known: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor, quality: int):
        """Of a step's group at places (n,): nearest whole numbers of the means, numbers of the tables, (size, n) each"""
        step, end = self.steps[index], GROUPS[STEPS[index][0]][1]
        edged = F.pad(known[:end], (1, 1, 1, 1))
        around = torch.stack([edged[:, rows + i, columns + j] for i in range(3) for j in range(3)], 1).flatten(0, 1)  # (9 end, n)
        x = step["first.weight"] @ self.sizes[around.abs().long()] + step["by_quality.weight"][quality][:, None]
        x = (x.clamp(min=0) / (SIZE_UNIT * WEIGHT_UNIT / HIDDEN_UNIT) + 0.5).floor()
        x = step["second.weight"] @ x + step["second.bias"][:, None]
        x = (x.clamp(min=0) / WEIGHT_UNIT + 0.5).floor()
        spread = torch.bucketize(step["leave.weight"] @ x + step["leave.bias"][:, None], self.limits)
        if "mean.weight" in step:
            eighths = (step["mean.weight"] @ around * (PARTS / WEIGHT_UNIT) + 0.5).floor()
            whole = ((eighths + PARTS // 2) / PARTS).floor()
            part = (eighths - whole * PARTS).long() + PARTS // 2
        else:
            whole, part = torch.zeros_like(spread, dtype=torch.float64), torch.full_like(spread, PARTS // 2)
        return whole.numpy(), (spread * PARTS + part).numpy()

    def _walk(self, height: int, width: int, quality: int, visit) -> np.ndarray:
        """Go through all steps; `visit(channels, rows, columns, means, tables)` tells the numbers (size, n) there."""
        known = torch.zeros(GROUPS[-1][1], height, width, dtype=torch.float64)
        for index, (group, which) in enumerate(STEPS):
            rows, columns = places(which, height, width).nonzero(as_tuple=True)
            channels = slice(*GROUPS[group])
            if not len(rows):  # of a picture of one block
                continue
            found = []
            for r, c in zip(rows.split(AT_ONCE), columns.split(AT_ONCE)):
                whole, tables = self._foreseen(index, known, r, c, quality)
                found.append(visit(channels, r.numpy(), c.numpy(), whole, tables))
            known[channels, rows, columns] = torch.from_numpy(np.concatenate(found, 1))
        return known.numpy().astype(np.int32)

    def write(self, scaled: np.ndarray, quality: int, price: np.ndarray | None = None) -> tuple[bytes, np.ndarray, np.ndarray]:
        """Numbers to bytes.

        scaled : (320, h, w), whole or still to be rounded
        price : (320,), bits that a squared error of 1 is worth in each channel; a number is rounded towards what is
            foreseen where that saves more than it costs (rate-distortion optimised quantisation). None: to the nearest.

        Returns the bytes, the numbers as written (320, h, w), and the bits (320, h, w) that they were foreseen to cost.
        """
        encoder = constriction.stream.queue.RangeEncoder()
        spent = np.zeros(scaled.shape, np.float32)

        def visit(channels, rows, columns, whole, tables):
            wanted = scaled[channels, rows, columns].astype(np.float64)
            chosen, bits = self._chosen(wanted, whole, tables, None if price is None else price[channels, None])
            spent[channels, rows, columns] = bits
            symbols = symbols_of(chosen, whole).ravel()
            order = np.argsort(tables, axis=None, kind="stable")
            for table, some in _runs(tables.ravel()[order]):
                encoder.encode(symbols[order[some]], self.models[table])
            beyond = chosen.ravel()[order][symbols[order] == BEYOND]
            if beyond.size:
                encoder.encode((beyond + FAR).astype(np.int32), self.rest)
            return chosen

        numbers = self._walk(scaled.shape[1], scaled.shape[2], quality, visit)
        return encoder.get_compressed().astype("<u4").tobytes(), numbers, spent

    def _chosen(self, wanted, whole, tables, price):
        """The numbers (size, n) to write in place of the wanted ones, and what they cost."""

        def cost(numbers):
            symbols = symbols_of(numbers, whole)
            return self.bits[tables, symbols] + np.where(symbols == BEYOND, 16, 0)

        best = np.rint(wanted).clip(-FAR, FAR)
        bits = cost(best)
        if price is None:
            return best, bits
        least = bits + price * (wanted - best) ** 2
        for other in (best - np.sign(best - whole), np.zeros_like(best)):
            other_bits = cost(other)
            total = other_bits + price * (wanted - other) ** 2
            better = total < least
            best, bits, least = np.where(better, other, best), np.where(better, other_bits, bits), np.where(better, total, least)
        return best, bits

    def read(self, data: bytes, height: int, width: int, quality: int) -> np.ndarray:
        """Bytes to numbers (320, h, w); of bytes that nobody wrote, numbers that mean nothing.

        Raises
        ------
        ValueError
            If the bytes end too early or cannot have been written.
        """
        decoder = constriction.stream.queue.RangeDecoder(np.frombuffer(data, "<u4").astype(np.uint32))

        def visit(channels, rows, columns, whole, tables):
            order = np.argsort(tables, axis=None, kind="stable")
            symbols = np.empty(tables.size, np.int32)
            for table, some in _runs(tables.ravel()[order]):
                symbols[order[some]] = decoder.decode(self.models[table], some.stop - some.start)
            numbers = symbols - REACH + whole.ravel()
            beyond = order[symbols[order] == BEYOND]
            if beyond.size:
                numbers[beyond] = decoder.decode(self.rest, len(beyond)) - FAR
            return numbers.reshape(tables.shape).clip(-FAR, FAR)

        try:
            return self._walk(height, width, quality, visit)
        except AssertionError as damage:  # what the range coder raises of bytes that cannot be
            raise ValueError("This compressed picture is damaged or cut off.") from damage


def _runs(values: np.ndarray):
    """Of sorted values: each one, and where it stands."""
    ends = [*np.flatnonzero(np.diff(values)) + 1, len(values)]
    start = 0
    for end in ends:
        yield int(values[start]), slice(start, int(end))
        start = end
