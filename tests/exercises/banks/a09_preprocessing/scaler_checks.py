"""Task 6: a scaler that is fitted on the training part."""

SOLUTION_CELL = "scaler"


def answer(
    part: str = "series[train]",
    mean: str = "np.nanmean(part, axis=0)",
    scale: str = "np.nanstd(part, axis=0)",
    constant: str = "scale = np.where(scale == 0, 1.0, scale)",
    fit: str = "return mean, scale",
    apply: str = "return (x - mean) / scale",
    invert: str = "return z * scale + mean",
) -> str:
    return f"""
def fit_scaler(series, train):
    part = {part}
    mean = {mean}
    scale = {scale}
    {constant}
    {fit}

def apply(x, mean, scale):
    {apply}

def invert(z, mean, scale):
    {invert}
"""


OWN = """rows = x.reshape(-1, x.shape[-1])
    scale = np.nanstd(rows, axis=0)
    return (x - np.nanmean(rows, axis=0)) / np.where(scale == 0, 1, scale)"""

WRONG = {
    "the whole series": (answer("series"), "it is fitted on the whole series"),
    "the other steps": (answer("np.delete(series, train, axis=0)"), "not in the training part"),
    "the first steps": (answer("series[: len(train)]"), "it is fitted on the first steps"),
    "columns in place of steps": (answer("series[:, train]"), "An index runs past the end"),
    "NaN in the mean": (answer(mean="part.mean(axis=0)"), "a missing value spoils it"),
    "NaN in the scale": (answer(scale="part.std(axis=0)"), "a missing value spoils it"),
    "the whole series and NaN": (
        answer("series", "part.mean(axis=0)"),
        "it is fitted on the whole series; fit it on the training part alone, or the test leaks "
        "into it. And a missing value",
    ),
    "missing values as 0": (answer("np.nan_to_num(series[train])"), "missing values count as 0"),
    "whole steps left out": (
        answer("series[train][~np.isnan(series[train]).any(axis=1)]"),
        "steps with a missing value are left out whole",
    ),
    "one mean": (answer(mean="np.nanmean(part) * np.ones(part.shape[1])"), "share one number"),
    "one scale, one number": (answer(scale="np.nanstd(part)"), "all features share one number"),
    "no axis": (answer(mean="np.nanmean(part)"), "you return it once"),
    "the other axis": (answer(mean="np.nanmean(part, axis=1)"), "over the features of each step"),
    "median": (answer(mean="np.nanmedian(part, axis=0)"), "it is the median"),
    "smallest and largest": (
        answer(mean="np.nanmin(part, axis=0)", scale="np.ptp(part, axis=0)"),
        "it is the smallest value",
    ),
    "range": (
        answer(scale="np.nanmax(part, axis=0) - np.nanmin(part, axis=0)"),
        "it is the range",
    ),
    "variance": (answer(scale="np.nanvar(part, axis=0)"), "it is the variance"),
    "n - 1": (answer(scale="np.nanstd(part, axis=0, ddof=1)"), "divided by n - 1"),
    "constant forgotten": (answer(constant="pass"), "has the scale 0, or next to it"),
    "constant in the whole series": (
        answer(constant="scale[np.nanstd(series, axis=0) == 0] = 1"),
        "that does not vary in the training part",
    ),
    "a little added": (answer(constant="scale = scale + 1e-8"), "has the scale 0, or next to it"),
    "one added": (answer(constant="scale = scale + 1"), "1 is added to every scale"),
    "one at least": (
        answer("series[train] * [0.1, 1, 1]", constant="scale = np.maximum(scale, 1)"),
        "The array of means",
    ),
    "small scales raised": (
        answer(constant="scale = np.maximum(scale, 1)"),
        "scales below 1 are 1, too",
    ),
    "scales first": (answer(fit="return scale, mean"), "the means come first"),
    "mean twice": (answer(fit="return mean, mean"), "it is the mean once more"),
    "mean alone": (answer(fit="return mean"), "Return 2 things"),
    "scaled at once": (answer(fit="return (part - mean) / scale"), "Return 2 things"),
    "own numbers": (answer(apply=OWN), "x is scaled with its own mean"),
    "mean alone subtracted": (answer(apply="return x - mean"), "only the mean is subtracted"),
    "scale alone": (answer(apply="return x / scale"), "only the scale is divided by"),
    "brackets": (answer(apply="return x - mean / scale"), "only the mean is divided"),
    "brackets the other way": (
        answer(apply="return x / scale - mean"),
        "the mean is subtracted after the division",
    ),
    "multiplied": (answer(apply="return (x - mean) * scale"), "it is multiplied by the scale"),
    "apply and invert exchanged": (
        answer(apply="return x * scale + mean", invert="return (z - mean) / scale"),
        "it goes the way back",
    ),
    "missing becomes 0": (
        answer(apply="return np.nan_to_num((x - mean) / scale)"),
        "missing values became 0",
    ),
    "in place": (
        answer(apply="x -= mean\n    x /= scale\n    return x"),
        "changed its input `x` in place",
    ),
    "first axis": (answer(apply="return ((x.T - mean) / scale).T"), "shapes do not fit"),
    "invert scales again": (answer(invert="return (z - mean) / scale"), "it is scaled once more"),
    "invert in the wrong order": (
        answer(invert="return (z + mean) * scale"),
        "undo the last step first",
    ),
    "invert without the mean": (answer(invert="return z * scale"), "only the scale is undone"),
    "invert without the scale": (answer(invert="return z + mean"), "only the mean is undone"),
    "invert divides": (answer(invert="return z / scale + mean"), "it is divided by the scale"),
    "invert subtracts": (answer(invert="return z * scale - mean"), "the mean is subtracted"),
    "by scikit-learn": (
        """
from sklearn.preprocessing import StandardScaler

def fit_scaler(series, train):
    scaler = StandardScaler().fit(series[train])
    return scaler.mean_, scaler.scale_

def apply(x, mean, scale):
    return (x - mean) / scale

def invert(z, mean, scale):
    return z * scale + mean
""",
        "Write this one by hand",
    ),
    "by the package": (
        """
from course_utils.preprocessing.series import Scaler

def fit_scaler(series, train):
    scaler = Scaler().fit(series[train])
    return scaler.mean, scaler.scale

def apply(x, mean, scale):
    return (x - mean) / scale

def invert(z, mean, scale):
    return z * scale + mean
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "column by column": """
def fit_scaler(series, train):
    means, scales = [], []
    for column in series[train].T:
        known = column[~np.isnan(column)]
        mean = sum(known) / len(known)
        scale = (sum((v - mean) ** 2 for v in known) / len(known)) ** 0.5
        means.append(mean)
        scales.append(scale if scale > 0 else 1)
    return means, scales

def apply(x, mean, scale):
    z = np.empty(x.shape)
    for f in range(x.shape[-1]):
        z[..., f] = (x[..., f] - mean[f]) / scale[f]
    return z

def invert(z, mean, scale):
    return np.stack([z[..., f] * scale[f] + mean[f] for f in range(z.shape[-1])], axis=-1)
""",
    "a mask": """
def fit_scaler(series, train):
    chosen = np.isin(np.arange(len(series)), train)[:, None] & ~np.isnan(series)
    mean = series.mean(axis=0, where=chosen)
    scale = series.std(axis=0, where=chosen)
    scale[scale == 0] = 1
    return mean, scale

def apply(x, mean, scale):
    return np.divide(np.subtract(x, mean), scale)

def invert(z, mean, scale):
    z = z * scale
    z += mean
    return z
""",
    "mean of squares, close to 0 counts as 0": """
def fit_scaler(series, train):
    part = np.take(series, train, axis=0)
    mean = np.nanmean(part, 0)
    scale = np.sqrt(np.nanmean((part - mean) ** 2, 0))
    return mean, np.where(np.isclose(scale, 0), 1, scale)

def apply(x, mean, scale):
    return x / scale - mean / scale

def invert(z, mean, scale):
    return mean + scale * z
""",
}
