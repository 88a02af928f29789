"""Small statistics on lists of numbers."""


def mean(values):
    """The arithmetic mean."""
    if not values:
        raise ValueError("mean of no values")
    return sum(values) / len(values)


def median(values):
    """The middle value, or the mean of the two middle ones."""
    if not values:
        raise ValueError("median of no values")
    ordered = sorted(values)
    m = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return ordered[m]
    return (ordered[m] + ordered[m + 1]) / 2


def variance(values):
    """The population variance."""
    center = mean(values)
    return sum((value - center) ** 2 for value in values) / len(values)


def mode(values):
    """The most frequent value; of several, the one that comes first."""
    if not values:
        raise ValueError("mode of no values")
    return max(values, key=values.count)


def value_range(values):
    """The distance between the smallest and the largest value."""
    if not values:
        raise ValueError("range of no values")
    return max(values) - min(values)


def moving_average(values, width):
    """The means of all windows of `width` neighbouring values."""
    if width < 1:
        raise ValueError("width must be at least 1")
    return [mean(values[i : i + width]) for i in range(len(values) - width + 1)]
