/** Errors as programs and tools write them, with the code that they come from; written before any prompt was tuned. */

export interface SampleError {
  error: string;
  files: Readonly<Record<string, string>>;
  /** Patterns that an explanation must all hold: what the error is about, and what causes it. */
  facts: readonly string[];
}

const python = (text: string): string => `$ python3 main.py\nTraceback (most recent call last):\n${text}`;

export const sampleErrors: readonly SampleError[] = [
  {
    error: python(
      '  File "main.py", line 5, in <module>\n    print(area(3))\nTypeError: area() missing 1 required positional argument: \'height\'',
    ),
    files: { 'main.py': 'def area(width, height):\n    return width * height\n\n\nprint(area(3))\n' },
    facts: ['height', 'missing|not given|without|required|second|only one|argument'],
  },
  {
    error: python(
      '  File "main.py", line 4, in total\n    return sum(prices) / len(price)\nNameError: name \'price\' is not defined',
    ),
    files: {
      'main.py':
        'prices = [3, 5]\n\ndef total(prices):\n    return sum(prices) / len(price)\n\n\nprint(total(prices))\n',
    },
    facts: ['\\bprice\\b', 'defin|misspel|typo|exist|should be|prices'],
  },
  {
    error: python('  File "main.py", line 3, in <module>\n    print(settings["port"])\nKeyError: \'port\''),
    files: { 'main.py': 'settings = {"host": "localhost"}\n\nprint(settings["port"])\n' },
    facts: ['port', 'key|dictionary|settings'],
  },
  {
    error: python(
      '  File "main.py", line 2, in <module>\n    print(values[3])\nIndexError: list index out of range',
    ),
    files: { 'main.py': 'values = [1, 2, 3]\nprint(values[3])\n' },
    facts: ['index|element|position', 'range|only|three|\\b3\\b|exist|length|bound'],
  },
  {
    error: python(
      '  File "main.py", line 2, in average\n    return sum(values) / len(values)\nZeroDivisionError: division by zero',
    ),
    files: {
      'main.py': 'def average(values):\n    return sum(values) / len(values)\n\n\nprint(average([]))\n',
    },
    facts: ['zero|\\b0\\b', 'empty|len|no values|list'],
  },
  {
    error: python(
      '  File "main.py", line 1, in <module>\n    total = "Sum: " + 5\nTypeError: can only concatenate str (not "int") to str',
    ),
    files: { 'main.py': 'total = "Sum: " + 5\nprint(total)\n' },
    facts: ['str', 'int|number|integer'],
  },
  {
    error: python(
      "  File \"main.py\", line 2, in <module>\n    names.add('Eve')\nAttributeError: 'list' object has no attribute 'add'",
    ),
    files: { 'main.py': "names = ['Ann', 'Bob']\nnames.add('Eve')\n" },
    facts: ['\\badd\\b', 'list'],
  },
  {
    error: python(
      '  File "main.py", line 1, in <module>\n    import yaml\nModuleNotFoundError: No module named \'yaml\'',
    ),
    files: { 'main.py': "import yaml\n\nprint(yaml.safe_load('a: 1'))\n" },
    facts: ['yaml', 'install|found|module|package'],
  },
  {
    error: python(
      '  File "main.py", line 1, in <module>\n    count = int("12a")\nValueError: invalid literal for int() with base 10: \'12a\'',
    ),
    files: { 'main.py': 'count = int("12a")\nprint(count)\n' },
    facts: ['12a', 'int|number|integer|convert|digit'],
  },
  {
    error: python(
      "  File \"main.py\", line 1, in <module>\n    with open('config.json') as file:\nFileNotFoundError: [Errno 2] No such file or directory: 'config.json'",
    ),
    files: { 'main.py': "with open('config.json') as file:\n    print(file.read())\n" },
    facts: ['config\\.json', 'exist|found|missing|path|director|there'],
  },
  {
    error: python(
      '  File "main.py", line 6, in down\n    return down(n - 1)\n  [Previous line repeated 995 more times]\nRecursionError: maximum recursion depth exceeded',
    ),
    files: {
      'main.py': 'import sys\n\n\ndef down(n):\n    # counts down\n    return down(n - 1)\n\n\ndown(3)\n',
    },
    facts: ['recurs|calls itself', 'stop|base case|end|never|infinite|condition|limit|depth'],
  },
  {
    error: python(
      '  File "main.py", line 3, in increase\n    count += 1\nUnboundLocalError: cannot access local variable \'count\' where it is not associated with a value',
    ),
    files: { 'main.py': 'count = 0\ndef increase():\n    count += 1\n\n\nincrease()\n' },
    facts: ['count', 'global|local|assign|value|initiali'],
  },
  {
    error:
      "$ node main.js\nmain.js:2\nconsole.log(user.name.length);\n                      ^\n\nTypeError: Cannot read properties of undefined (reading 'length')\n    at Object.<anonymous> (main.js:2:23)",
    files: { 'main.js': 'const user = { id: 7 };\nconsole.log(user.name.length);\n' },
    facts: ['undefined', 'name|length'],
  },
  {
    error:
      '$ node main.js\nmain.js:2\nlimit = 20;\n      ^\n\nTypeError: Assignment to constant variable.\n    at Object.<anonymous> (main.js:2:7)',
    files: { 'main.js': 'const limit = 10;\nlimit = 20;\n' },
    facts: ['const', 'limit|assign|let|change'],
  },
  {
    error:
      '$ node main.js\nmain.js:3\nconsole.log(totel);\n            ^\n\nReferenceError: totel is not defined\n    at Object.<anonymous> (main.js:3:13)',
    files: { 'main.js': 'const total = 3 + 4;\n\nconsole.log(totel);\n' },
    facts: ['totel', 'defin|total|declar|typo|misspel'],
  },
  {
    error:
      '$ node main.js\nmain.js:2\nnames.map(name => name.toUppercase());\n                       ^\n\nTypeError: name.toUppercase is not a function\n    at main.js:2:24',
    files: { 'main.js': "const names = ['ann', 'bob'];\nnames.map(name => name.toUppercase());\n" },
    facts: ['toUppercase', 'toUpperCase|function|method|exist|spell'],
  },
  {
    error:
      '$ node main.js\nundefined:1\n{name: "Ann"}\n ^\n\nSyntaxError: Expected property name or \'}\' in JSON at position 1\n    at JSON.parse (<anonymous>)\n    at Object.<anonymous> (main.js:1:19)',
    files: { 'main.js': 'const user = JSON.parse(\'{name: "Ann"}\');\nconsole.log(user);\n' },
    facts: ['JSON', 'quot|name|property|valid|format'],
  },
  {
    error:
      "main.ts:5:15 - error TS2345: Argument of type 'string' is not assignable to parameter of type 'number'.\n\n5 console.log(twice('4'));",
    files: {
      'main.ts':
        "function twice(value: number): number {\n  return 2 * value;\n}\n\nconsole.log(twice('4'));\n",
    },
    facts: ['string', 'number'],
  },
  {
    error:
      'error[E0382]: borrow of moved value: `names`\n --> main.rs:5:20\n  |\n3 |     let names = vec!["Ann"];\n4 |     show(names);\n  |          ----- value moved here\n5 |     println!("{}", names.len());\n  |                    ^^^^^ value borrowed here after move',
    files: {
      'main.rs':
        'fn show(names: Vec<&str>) { println!("{}", names[0]); }\nfn main() {\n    let names = vec!["Ann"];\n    show(names);\n    println!("{}", names.len());\n}\n',
    },
    facts: ['names', 'mov|owner|borrow'],
  },
  {
    error:
      'panic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\nmain.main()\n\tmain.go:7 +0x1d',
    files: {
      'main.go':
        'package main\n\nimport "fmt"\n\nfunc main() {\n\tvalues := []int{1, 2, 3}\n\tfmt.Println(values[3])\n}\n',
    },
    facts: ['index|element|position', '\\b3\\b|three|length|range|bound'],
  },
];
