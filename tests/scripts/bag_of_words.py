"""Sentences to classes: a bag of words counted by hand, and one of embeddings."""

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.nn.utils.rnn import pad_sequence

rng = np.random.RandomState(141)
data = [
    ("me gusta comer en la cafeteria".split(), "SPANISH"),
    ("give it to me".split(), "ENGLISH"),
    ("no creo que sea una buena idea".split(), "SPANISH"),
    ("no it is not a good idea to get lost at sea".split(), "ENGLISH"),
    ("la cafeteria no me gusta".split(), "SPANISH"),
    ("it is a good cafeteria".split(), "ENGLISH"),
]
test_data = [("yo creo que si".split(), "SPANISH"), ("it is lost on me".split(), "ENGLISH")]
word_to_ix = {}
for sent, _ in data + test_data:
    for word in sent:
        if word not in word_to_ix:
            word_to_ix[word] = len(word_to_ix)
label_to_ix = {"SPANISH": 0, "ENGLISH": 1}
VOCAB_SIZE, NUM_LABELS = len(word_to_ix), 2


class BoWClassifier(nn.Module):
    def __init__(self, num_labels, vocab_size):
        super(BoWClassifier, self).__init__()
        self.linear = nn.Linear(vocab_size, num_labels)

    def forward(self, bow_vec):
        return F.log_softmax(self.linear(bow_vec), dim=1)


def make_bow_vector(sentence, word_to_ix):
    vec = torch.zeros(len(word_to_ix))
    for word in sentence:
        vec[word_to_ix[word]] += 1
    return vec.view(1, -1)


def make_target(label, label_to_ix):
    return torch.LongTensor([label_to_ix[label]])


model = BoWClassifier(NUM_LABELS, VOCAB_SIZE)
for param in model.parameters():
    param.data.zero_()
loss_function = nn.NLLLoss()
optimizer = optim.SGD(model.parameters(), lr=0.1)
for epoch in range(20):
    for instance, label in data:
        model.zero_grad()
        log_probs = model(make_bow_vector(instance, word_to_ix))
        loss = loss_function(log_probs, make_target(label, label_to_ix))
        loss.backward()
        optimizer.step()
print(f"loss {loss.item():.4f}")
with torch.no_grad():
    for instance, label in test_data:
        log_probs = model(make_bow_vector(instance, word_to_ix))
        print(label, log_probs, log_probs.exp().max().item() > 0.5)
print([round(v, 5) for v in next(model.parameters())[:, word_to_ix["creo"]].tolist()])


class EmbeddingClassifier(nn.Module):
    """The mean of the words' vectors, without the padding."""

    def __init__(self, vocab_size, embed_dim, num_class):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size + 1, embed_dim, padding_idx=0)
        self.fc = nn.Linear(embed_dim, num_class)

    def forward(self, text):
        mask = (text != 0).unsqueeze(-1).to(self.fc.weight.dtype)
        summed = (self.embedding(text) * mask).sum(1)
        return self.fc(summed / mask.sum(1).clamp(min=1))


def collate_batch(batch):
    sentences = [torch.tensor([word_to_ix[w] + 1 for w in s], dtype=torch.int64) for s, _ in batch]
    return pad_sequence(sentences, batch_first=True), torch.tensor(
        [label_to_ix[y] for _, y in batch]
    )


net = EmbeddingClassifier(VOCAB_SIZE, 6, 2).double()
with torch.no_grad():
    for p in net.parameters():
        p.copy_(torch.from_numpy(rng.randn(*p.shape) * 0.5))
    net.embedding.weight[0].fill_(0)
optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
loader = torch.utils.data.DataLoader(data, batch_size=3, shuffle=False, collate_fn=collate_batch)
for epoch in range(10):
    total_acc, total_count = 0, 0
    for text, label in loader:
        optimizer.zero_grad()
        predicted_label = net(text)
        loss = F.cross_entropy(predicted_label, label)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        optimizer.step()
        total_acc += (predicted_label.argmax(1) == label).sum().item()
        total_count += label.size(0)
    if epoch % 3 == 0:
        print(
            "| epoch {:3d} | loss {:8.4f} | accuracy {:8.3f}".format(
                epoch, loss.item(), total_acc / total_count
            )
        )
print(text.shape, net.embedding.weight[0].abs().sum().item())
