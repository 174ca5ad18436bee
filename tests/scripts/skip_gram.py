"""Word vectors: skip-gram with negative samples, and a continuous bag of words."""

from collections import Counter

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

rng = np.random.RandomState(71)
text = """the king rules the land and the queen rules the land too the dog chases the cat and
the cat chases the mouse the king loves the queen and the dog loves the king""".split()
vocab = sorted(set(text))
word_to_ix = {word: i for i, word in enumerate(vocab)}
ids = [word_to_ix[w] for w in text]
freq = np.array([Counter(text)[w] for w in vocab], dtype=float) ** 0.75
noise_dist = freq / freq.sum()


class SkipGramNeg(nn.Module):
    def __init__(self, n_vocab, n_embed):
        super().__init__()
        self.in_embed = nn.Embedding(n_vocab, n_embed)
        self.out_embed = nn.Embedding(n_vocab, n_embed)
        for embed in (self.in_embed, self.out_embed):
            embed.weight.data = torch.from_numpy(rng.uniform(-1, 1, (n_vocab, n_embed)))

    def forward_noise(self, size, n_samples):
        noise_words = torch.from_numpy(rng.choice(len(noise_dist), size * n_samples, p=noise_dist))
        return self.out_embed(noise_words).view(size, n_samples, -1)


class NegativeSamplingLoss(nn.Module):
    def forward(self, input_vectors, output_vectors, noise_vectors):
        batch_size, embed_size = input_vectors.shape
        input_vectors = input_vectors.view(batch_size, embed_size, 1)
        output_vectors = output_vectors.view(batch_size, 1, embed_size)
        out_loss = torch.bmm(output_vectors, input_vectors).sigmoid().log()
        out_loss = out_loss.squeeze()
        noise_loss = F.logsigmoid(torch.bmm(noise_vectors.neg(), input_vectors))
        noise_loss = noise_loss.squeeze(2).sum(1)
        return -(out_loss + noise_loss).mean()


pairs = [
    (ids[i], ids[j])
    for i in range(len(ids))
    for j in (i - 2, i - 1, i + 1, i + 2)
    if 0 <= j < len(ids)
]
model = SkipGramNeg(len(vocab), 5)
criterion = NegativeSamplingLoss()
optimizer = optim.Adam(model.parameters(), lr=0.02)
for epoch in range(6):
    total = 0.0
    for start in range(0, len(pairs), 32):
        inputs, targets = torch.LongTensor(pairs[start : start + 32]).unbind(1)
        input_vectors, output_vectors = model.in_embed(inputs), model.out_embed(targets)
        loss = criterion(input_vectors, output_vectors, model.forward_noise(inputs.shape[0], 3))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(f"epoch {epoch}: {total:.5f}")

embed_vectors = model.in_embed.weight
magnitudes = embed_vectors.pow(2).sum(dim=1).sqrt().unsqueeze(0)
similarities = torch.mm(embed_vectors[[word_to_ix["king"]]], embed_vectors.t()) / magnitudes
_, closest_idxs = similarities.topk(3)
print([vocab[i] for i in closest_idxs[0].tolist()])


class CBOW(nn.Module):
    def __init__(self, vocab_size, embedding_dim):
        super(CBOW, self).__init__()
        self.embeddings = nn.Embedding(vocab_size, embedding_dim)
        self.linear1 = nn.Linear(embedding_dim, 12)
        self.linear2 = nn.Linear(12, vocab_size)

    def forward(self, inputs):
        embeds = sum(self.embeddings(inputs)).view(1, -1)
        return F.log_softmax(self.linear2(F.relu(self.linear1(embeds))), dim=1)


cbow = CBOW(len(vocab), 6).double()
for p in cbow.parameters():
    p.data.copy_(torch.from_numpy(rng.randn(*p.shape) * 0.3))
loss_function = nn.NLLLoss()
optimizer = optim.SGD(cbow.parameters(), lr=0.05)
for epoch in range(4):
    total_loss = torch.zeros(1, dtype=torch.float64)
    for i in range(2, len(ids) - 2):
        context = torch.tensor(ids[i - 2 : i] + ids[i + 1 : i + 3], dtype=torch.long)
        cbow.zero_grad()
        loss = loss_function(cbow(context), torch.tensor([ids[i]]))
        loss.backward()
        optimizer.step()
        total_loss += loss.data
    print("cbow", epoch, "%.5f" % total_loss)
