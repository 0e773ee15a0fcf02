"""What test/metrics.test.ts compares with, by the formulas in numpy's float64: python3 tools/reference_metrics.py > test/fixtures/metrics.json"""

import json

import numpy as np

rng = np.random.default_rng(7)
N, C, D = 40, 4, 3

target = rng.integers(0, C, N)
scores = rng.normal(size=(N, C)).round(2)
scores[np.arange(N), target] += 0.7
scores = scores.astype(np.float32)
predicted = scores.argmax(1)


def confusion(predicted, target, classes):
    matrix = np.zeros((classes, classes), int)
    for t, p in zip(target, predicted):
        matrix[t, p] += 1
    return matrix


def scores_of(matrix, beta=1.0):
    hits = np.diag(matrix).astype(float)
    precision = hits / matrix.sum(0)
    recall = hits / matrix.sum(1)
    f = (1 + beta**2) * precision * recall / (beta**2 * precision + recall)
    support = matrix.sum(1) / matrix.sum()
    total = hits.sum() / matrix.sum()
    return {
        name: {"none": each.tolist(), "macro": each.mean(), "weighted": (each * support).sum(), "micro": total}
        for name, each in [("precision", precision), ("recall", recall), ("f", f)]
    }


def auc(score, positive):
    """The share of pairs in which the positive sample scores higher; ties count half."""
    a, b = score[positive == 1][:, None], score[positive == 0][None, :]
    return ((a > b) + 0.5 * (a == b)).mean()


def one_against_one(weighted):
    """Hand & Till 2001: among the samples of two classes, the mean of both areas."""
    areas, weights = [], []
    for i in range(C):
        for j in range(i + 1, C):
            among = (target == i) | (target == j)
            areas.append(np.mean([auc(scores[among, c], (target[among] == c).astype(int)) for c in (i, j)]))
            weights.append(among.sum() if weighted else 1)
    return float(np.average(areas, weights=weights))


matrix = confusion(predicted, target, C)
order = np.argsort(-scores, axis=1, kind="stable")
positive = rng.integers(0, 2, N)
score = (rng.normal(size=N) + positive).round(1).astype(np.float32)  # rounded: ties

thresholds = np.unique(score)[::-1]
tp = np.array([((score >= t) & (positive == 1)).sum() for t in thresholds])
fp = np.array([((score >= t) & (positive == 0)).sum() for t in thresholds])
precision, recall = tp / (tp + fp), tp / positive.sum()
average_precision = float((np.diff(np.concatenate([[0], recall])) * precision).sum())

logits = rng.normal(size=(2, 5, C)).astype(np.float32)
tokens = rng.integers(0, C, (2, 5))
logs = logits.astype(float) - np.log(np.exp(logits.astype(float)).sum(-1, keepdims=True))
own = np.take_along_axis(logs, tokens[..., None], -1)[..., 0]

y = rng.normal(size=N).astype(np.float32)
yhat = (y + 0.3 * rng.normal(size=N)).astype(np.float32)
error = yhat.astype(float) - y.astype(float)

image = rng.uniform(size=(2, 14, 13)).astype(np.float32)
noisy = np.clip(image + 0.1 * rng.normal(size=image.shape), 0, 1).astype(np.float32)


def ssim(x, y, size=11, sigma=1.5, k1=0.01, k2=0.03, range_=1.0):
    g = np.exp(-((np.arange(size) - (size - 1) / 2) ** 2) / (2 * sigma**2))
    window = np.outer(g, g) / np.outer(g, g).sum()
    c1, c2 = (k1 * range_) ** 2, (k2 * range_) ** 2
    values = []
    for a, b in zip(x.astype(float), y.astype(float)):
        for i in range(a.shape[0] - size + 1):
            for j in range(a.shape[1] - size + 1):
                p, q = a[i : i + size, j : j + size], b[i : i + size, j : j + size]
                mp, mq = (window * p).sum(), (window * q).sum()
                vp, vq = (window * (p - mp) ** 2).sum(), (window * (q - mq) ** 2).sum()
                vpq = (window * (p - mp) * (q - mq)).sum()
                values.append((2 * mp * mq + c1) * (2 * vpq + c2) / ((mp**2 + mq**2 + c1) * (vp + vq + c2)))
    return float(np.mean(values))


