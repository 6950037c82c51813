"""The fast block against the formulas written out, one head, token and channel at a time."""

import math

import pytest
import torch
from torch import Tensor

from ptacl.encoders.blocks import Block, CosineAttention, Mlp, SoftmaxAttention
from ptacl.encoders.transformer import TransformerConfig
from ptacl.errors import PtaclError

WIDTH, HEADS = 12, 3
HEAD_WIDTH = WIDTH // HEADS


@pytest.fixture
def tokens() -> Tensor:
    return torch.randn(2, 5, WIDTH, generator=torch.Generator().manual_seed(0))


def randomised(module: torch.nn.Module) -> torch.nn.Module:
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.4)
    return module


def slow_attention(
    queries: Tensor, keys: Tensor, values: Tensor, cosine: bool, out: torch.nn.Linear
) -> Tensor:
    result = torch.empty_like(values)
    for b in range(queries.shape[0]):
        for head in range(HEADS):
            channels = slice(head * HEAD_WIDTH, (head + 1) * HEAD_WIDTH)
            for i in range(queries.shape[1]):
                q = queries[b, i, channels]
                logits = []
                for j in range(keys.shape[1]):
                    k = keys[b, j, channels]
                    divisor = q.norm() * k.norm() if cosine else math.sqrt(HEAD_WIDTH)
                    logits.append((q * k).sum() / divisor)
                weights = torch.stack(logits).exp()
                weights = weights / weights.sum()
                result[b, i, channels] = sum(
                    weight * values[b, j, channels] for j, weight in enumerate(weights)
                )
    return result @ out.weight.T + out.bias


def test_softmax_attention_is_its_slow_formula(tokens: Tensor) -> None:
    layer = randomised(SoftmaxAttention(WIDTH, HEADS))
    slow = slow_attention(
        tokens @ layer.query.weight.T + layer.query_bias,
        tokens @ layer.key.weight.T,
        tokens @ layer.value.weight.T + layer.value_bias,
        cosine=False,
        out=layer.out,
    )
    torch.testing.assert_close(layer(tokens), slow, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("bias", [True, False])
def test_cosine_attention_is_its_slow_formula(tokens: Tensor, bias: bool) -> None:
    layer = randomised(CosineAttention(WIDTH, HEADS, bias))
    queries, keys, values = (tokens @ part.T for part in layer.qkv.weight.chunk(3))
    if bias:
        queries, values = queries + layer.query_bias, values + layer.value_bias
    slow = slow_attention(queries, keys, values, cosine=True, out=layer.out)
    torch.testing.assert_close(layer(tokens), slow, rtol=1e-5, atol=1e-5)


def test_the_stored_scale_of_cosine_attention_is_kept_and_not_used(tokens: Tensor) -> None:
    layer = randomised(CosineAttention(WIDTH, HEADS))
    before = layer(tokens)
    layer.scale.fill_(100.0)
    assert "scale" in layer.state_dict()
    assert "scale" not in dict(layer.named_parameters())
    torch.testing.assert_close(layer(tokens), before, rtol=0.0, atol=0.0)


@pytest.mark.parametrize("kind", [SoftmaxAttention, CosineAttention])
def test_only_queries_and_values_have_biases(kind: type) -> None:
    names = {name for name, _ in kind(WIDTH, HEADS).named_parameters() if "bias" in name}
    assert names == {"query_bias", "value_bias", "out.bias"}
    names = {name for name, _ in kind(WIDTH, HEADS, bias=False).named_parameters()}
    assert not names & {"query_bias", "value_bias"}


def test_gelu_is_exact(tokens: Tensor) -> None:
    mlp = randomised(Mlp(WIDTH, 20))
    hidden = tokens @ mlp.widen.weight.T + mlp.widen.bias
    activated = hidden * 0.5 * (1.0 + torch.erf(hidden / math.sqrt(2.0)))
    slow = activated @ mlp.narrow.weight.T + mlp.narrow.bias
    torch.testing.assert_close(mlp(tokens), slow, rtol=1e-5, atol=1e-5)


def test_a_block_normalises_before_and_scales_after_each_branch(tokens: Tensor) -> None:
    block = randomised(Block(WIDTH, HEADS, 20))

    def normalised(x: Tensor, norm: torch.nn.LayerNorm) -> Tensor:
        centred = x - x.mean(-1, keepdim=True)
        sd = (centred.square().mean(-1, keepdim=True) + 1e-12).sqrt()
        return centred / sd * norm.weight + norm.bias

    x = tokens
    x = x + block.scale_attention.gain * block.attention(normalised(x, block.norm_attention))
    x = x + block.scale_mlp.gain * block.mlp(normalised(x, block.norm_mlp))
    torch.testing.assert_close(block(tokens), x, rtol=1e-5, atol=1e-5)


def test_layer_norm_tells_tokens_of_a_hundred_thousandth_apart(tokens: Tensor) -> None:
    # With the usual epsilon of 1e-5 the norm of so small a token would be nearly zero.
    block = Block(WIDTH, HEADS, 20)
    assert block.norm_mlp(tokens * 1e-5).std() > 0.9


def test_a_new_block_is_nearly_the_identity(tokens: Tensor) -> None:
    assert (Block(WIDTH, HEADS, 20)(tokens) - tokens).abs().max() < 1e-4


def test_a_width_that_the_heads_cannot_share_is_refused() -> None:
    with pytest.raises(PtaclError, match="multiple of 5"):
        TransformerConfig(width=24, heads=5)
