"""The next character of a name: embedding, hidden layer, batch normalization, all by hand."""

import numpy as np
import torch
import torch.nn.functional as F

words = (
    "emma olivia ava isabella sophia mia amelia harper evelyn abigail ella anna nora lily".split()
)
chars = sorted(set("".join(words)))
stoi = {s: i + 1 for i, s in enumerate(chars)}
stoi["."] = 0
itos = {i: s for s, i in stoi.items()}
vocab_size, block_size = len(itos), 3


def build_dataset(words):
    X, Y = [], []
    for w in words:
        context = [0] * block_size
        for ch in w + ".":
            ix = stoi[ch]
            X.append(context)
            Y.append(ix)
            context = context[1:] + [ix]
    return torch.tensor(X), torch.tensor(Y)


X, Y = build_dataset(words)
print(X.shape, X.dtype, Y.shape)

rng = np.random.RandomState(2147483647 % 1000)
n_embd, n_hidden = 4, 24


def randn(*shape):
    return torch.tensor(rng.randn(*shape))


C = randn(vocab_size, n_embd)
W1 = randn(n_embd * block_size, n_hidden) * (5 / 3) / ((n_embd * block_size) ** 0.5)
W2 = randn(n_hidden, vocab_size) * 0.01
b2 = randn(vocab_size) * 0
bngain = torch.ones((1, n_hidden), dtype=torch.float64)
bnbias = torch.zeros((1, n_hidden), dtype=torch.float64)
bnmean_running = torch.zeros((1, n_hidden), dtype=torch.float64)
bnstd_running = torch.ones((1, n_hidden), dtype=torch.float64)
parameters = [C, W1, W2, b2, bngain, bnbias]
print(sum(p.nelement() for p in parameters))
for p in parameters:
    p.requires_grad = True

lossi = []
for i in range(60):
    ix = torch.from_numpy(rng.randint(0, X.shape[0], (32,)))
    Xb, Yb = X[ix], Y[ix]
    emb = C[Xb]
    embcat = emb.view(emb.shape[0], -1)
    hpreact = embcat @ W1
    bnmeani = hpreact.mean(0, keepdim=True)
    bnstdi = hpreact.std(0, keepdim=True)
    hpreact = bngain * (hpreact - bnmeani) / bnstdi + bnbias
    with torch.no_grad():
        bnmean_running = 0.9 * bnmean_running + 0.1 * bnmeani
        bnstd_running = 0.9 * bnstd_running + 0.1 * bnstdi
    h = torch.tanh(hpreact)
    logits = h @ W2 + b2
    loss = F.cross_entropy(logits, Yb)
    for p in parameters:
        p.grad = None
    loss.backward()
    lr = 0.2 if i < 40 else 0.05
    for p in parameters:
        p.data += -lr * p.grad
    if i % 15 == 0:
        print(f"{i:4d}/{60}: {loss.item():.4f}")
    lossi.append(loss.log10().item())
print(torch.tensor(lossi).view(-1, 20).mean(1))

with torch.no_grad():
    hpreact = C[X].view(X.shape[0], -1) @ W1
    hpreact = bngain * (hpreact - bnmean_running) / bnstd_running + bnbias
    probs = F.softmax(torch.tanh(hpreact) @ W2 + b2, dim=1)
    print("train", f"{-probs[range(len(Y)), Y].log().mean().item():.4f}")
    context, out = [0] * block_size, ""
    for _ in range(6):
        emb = C[torch.tensor([context])]
        hpreact = bngain * (emb.view(1, -1) @ W1 - bnmean_running) / bnstd_running + bnbias
        ix = (torch.tanh(hpreact) @ W2 + b2).argmax(1).item()
        context = context[1:] + [ix]
        out += itos[ix]
    print(out)
N = torch.zeros((vocab_size, vocab_size), dtype=torch.int32)
for w in words:
    for ch1, ch2 in zip("." + w, w + "."):
        N[stoi[ch1], stoi[ch2]] += 1
P = (N + 1).float()
P /= P.sum(1, keepdim=True)
print(f"bigrams: {P[0].sum().item():.3f} {P[0].max().item():.4f} {N[0]}")