a = rng.normal(size=(30, D)).astype(np.float32)
b = (rng.normal(size=(25, D)) @ rng.normal(size=(D, D)) + 0.5).astype(np.float32)


def frechet(a, b):
    a, b = a.astype(float), b.astype(float)
    sa, sb = np.cov(a.T), np.cov(b.T)
    roots = np.sqrt(np.linalg.eigvals(sa @ sb).real.clip(0)).sum()
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(sa) + np.trace(sb) - 2 * roots)


def mmd(a, b, k, unbiased):
    a, b = a.astype(float), b.astype(float)

    def within(x):
        n = len(x)
        g = np.array([[k(p, q) for q in x] for p in x])
        return (g.sum() - np.trace(g)) / (n * (n - 1)) if unbiased else g.mean()

    return float(within(a) + within(b) - 2 * np.mean([[k(p, q) for q in b] for p in a]))


def wasserstein(u, v, uw, vw):
    points = np.sort(np.concatenate([u, v]))
    f = np.array([uw[u <= p].sum() for p in points]) / uw.sum()
    g = np.array([vw[v <= p].sum() for p in points]) / vw.sum()
    return float((np.abs(f - g)[:-1] * np.diff(points)).sum())


u, v = rng.normal(size=9).round(1), (rng.normal(size=6) + 1).round(1)
uw, vw = rng.uniform(size=9), rng.uniform(size=6)

print(
    json.dumps(
        {
            "numpy": np.__version__,
            "classes": {
                "scores": scores.tolist(),
                "target": target.tolist(),
                "confusion": matrix.tolist(),
                "accuracy": float((predicted == target).mean()),
                "top2": float((order[:, :2] == target[:, None]).any(1).mean()),
                "f1": scores_of(matrix),
                "f2": scores_of(matrix, 2.0)["f"],
                "auc": [auc(scores[:, c], (target == c).astype(int)) for c in range(C)],
                "aucPairs": {"macro": one_against_one(False), "weighted": one_against_one(True)},
            },
            "binary": {
                "score": score.tolist(),
                "target": positive.tolist(),
                "auc": float(auc(score, positive)),
                "fpr": (fp / (positive == 0).sum()).tolist(),
                "tpr": recall.tolist(),
                "precision": precision.tolist(),
                "averagePrecision": average_precision,
            },
            "tokens": {
                "logits": logits.tolist(),
                "target": tokens.tolist(),
                "perplexity": float(np.exp(-own.mean())),
                "withoutClass0": float(np.exp(-own[tokens != 0].mean())),
            },
            "regression": {
                "output": yhat.tolist(),
                "target": y.tolist(),
                "mae": float(np.abs(error).mean()),
                "mse": float((error**2).mean()),
                "rmse": float(np.sqrt((error**2).mean())),
                "r2": float(1 - (error**2).sum() / ((y.astype(float) - y.astype(float).mean()) ** 2).sum()),
            },
            "images": {
                "output": noisy.tolist(),
                "target": image.tolist(),
                "psnr": float(10 * np.log10(1 / ((noisy.astype(float) - image.astype(float)) ** 2).mean())),
                "psnr255": float(10 * np.log10(255**2 / ((noisy.astype(float) - image.astype(float)) ** 2).mean())),
                "ssim": ssim(noisy, image),
                "ssimOptions": ssim(noisy, image, 7, 2.0, 0.02, 0.05, 2.0),
            },
            "sets": {
                "x": a.tolist(),
                "y": b.tolist(),
                "frechet": frechet(a, b),
                "rbf": mmd(a, b, lambda p, q: np.exp(-((p - q) ** 2).sum() / D), True),
                "rbfBiased": mmd(a, b, lambda p, q: np.exp(-0.2 * ((p - q) ** 2).sum()), False),
                "polynomial": mmd(a, b, lambda p, q: (p @ q / D + 1) ** 3, True),
                "polynomial2": mmd(a, b, lambda p, q: (p @ q / D + 0.5) ** 2, True),
            },
            "line": {
                "x": u.tolist(),
                "y": v.tolist(),
                "xWeights": uw.tolist(),
                "yWeights": vw.tolist(),
                "plain": wasserstein(u, v, np.ones(9), np.ones(6)),
                "weighted": wasserstein(u, v, uw, vw),
            },
        }
    )
)
