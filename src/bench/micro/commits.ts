/** Changes to be named: files before and after; written before any prompt was tuned. */

export interface SampleChange {
  before: Readonly<Record<string, string>>;
  after: Readonly<Record<string, string>>;
  /** A pattern of what the line must name: the thing that changed, by its name or in other words. */
  about: string;
}

/** One file in which a passage is replaced. */
function change(path: string, before: string, from: string, to: string, about: string): SampleChange {
  return { before: { [path]: before }, after: { [path]: before.replace(from, to) }, about };
}

const mean =
  'def mean(values):\n    return sum(values) / len(values)\n\n\ndef median(values):\n    ordered = sorted(values)\n    return ordered[len(ordered) // 2]\n';
const server =
  "import http from 'node:http';\n\nconst port = 8080;\n\nexport function start(handler) {\n  const server = http.createServer(handler);\n  server.listen(port);\n  return server;\n}\n";
const cart =
  'export class Cart {\n  constructor() {\n    this.items = [];\n  }\n\n  add(item, count) {\n    this.items.push({ item, count });\n  }\n\n  total() {\n    let sum = 0;\n    for (const { item, count } of this.items) sum += item.price * count;\n    return sum;\n  }\n}\n';
const users =
  'import sqlite3\n\n\ndef find_user(connection, name):\n    query = "SELECT id, name FROM users WHERE name = \'" + name + "\'"\n    return connection.execute(query).fetchone()\n\n\ndef delete_user(connection, user_id):\n    connection.execute("DELETE FROM users WHERE id = ?", (user_id,))\n';
const readme = '# Weather\n\nShows the weather of a city.\n\n## Use\n\n    weather CITY\n';

export const sampleChanges: readonly SampleChange[] = [
  change(
    'stats.py',
    mean,
    'def mean(values):\n',
    'def mean(values):\n    if not values:\n        raise ValueError("no values")\n',
    'mean|empty|value|error|check|valid',
  ),
  change(
    'stats.py',
    mean,
    '    return ordered[len(ordered) // 2]\n',
    '    half = len(ordered) // 2\n    if len(ordered) % 2 == 0:\n        return (ordered[half - 1] + ordered[half]) / 2\n    return ordered[half]\n',
    'median|even|middle',
  ),
  {
    before: { 'stats.py': mean },
    after: { 'stats.py': `${mean}\n\ndef mode(values):\n    return max(set(values), key=values.count)\n` },
    about: 'mode',
  },
  change(
    'server.js',
    server,
    'const port = 8080;',
    'const port = Number(process.env.PORT ?? 8080);',
    'port|environment|env',
  ),
  change(
    'server.js',
    server,
    '  server.listen(port);\n',
    "  server.listen(port, '127.0.0.1');\n",
    'listen|host|local|address|server|127',
  ),
  change(
    'server.js',
    server,
    'export function start(handler)',
    'export function startServer(handler)',
    'start|rename|server',
  ),
  change('cart.js', cart, '  add(item, count) {\n', '  add(item, count = 1) {\n', 'count|default|add|cart'),
  change(
    'cart.js',
    cart,
    '  total() {\n',
    '  remove(item) {\n    this.items = this.items.filter((entry) => entry.item !== item);\n  }\n\n  total() {\n',
    'remov|item|cart',
  ),
  change(
    'cart.js',
    cart,
    '    let sum = 0;\n    for (const { item, count } of this.items) sum += item.price * count;\n    return sum;\n',
    '    return this.items.reduce((sum, { item, count }) => sum + item.price * count, 0);\n',
    'total|reduce|sum|cart',
  ),
  change(
    'users.py',
    users,
    '    query = "SELECT id, name FROM users WHERE name = \'" + name + "\'"\n    return connection.execute(query).fetchone()\n',
    '    query = "SELECT id, name FROM users WHERE name = ?"\n    return connection.execute(query, (name,)).fetchone()\n',
    'user|query|sql|param|injection|placeholder',
  ),
  change(
    'users.py',
    users,
    '    connection.execute("DELETE FROM users WHERE id = ?", (user_id,))\n',
    '    connection.execute("DELETE FROM users WHERE id = ?", (user_id,))\n    connection.commit()\n',
    'commit|delet|user',
  ),
  change('users.py', users, 'import sqlite3\n\n\n', '', 'import|sqlite|unused'),
  change(
    'README.md',
    readme,
    '    weather CITY\n',
    '    weather CITY\n    weather --days 3 CITY\n',
    'days|readme|usage|use|doc|option',
  ),
  change(
    'README.md',
    readme,
    '## Use\n',
    '## Install\n\n    pip install weather\n\n## Use\n',
    'install|readme',
  ),
  {
    before: {},
    after: { '.gitignore': 'node_modules/\ndist/\n*.log\n' },
    about: 'gitignore|ignore',
  },
  {
    before: { 'stats.py': mean },
    after: {
      'test_stats.py':
        'import unittest\n\nfrom stats import mean\n\n\nclass MeanTest(unittest.TestCase):\n    def test_two_values(self):\n        self.assertEqual(mean([1, 3]), 2)\n',
    },
    about: 'test',
  },
  change(
    'retry.go',
    'package retry\n\nimport "time"\n\nfunc Do(times int, work func() error) error {\n\tvar err error\n\tfor i := 0; i < times; i++ {\n\t\tif err = work(); err == nil {\n\t\t\treturn nil\n\t\t}\n\t\ttime.Sleep(time.Second)\n\t}\n\treturn err\n}\n',
    '\t\ttime.Sleep(time.Second)\n',
    '\t\ttime.Sleep(time.Second << i)\n',
    'retry|sleep|backoff|wait|delay|exponential|time',
  ),
  change(
    'config.json',
    '{\n  "timeout": 30,\n  "retries": 3\n}\n',
    '"timeout": 30',
    '"timeout": 60',
    'timeout|60|config',
  ),
  change(
    'Queue.java',
    'import java.util.ArrayList;\nimport java.util.List;\n\nclass Queue {\n    private final List<String> items = new ArrayList<>();\n\n    void add(String item) {\n        items.add(item);\n    }\n\n    String next() {\n        return items.remove(0);\n    }\n}\n',
    '        return items.remove(0);\n',
    '        return items.isEmpty() ? null : items.remove(0);\n',
    'empty|null|next|queue',
  ),
  {
    before: {
      'names.py': 'def full_name(first, last):\n    return first + " " + last\n',
      'main.py': 'from names import full_name\n\nprint(full_name("Ada", "Lovelace"))\n',
    },
    after: {
      'names.py': 'def display_name(first, last):\n    return first + " " + last\n',
      'main.py': 'from names import display_name\n\nprint(display_name("Ada", "Lovelace"))\n',
    },
    about: 'display_name|full_name|rename|name',
  },
];
