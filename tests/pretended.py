"""A CUDA device where there is none: tensors that say they lie on "cuda:0", hold their numbers on the CPU, and are computed there.

What real CUDA refuses is refused: an operation on tensors of both devices, unless one is a single number; `.numpy()`; a generator of the
other device. And every passage between host and device is counted, with the line of the package that asked for it:

to_device  a tensor copied there; also an index that lies on the CPU, which PyTorch copies by itself
to_host    a tensor copied back
item       a single number read (`.item()`, `float()`, `bool()`), for which the host waits until the device has done all it was asked
wait       results whose size only the device knows (`nonzero`, indexing by a mask, `unique`): the host waits as well

The fused cell of a GRU, a kernel that exists on CUDA alone, is written out here; cuDNN, which computes a whole sequence in one kernel, is off.
What needs the real device is missing: the backward pass, streams, and how long anything takes.
"""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import safetensors.torch
import torch
from safetensors import safe_open
from torch.utils._mode_utils import no_dispatch
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes
from torch.utils._pytree import tree_map

PACKAGE = str(Path(__file__).resolve().parents[1] / "aedemo")
CUDA = torch.device("cuda:0")
aten = torch.ops.aten

# what the device would be asked
ANSWERS = {
    "_lazy_init": None, "is_available": True, "device_count": 1, "current_device": 0, "is_bf16_supported": True, "is_current_stream_capturing": False,
}  # fmt: skip
# the host has to know how large the result is
WAITING = {aten.nonzero, aten.masked_select, aten._unique2, aten.unique_consecutive, aten.unique_dim, aten.bincount, aten.equal}
# tensors of both devices are right here: lengths of packed sequences stay on the host, copies are what they are
PACKING, INDEXING = {aten._pack_padded_sequence, aten._pad_packed_sequence}, {aten.index, aten.index_put, aten.index_put_, aten._index_put_impl_}
MIXED = {aten.copy_, aten._to_copy, *PACKING, *INDEXING}


class Pretended(torch.Tensor):
    """Numbers on the CPU (`held`) that say they lie on CUDA."""

    held: torch.Tensor

    @staticmethod
    def __new__(cls, held: torch.Tensor):
        with torch.inference_mode(held.is_inference()):  # a view of a weight is none of inference's own
            self = torch.Tensor._make_wrapper_subclass(
                cls, held.size(), strides=held.stride(), storage_offset=held.storage_offset(), dtype=held.dtype, layout=held.layout, device=CUDA
            )
        self.held = held
        return self

    def __init__(self, *_):
        super().__init__()

    def __repr__(self, **_):
        return f"Pretended({self.held!r})"

    __str__ = __repr__

    def tolist(self):
        return self.cpu().tolist()

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return computed(func, args, kwargs or {}, None)


class Device(TorchDispatchMode):
    """The device while it is there.

    passages : how many of a (kind, line of the package)
    operations : how many of what was computed there, copies and views not counted
    kinds : of floating-point numbers in which it was
    """

    @classmethod
    def _should_skip_dynamo(cls):  # whose import takes seconds
        return False

    def __init__(self):
        super().__init__()
        self.passages: Counter[tuple[str, str]] = Counter()
        self.operations: Counter[str] = Counter()
        self.kinds: set[torch.dtype] = set()
        self.generators: set[int] = set()

    def count(self, kind: str | None = None, where: str = "") -> int:
        """How many passages there were, of a kind, from lines that have `where` in their names."""
        return sum(many for (one, line), many in self.passages.items() if kind in (None, one) and where in line)

    def note(self, kind: str) -> None:
        frame, line = sys._getframe(1), "outside"
        while frame:
            if frame.f_code.co_filename.startswith(PACKAGE):
                line = f"{frame.f_code.co_filename[len(PACKAGE) + 1 :]}:{frame.f_lineno} {frame.f_code.co_name}"
                break
            frame = frame.f_back
        self.passages[kind, line] += 1

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return computed(func, args, kwargs or {}, self)


