import { python, type SampleFunction } from './sample-function';

export const pythonFunctions: readonly SampleFunction[] = [
  python(
    'clamping.py',
    ['value', 'low', 'high'],
    `def clamp(value, low, high):
    if low > high:
        raise ValueError("low is above high")
    if value < low:
        return low
    if value > high:
        return high
    return value
`,
    {
      about: 'clamp|limit|restrict|bound|between|within|range',
      doc: ['"""Keep a number within bounds.', '', 'Args:', '    value: The number.', '"""'],
      faults: [
        ['return low\n', 'return high\n'],
        ['    return value', '    return low'],
      ],
    },
  ),
  python(
    'batches.py',
    ['items', 'size'],
    `def chunked(items, size):
    if size < 1:
        raise ValueError("size must be at least 1")
    return [items[start:start + size] for start in range(0, len(items), size)]
`,
    {
      about: 'chunk|split|group|batch|divid|part|sublist|slice',
      doc: ['"""Split a list into lists of a given size.', '', ':param items: the list', '"""'],
      faults: [
        ['start:start + size', 'start:start + size - 1'],
        ['return [', 'return items or ['],
      ],
    },
  ),
  python(
    'durations.py',
    ['text'],
    `UNITS = {"h": 3600, "m": 60, "s": 1}


def parse_duration(text):
    total = 0
    digits = ""
    for character in text.strip().lower():
        if character.isdigit():
            digits += character
        elif character in UNITS and digits:
            total += int(digits) * UNITS[character]
            digits = ""
        elif character != " ":
            raise ValueError("not a duration: " + text)
    return total
`,
    {
      about: 'duration|second|time|parse|convert',
      doc: ['"""Read a duration such as 1h30m."""'],
      faults: [
        ['total += int', 'total = int'],
        ['"m": 60', '"m": 6'],
        ['return total', 'return 0'],
      ],
    },
  ),
  python(
    'averages.py',
    ['values', 'window'],
    `def moving_average(values, window):
    if window < 1 or window > len(values):
        return []
    sums = []
    for end in range(window, len(values) + 1):
        sums.append(sum(values[end - window:end]) / window)
    return sums
`,
    {
      about: 'moving|average|mean|window',
      doc: ['"""Average neighbouring values.', '', 'Args:', '    values: Numbers.', '"""'],
      faults: [
        [' / window', ''],
        ['return sums', 'return []'],
      ],
    },
  ),
  python(
    'slugs.py',
    ['title', 'separator'],
    `import re


def slugify(title, separator="-"):
    words = re.findall(r"[a-z0-9]+", title.lower())
    return separator.join(words)
`,
    {
      about: 'slug|title|url|separat|join|word',
      doc: [
        '"""Make a title usable in an address.',
        '',
        ':param title: any text',
        ':return: the words, joined',
        '"""',
      ],
      faults: [
        ['title.lower()', 'title'],
        ['separator.join(words)', '"".join(words)'],
      ],
    },
  ),
  python(
    'intervals.py',
    ['intervals'],
    `def merge_intervals(intervals):
    merged = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return [tuple(interval) for interval in merged]
`,
    {
      about: 'merg|overlap|interval|combin',
      doc: ['"""Join intervals that overlap.', '', 'Returns:', '    The joined intervals.', '"""'],
      faults: [
        ['start <= merged', 'start > merged'],
        ['sorted(intervals)', 'sorted(intervals)[:1]'],
      ],
    },
  ),
  python(
    'counting.py',
    ['text', 'ignore'],
    `def word_counts(text, ignore=()):
    counts = {}
    for word in text.lower().split():
        word = word.strip(".,;:!?")
        if word and word not in ignore:
            counts[word] = counts.get(word, 0) + 1
    return counts
`,
    {
      about: 'count|word|frequen|occur',
      doc: [
        '"""Count the words of a text.',
        '',
        'Args:',
        '    text: Any text.',
        '',
        'Returns:',
        '    A dictionary.',
        '"""',
      ],
      faults: [
        ['counts.get(word, 0) + 1', '0'],
        ['.lower()', '.upper()'],
      ],
    },
  ),
  python(
    'numerals.py',
    ['number'],
    `NUMERALS = [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]


def roman(number):
    if not 0 < number < 40:
        raise ValueError("only 1 to 39")
    result = ""
    for value, letters in NUMERALS:
        while number >= value:
            result += letters
            number -= value
    return result
`,
    {
      about: 'roman|numeral|convert',
      doc: ['"""Write a number as the Romans did."""'],
      faults: [
        ['number >= value', 'number > value'],
        ['result += letters', 'result = letters'],
      ],
    },
  ),
  python(
    'nesting.py',
    ['nested', 'depth'],
    `def flatten(nested, depth=1):
    flat = []
    for item in nested:
        if isinstance(item, list) and depth > 0:
            flat.extend(flatten(item, depth - 1))
        else:
            flat.append(item)
    return flat
`,
    {
      about: 'flat|nest|list|depth|level',
      doc: [
        '"""Take a list out of its lists.',
        '',
        'Parameters',
        '----------',
        'nested',
        '    A list that may hold lists.',
        '"""',
      ],
      faults: [
        ['flat.extend(flatten(item, depth - 1))', 'flat.append(item)'],
        ['flat.append(item)', 'pass'],
      ],
    },
  ),
  python(
    'brackets.py',
    ['text'],
    `PAIRS = {")": "(", "]": "[", "}": "{"}


def is_balanced(text):
    open_brackets = []
    for character in text:
        if character in PAIRS.values():
            open_brackets.append(character)
        elif character in PAIRS:
            if not open_brackets or open_brackets.pop() != PAIRS[character]:
                return False
    return not open_brackets
`,
    {
      about: 'balanc|bracket|parenthes|match|pair',
      doc: ['"""Tell whether each bracket has its partner."""'],
      faults: [
        ['return not open_brackets', 'return False'],
        ['return False', 'return True'],
      ],
    },
  ),
  python(
    'changes.py',
    ['old', 'new'],
    `def percent_change(old, new):
    if old == 0:
        return None
    return round((new - old) / old * 100, 1)
`,
    {
      about: 'percent|change|differ',
      doc: [
        '"""Tell a change in percent.',
        '',
        ':param old: value before',
        ':returns: percent, or None',
        '"""',
      ],
      faults: [
        ['(new - old)', '(old - new)'],
        [' * 100', ''],
      ],
    },
  ),
  python(
    'prefixes.py',
    ['first', 'second'],
    `def common_prefix(first, second):
    length = 0
    while length < min(len(first), len(second)) and first[length] == second[length]:
        length += 1
    return first[:length]
`,
    {
      about: 'prefix|common|begin|start|shared',
      doc: ['"""Find how two texts begin alike.', '', 'Args:', '    first: A text.', '"""'],
      faults: [
        ['return first[:length]', 'return first'],
        ['return first[:length]', 'return ""'],
      ],
    },
  ),
];
