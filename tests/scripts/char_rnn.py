"""A recurrent net over characters, cell by cell, with a hidden state that is carried along."""

import numpy as np
import torch
import torch.nn as nn

rng = np.random.RandomState(17)
text = "hello world, hello torch, hello rnn. " * 3
all_characters = sorted(set(text))
n_characters = len(all_characters)


def char_tensor(string):
    tensor = torch.zeros(len(string)).long()
    for c in range(len(string)):
        tensor[c] = all_characters.index(string[c])
    return tensor


class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super(RNN, self).__init__()
        self.hidden_size = hidden_size
        self.encoder = nn.Embedding(input_size, hidden_size)
        self.i2h = nn.Linear(hidden_size * 2, hidden_size)
        self.i2o = nn.Linear(hidden_size * 2, output_size)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, input, hidden):
        embedded = self.encoder(input.view(1, -1)).squeeze(0)
        combined = torch.cat((embedded, hidden), 1)
        hidden = torch.tanh(self.i2h(combined))
        output = self.softmax(self.i2o(combined))
        return output, hidden

    def init_hidden(self):
        return torch.zeros(1, self.hidden_size, dtype=torch.double)


decoder = RNN(n_characters, 20, n_characters).double()
for p in decoder.parameters():
    p.data.copy_(torch.from_numpy(rng.randn(*p.size()) * 0.2))
decoder_optimizer = torch.optim.Adam(decoder.parameters(), lr=0.01)
criterion = nn.NLLLoss()


def train(inp, target):
    hidden = decoder.init_hidden()
    decoder.zero_grad()
    loss = 0
    for c in range(len(inp)):
        output, hidden = decoder(inp[c].unsqueeze(0), hidden)
        loss += criterion(output, target[c].unsqueeze(0))
    loss.backward()
    nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
    decoder_optimizer.step()
    return loss.item() / len(inp)


def generate(prime_str="h", predict_len=12):
    hidden = decoder.init_hidden()
    prime_input = char_tensor(prime_str)
    predicted = prime_str
    for p in range(len(prime_str) - 1):
        _, hidden = decoder(prime_input[p].unsqueeze(0), hidden)
    inp = prime_input[-1]
    with torch.no_grad():
        for _ in range(predict_len):
            output, hidden = decoder(inp.unsqueeze(0), hidden)
            topv, topi = output.data.view(-1).topk(1)
            predicted_char = all_characters[topi[0].item()]
            predicted += predicted_char
            inp = char_tensor(predicted_char)[0]
    return predicted


for epoch in range(1, 51):
    start_index = rng.randint(0, len(text) - 17)
    chunk = text[start_index : start_index + 17]
    loss = train(char_tensor(chunk[:-1]), char_tensor(chunk[1:]))
    if epoch % 10 == 0:
        print("[%d %.1f%%] %.4f" % (epoch, epoch / 50 * 100, loss))
print(repr(generate()))
hidden = decoder.init_hidden()
output, hidden = decoder(char_tensor("o"), hidden)
hidden = hidden.detach()
print(hidden.requires_grad, output.exp().sum().item().__round__(6))
