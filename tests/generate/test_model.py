from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from aedemo.generate import axes, evaluate
from aedemo.generate.model import STEP, THREE, Flow, Vae, VaeConfig, haar


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return Vae(VaeConfig(1)).eval()


def test_wavelets_keep_every_length():
    x = torch.randn(3, 2, 64, 64)
    assert sum(band.square().sum() for band in haar(x)).item() == pytest.approx(x.square().sum().item(), rel=1e-5)
    flat = haar(torch.ones(1, 1, 64, 64))
    assert all(band.abs().max() < 1e-6 for band in flat[:-1]) and flat[-1].mean().item() == pytest.approx(8)


def test_the_likelihood_is_a_density_of_pixels():
    """Of one wavelet: Laplace's density integrates to one, in units of grey levels."""
    network = Vae(VaeConfig(1))
    which, again = torch.tensor([1]), torch.zeros(1, 1, 64, 64)
    base = network.nats(again, again, which).item()
    # moving only the coarsest coefficient of one place by t moves each of its 64 pixels by t / 8
    at = torch.linspace(-4, 4, 2001)
    x = torch.zeros(len(at), 1, 64, 64)
    x[:, :, :8, :8] = (at / 8).view(-1, 1, 1, 1)
    nats = torch.cat([network.nats(part, torch.zeros_like(part), which.expand(len(part))) for part in x.split(500)])
    b = math.exp(network.spread[1, -1].item())
    integral = torch.trapezoid((base - nats.detach()).exp() / (2 * b), at).item()
    assert integral == pytest.approx(1, abs=1e-3)
    parts = [(64 * 64 // 4 ** (level + 1)) * (math.log(2) + network.spread[1, 3 * level + k].item()) for level in range(3) for k in range(3)]
    coarse = 64 * (math.log(2) + network.spread[1, -1].item())
    assert base == pytest.approx(sum(parts) + coarse - 4096 * math.log(STEP), rel=1e-5)


def test_the_divergence_is_that_of_two_gaussians(network):
    x = torch.rand(4, 1, 64, 64)
    which = torch.full((4,), 1)
    _, _, kl = network(x, which)
    mean, log_var = network.encoder(x, which)
    wanted = torch.distributions.kl_divergence(torch.distributions.Normal(mean, (0.5 * log_var).exp()), torch.distributions.Normal(0.0, 1.0))
    assert torch.allclose(kl, wanted, atol=1e-5)


def test_the_plain_one_has_no_chance_and_no_divergence():
    torch.manual_seed(1)
    plain = Vae(VaeConfig(3, variational=False)).eval()
    x, which = torch.rand(2, 3, 64, 64), torch.full((2,), 1)
    one, other = plain(x, which), plain(x, which)
    assert torch.equal(one[0], other[0]) and not one[2].any()


def test_the_flow_goes_back_where_it_came_from():
    torch.manual_seed(2)
    flow = Flow(VaeConfig(latents=6, flow=32))
    for parameter in flow.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    z, which = torch.randn(5, 6), torch.tensor([0, 1, 2, 1, 0])
    noise = flow(z, which)
    assert torch.allclose(flow.back(noise, which), z, atol=1e-3) and not torch.allclose(noise, z, atol=0.1)


def test_the_flow_carries_noise_to_where_the_codes_are():
    """Two heaps at -1 and 1, which no Gaussian has."""
    torch.manual_seed(0)
    flow = Flow(VaeConfig(latents=2, flow=32))
    optimizer = torch.optim.Adam(flow.parameters(), 5e-3)
    which = torch.zeros(256, dtype=torch.long)
    for _ in range(250):
        loss = flow.loss(torch.randn(256, 2) * 0.1 + torch.randint(2, (256, 1)) * 2.0 - 1, which)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        codes = flow.back(torch.randn(256, 2), which)
    near = (codes.abs() - 1).abs().amax(1) < 0.4
    assert near.float().mean() > 0.8 and 0.3 < (codes[near, 0] > 0).float().mean() < 0.7


def test_each_beta_has_its_own_way_through_the_network(network):
    """All that knows of beta begins alike; a change for one changes that one alone."""
    z = torch.randn(2, 64)

    def pictures():
        return [network.decoder(z, torch.full((2,), i)).detach() for i in range(THREE)]

    before = pictures()
    assert torch.equal(before[0], before[2])
    with torch.no_grad():
        network.decoder.scale.weight[2] += 0.5
    after = pictures()
    with torch.no_grad():
        network.decoder.scale.weight[2] -= 0.5
    assert torch.equal(before[0], after[0]) and not torch.allclose(before[2], after[2])


def test_the_kernel_distance_is_none_between_alike_and_grows_with_what_differs():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(400, 30)), rng.normal(size=(300, 30))
    near, far = evaluate.kernel_distance(a, b + 0.3), evaluate.kernel_distance(a, b + 1.0)
    assert abs(evaluate.kernel_distance(a, b)) < 0.02 < near < far


def test_a_latent_that_only_brightens_is_named_so():
    class Brighten(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.config = VaeConfig(1, latents=3)

        def picture(self, z, which):
            left = torch.zeros(1, 1, 64, 64)
            left[..., :32] = 1.0
            light, side, _ = (z[:, i].view(-1, 1, 1, 1) for i in range(3))
            return 0.5 + 0.08 * light + 0.05 * side * (left - 0.5) + 0.0 * z.sum()

    found = axes.measure(Brighten())["1"]
    assert [row["latent"] for row in found] == [0, 1, 2] and [row["name"] for row in found[:2]] == ["brightness", "left"]
    assert found[0]["agreement"] > 0.9 and found[0]["effect"] == pytest.approx(255 * 0.08, rel=0.05) and found[2]["effect"] == 0
