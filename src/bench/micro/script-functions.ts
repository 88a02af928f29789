import { type SampleFunction, script } from './sample-function';

export const scriptFunctions: readonly SampleFunction[] = [
  script(
    'initials.js',
    ['fullName'],
    `function initials(fullName) {
  const words = fullName.trim().split(/\\s+/).filter((word) => word !== '');
  return words.map((word) => word[0].toUpperCase()).join('');
}
`,
    {
      about: 'initial|first letter|name',
      doc: ['The first letters of a name.'],
      faults: [
        ['.toUpperCase()', '.toLowerCase()'],
        ["join('')", "join('.')"],
      ],
    },
  ),
  script(
    'grouping.mjs',
    ['items', 'key'],
    `function groupBy(items, key) {
  const groups = {};
  for (const item of items) {
    const name = item[key];
    groups[name] = groups[name] ?? [];
    groups[name].push(item);
  }
  return groups;
}
`,
    {
      about: 'group|key|categor',
      doc: ['Sorts objects into groups.', '', '@param items the objects'],
      faults: [
        ['groups[name].push(item)', 'groups[name].push(name)'],
        ['return groups', 'return {}'],
      ],
    },
  ),
  script(
    'money.js',
    ['amount'],
    `function toCents(amount) {
  const match = /^(\\d+)(?:\\.(\\d{1,2}))?$/.exec(amount.trim());
  if (!match) throw new Error('not an amount: ' + amount);
  return Number(match[1]) * 100 + Number((match[2] ?? '0').padEnd(2, '0'));
}
`,
    {
      about: 'cent|amount|money|currency|convert',
      doc: ['Reads an amount of money.'],
      faults: [
        [' * 100', ''],
        ["padEnd(2, '0')", "padStart(2, '0')"],
        ['+ Number(', '- Number('],
      ],
    },
  ),
  script(
    'truncating.mjs',
    ['text', 'length', 'ellipsis'],
    `function truncate(text, length, ellipsis = '...') {
  if (text.length <= length) return text;
  return text.slice(0, Math.max(0, length - ellipsis.length)) + ellipsis;
}
`,
    {
      about: 'truncat|short|cut|length|ellipsis',
      doc: ['Cuts a text that is too long.', '', '@param text any text', '@param length characters at most'],
      faults: [
        [' + ellipsis;', ';'],
        ['text.length <= length', 'text.length > length'],
      ],
    },
  ),
  script(
    'calendar.js',
    ['start', 'end'],
    `function daysBetween(start, end) {
  const day = 24 * 60 * 60 * 1000;
  return Math.round((Date.parse(end) - Date.parse(start)) / day);
}
`,
    {
      about: 'day|date|between|differ',
      doc: ['Counts days.', '', '@param start such as 2024-02-28', '@returns a whole number'],
      faults: [
        ['Date.parse(end) - Date.parse(start)', 'Date.parse(start) - Date.parse(end)'],
        ['24 * 60', '12 * 60'],
      ],
    },
  ),
  script(
    'queries.mjs',
    ['query'],
    `function parseQuery(query) {
  const result = {};
  for (const part of query.replace(/^\\?/, '').split('&')) {
    if (part === '') continue;
    const [name, value = ''] = part.split('=');
    result[decodeURIComponent(name)] = decodeURIComponent(value);
  }
  return result;
}
`,
    {
      about: 'query|parse|parameter|url|object',
      doc: ['Takes the query of an address apart.'],
      faults: [
        ["split('&')", "split(';')"],
        ['= decodeURIComponent(value)', '= name'],
      ],
    },
  ),
  script(
    'ranges.js',
    ['start', 'end', 'step'],
    `function range(start, end, step = 1) {
  const numbers = [];
  for (let number = start; number < end; number += step) numbers.push(number);
  return numbers;
}
`,
    {
      about: 'range|number|sequence|step|array',
      doc: [
        'Numbers from one to another.',
        '',
        '@param start the first',
        '@param end the first that is left out',
      ],
      faults: [
        ['number < end', 'number <= end'],
        ['number += step', 'number += 2 * step'],
      ],
    },
  ),
  script(
    'middle.mjs',
    ['numbers'],
    `function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
`,
    {
      about: 'median|middle',
      doc: ['The value in the middle.', '', '@returns a number'],
      faults: [
        ['sorted[half]) / 2', 'sorted[half]) / 4'],
        ['sorted.length % 2 === 1', 'sorted.length % 2 === 0'],
      ],
    },
  ),
];