def computed(func, args, kwargs, device: Device | None):
    if device is not None and torch._C._dispatch_has_kernel_for_dispatch_key(func.name(), "CompositeImplicitAutograd"):
        with device:  # in inference mode such operations come whole
            return func._op_dk(torch._C.DispatchKey.CompositeImplicitAutograd, *args, **kwargs)
    there, host, wrappers = 0, [], {}

    def down(x):
        nonlocal there
        if isinstance(x, Pretended):
            there += 1
            wrappers[id(x.held)] = x
            return x.held
        if isinstance(x, torch.Tensor) and x.ndim:
            host.append(x)
        return x

    def note(kind):
        if device is not None:
            device.note(kind)

    packet = func.overloadpacket
    args_down, kwargs_down = tree_map(down, args), tree_map(down, kwargs)
    wanted = kwargs.get("device")
    wanted = torch.device(wanted) if wanted is not None else None
    if there and host and packet not in MIXED:
        raise RuntimeError(f"Expected all tensors to be on the same device: {func} was given some on cuda:0 and on cpu.")
    if wanted is not None:
        kwargs_down["device"] = torch.device("cpu")
    generator = kwargs.get("generator")
    if generator is not None and device is not None:
        ours = generator._cdata in device.generators
        if ours != bool(there or (wanted and wanted.type == "cuda")):
            raise RuntimeError(f"{func} was given a generator of the other device.")
    if packet is aten._to_copy:
        there_now = (wanted.type == "cuda") if wanted is not None else bool(there)
        if there_now != bool(there):
            note("to_device" if there_now else "to_host")
        out = func(*args_down, **kwargs_down)
        return Pretended(out) if there_now else out
    if packet is aten.copy_ and there and (host or not isinstance(args[1], Pretended)):
        note("to_device" if isinstance(args[0], Pretended) else "to_host")
    elif packet is aten._local_scalar_dense and there:
        note("item")
    elif packet in WAITING and there:
        note("wait")
    elif packet in INDEXING and there:
        if not isinstance(args[0], Pretended):
            raise RuntimeError(f"{func}: what is indexed lies on cpu, an index on cuda:0.")
        for index in args[1]:
            if isinstance(index, torch.Tensor) and not isinstance(index, Pretended):
                note("to_device")
        masks = [index for index in args[1] if index is not None and index.dtype in (torch.bool, torch.uint8)]
        if masks and (packet is aten.index or args[2].numel() > 1):  # one number is filled in without looking where
            note("wait")
    out = gru_cell(*args_down) if packet is aten._thnn_fused_gru_cell else func(*args_down, **kwargs_down)
    if torch.Tag.inplace_view in func.tags and there:  # what the tensor says of its shape changes too
        with no_dispatch():
            meta, _ = torch._C._meta_in_tls_dispatch_include(), torch._C._set_meta_in_tls_dispatch_include(True)
            func(*args, **kwargs)
            torch._C._set_meta_in_tls_dispatch_include(meta)
    on_device = wanted.type == "cuda" if wanted is not None else bool(there)
    if not on_device or packet is aten._local_scalar_dense:
        return out
    if packet is aten.copy_:
        return args[0]
    if packet in PACKING:
        return Pretended(out[0]), out[1]

    if device is not None and not func.is_view and packet is not aten.detach:
        device.operations[str(packet)] += 1

    def up(x):
        if not isinstance(x, torch.Tensor):
            return x
        if device is not None and x.is_floating_point():
            device.kinds.add(x.dtype)
        return wrappers[id(x)] if id(x) in wrappers else Pretended(x)

    return tree_map(up, out)


def gru_cell(by_input, by_state, state, bias=None, bias_of_state=None):
    """What CUDA computes in one kernel: the next state; the workspace is the backward pass's."""
    if bias is not None:
        by_input, by_state = by_input + bias, by_state + bias_of_state
    (r, z, n), (hr, hz, hn) = by_input.chunk(3, 1), by_state.chunk(3, 1)
    r, z = torch.sigmoid(r + hr), torch.sigmoid(z + hz)
    n = torch.tanh(n + r * hn)
    return n + z * (state - n), by_input.new_zeros(0)


@contextmanager
def cuda():
    """While this lasts "cuda" is there, as a `Device`."""
    if torch.cuda.is_available():
        raise RuntimeError("There is a real CUDA device here.")
    torch._C._ensureCUDADeviceGuardSet()
    only_lift, device, usual = torch._C._only_lift_cpu_tensors(), Device(), torch.Generator

    class Generator(usual):
        def __new__(cls, on="cpu"):
            made = super().__new__(cls)
            if torch.device(on).type == "cuda":
                device.generators.add(made._cdata)
                kept.append(made)
            return made

    @contextmanager
    def opened(*given, **named):  # makes tensors of what is no sequence, which modes do not understand
        with _disable_current_modes(), safe_open(*given, **named) as file:
            torch._C._set_only_lift_cpu_tensors(only_lift)
            yield file
        torch._C._set_only_lift_cpu_tensors(True)

    kept: list[torch.Generator] = []  # so that no other gets their address
    torch._C._set_only_lift_cpu_tensors(True)
    overwrite = torch.__future__.get_overwrite_module_params_on_conversion()
    torch.__future__.set_overwrite_module_params_on_conversion(True)  # a parameter's numbers cannot be exchanged for pretended ones
    try:
        with ExitStack() as stack:
            for name, answer in ANSWERS.items():
                stack.enter_context(patch.object(torch.cuda, name, lambda *_, answer=answer: answer))
            stack.enter_context(patch.object(torch, "Generator", Generator))
            stack.enter_context(patch.object(safetensors.torch, "safe_open", opened))
            stack.enter_context(torch.backends.cudnn.flags(enabled=False))
            stack.enter_context(device)
            yield device
    finally:
        torch.__future__.set_overwrite_module_params_on_conversion(overwrite)
        torch._C._set_only_lift_cpu_tensors(only_lift)
