/**
 * Requests as developers type them to a coding agent in the sample projects `test/workspaces/stats-py` and `cart-js`:
 * 40 that cannot be answered without a tool and 20 that need none. Written before any rule, prompt or grammar was
 * tuned on them; they are measured against, never fitted to.
 */

import type { ToolName } from '../tools/definitions';

export interface ToolRequest {
  id: string;
  workspace: 'stats-py' | 'cart-js';
  text: string;
  /** Tools that are a sensible first call; none means that the request needs no tool. */
  tools: readonly ToolName[];
  /** What the arguments of the first call must match, by key, where only one value is sensible. */
  arguments?: Readonly<Partial<Record<'path' | 'pattern' | 'command' | 'start_line', RegExp>>>;
}

const look = ['read_file', 'search'] as const;
const change = ['edit_file', 'read_file', 'search'] as const;
/** The same where the request names something that the project defines. */
const lookUp = [...look, 'find_symbol'] as const;
const changeNamed = [...change, 'find_symbol'] as const;

export const toolRequests: readonly ToolRequest[] = [
  {
    id: 'n01',
    workspace: 'stats-py',
    text: "what's in stats.py",
    tools: look,
    arguments: { path: /stats\.py/ },
  },
  {
    id: 'n02',
    workspace: 'stats-py',
    text: 'Show me the test file',
    tools: ['read_file', 'list_files', 'search'],
  },
  { id: 'n03', workspace: 'stats-py', text: 'How does median work in this project?', tools: lookUp },
  {
    id: 'n04',
    workspace: 'stats-py',
    text: 'where do we raise ValueError',
    tools: look,
    arguments: { pattern: /ValueError/ },
  },
  {
    id: 'n05',
    workspace: 'stats-py',
    text: 'Which functions does stats.py export?',
    tools: look,
    arguments: { path: /stats\.py/ },
  },
  {
    id: 'n06',
    workspace: 'stats-py',
    text: 'list everything in this folder',
    tools: ['list_files', 'run_command'],
    arguments: { command: /^(ls|dir|find|tree)/ },
  },
  {
    id: 'n07',
    workspace: 'stats-py',
    text: 'Are there any TODO comments left in here?',
    tools: ['search', 'run_command'],
    arguments: { pattern: /TODO/, command: /TODO/ },
  },
  {
    id: 'n08',
    workspace: 'stats-py',
    text: 'run the tests and tell me if they pass',
    tools: ['run_command', 'list_files'],
    arguments: { command: /test/ },
  },
  {
    id: 'n09',
    workspace: 'stats-py',
    text: 'python3 test_stats.py please',
    tools: ['run_command'],
    arguments: { command: /python3 test_stats\.py/ },
  },
  {
    id: 'n10',
    workspace: 'stats-py',
    text: 'What Python version is installed here?',
    tools: ['run_command'],
    arguments: { command: /python/ },
  },
  {
    id: 'n11',
    workspace: 'stats-py',
    text: 'the even-count median test is red, can you have a look',
    tools: ['run_command', ...change],
  },
  {
    id: 'n12',
    workspace: 'stats-py',
    text: 'Add a comment to moving_average saying that width must not exceed the number of values',
    tools: changeNamed,
  },
  { id: 'n13', workspace: 'stats-py', text: 'Rename value_range to spread everywhere', tools: changeNamed },
  { id: 'n14', workspace: 'stats-py', text: 'Put a function geometric_mean into stats.py', tools: change },
  { id: 'n15', workspace: 'stats-py', text: 'Delete the mode function, nobody uses it', tools: changeNamed },
  { id: 'n16', workspace: 'stats-py', text: 'Is variance covered by a test?', tools: lookUp },
  {
    id: 'n17',
    workspace: 'stats-py',
    text: 'does anything call moving_average?',
    tools: look,
    arguments: { pattern: /moving_average/ },
  },
  {
    id: 'n18',
    workspace: 'stats-py',
    text: 'I need a .gitignore for this, ignoring __pycache__',
    tools: ['edit_file', 'list_files', 'run_command'],
  },
  {
    id: 'n19',
    workspace: 'stats-py',
    text: "Read lines 14 to 24 of stats.py and tell me what's off",
    tools: ['read_file'],
    arguments: { path: /stats\.py/, start_line: /^14$/ },
  },
  { id: 'n20', workspace: 'stats-py', text: 'Update the README so it mentions pytest', tools: change },
  {
    id: 'n21',
    workspace: 'cart-js',
    text: 'What test script does package.json define?',
    tools: look,
    arguments: { path: /package\.json/ },
  },
  {
    id: 'n22',
    workspace: 'cart-js',
    text: 'npm test',
    tools: ['run_command'],
    arguments: { command: /^npm (run )?test/ },
  },
  {
    id: 'n23',
    workspace: 'cart-js',
    text: 'Why is the discount test failing?',
    tools: ['run_command', ...look],
  },
  {
    id: 'n24',
    workspace: 'cart-js',
    text: 'Check git status',
    tools: ['run_command'],
    arguments: { command: /git status/ },
  },
  {
    id: 'n25',
    workspace: 'cart-js',
    text: 'open cart.js',
    tools: ['read_file'],
    arguments: { path: /cart\.js/ },
  },
  {
    id: 'n26',
    workspace: 'cart-js',
    text: 'find all uses of applyDiscount',
    tools: ['search', 'run_command'],
    arguments: { pattern: /applyDiscount/ },
  },
  {
    id: 'n27',
    workspace: 'cart-js',
    text: 'What does shipping() charge for an order of 30 euros? Look at the code.',
    tools: lookUp,
  },
  {
    id: 'n28',
    workspace: 'cart-js',
    text: 'Make subtotal skip items whose quantity is zero',
    tools: changeNamed,
  },
  {
    id: 'n29',
    workspace: 'cart-js',
    text: 'Could you write a CHANGELOG.md with a first entry?',
    tools: ['edit_file', 'list_files', 'read_file'],
  },
  {
    id: 'n30',
    workspace: 'cart-js',
    text: "See whether there's a config for eslint somewhere",
    tools: ['list_files', 'search', 'run_command'],
  },
  {
    id: 'n31',
    workspace: 'cart-js',
    text: 'how many lines does cart.js have?',
    tools: ['run_command', 'read_file'],
  },
  {
    id: 'n32',
    workspace: 'cart-js',
    text: 'Which files are there besides the README?',
    tools: ['list_files', 'run_command'],
  },
  {
    id: 'n33',
    workspace: 'cart-js',
    text: 'install lodash',
    tools: ['run_command'],
    arguments: { command: /lodash/ },
  },
  { id: 'n34', workspace: 'cart-js', text: 'Does remove() mutate its input?', tools: lookUp },
  {
    id: 'n35',
    workspace: 'cart-js',
    text: 'In cart.test.js, add a case for an empty cart',
    tools: change,
    arguments: { path: /cart\.test\.js/ },
  },
  {
    id: 'n36',
    workspace: 'cart-js',
    text: 'Start node and print its version',
    tools: ['run_command'],
    arguments: { command: /node/ },
  },
  {
    id: 'n37',
    workspace: 'cart-js',
    text: "There's a typo in the comment above itemCount, isn't there? Check it.",
    tools: look,
  },
  {
    id: 'n38',
    workspace: 'cart-js',
    text: "grep for 'freeFrom'",
    tools: ['search', 'run_command'],
    arguments: { pattern: /freeFrom/, command: /freeFrom/ },
  },
  {
    id: 'n39',
    workspace: 'cart-js',
    text: "I'd like prices in the README to be in dollars. Do what's needed.",
    tools: change,
  },
  {
    id: 'n40',
    workspace: 'cart-js',
    text: 'what changed in the last commit?',
    tools: ['run_command'],
    arguments: { command: /git/ },
  },

  { id: 'f01', workspace: 'stats-py', text: 'thanks, works now!', tools: [] },
  { id: 'f02', workspace: 'stats-py', text: 'Good morning :)', tools: [] },
  { id: 'f03', workspace: 'cart-js', text: 'what can you do?', tools: [] },
  {
    id: 'f04',
    workspace: 'stats-py',
    text: 'What is the difference between a list and a tuple in Python?',
    tools: [],
  },
  { id: 'f05', workspace: 'stats-py', text: 'Explain this: `[x for x in xs if x % 2]`', tools: [] },
  { id: 'f06', workspace: 'cart-js', text: "ok cool, that's it for today", tools: [] },
  {
    id: 'f07',
    workspace: 'cart-js',
    text: 'Is TypeScript worth learning if I already know JavaScript?',
    tools: [],
  },
  { id: 'f08', workspace: 'cart-js', text: 'How do I write a for loop in Go?', tools: [] },
  { id: 'f09', workspace: 'stats-py', text: "What's the time complexity of quicksort?", tools: [] },
  { id: 'f10', workspace: 'stats-py', text: 'tabs or spaces, what do you think?', tools: [] },
  { id: 'f11', workspace: 'cart-js', text: 'who are you', tools: [] },
  {
    id: 'f12',
    workspace: 'cart-js',
    text: 'Can you explain what this does?\n\n```js\nconst f = (a) => (b) => a + b;\n```',
    tools: [],
  },
  { id: 'f13', workspace: 'stats-py', text: 'Why would one use a virtual environment?', tools: [] },
  {
    id: 'f14',
    workspace: 'stats-py',
    text: 'Which is better for a small web API, Flask or FastAPI?',
    tools: [],
  },
  {
    id: 'f15',
    workspace: 'cart-js',
    text: 'Give me a regular expression that matches an ISO date',
    tools: [],
  },
  { id: 'f16', workspace: 'stats-py', text: "What does the 'yield' keyword do?", tools: [] },
  { id: 'f17', workspace: 'cart-js', text: "hmm, not sure I like that, but let's leave it", tools: [] },
  { id: 'f18', workspace: 'cart-js', text: 'Write a haiku about failing tests.', tools: [] },
  { id: 'f19', workspace: 'stats-py', text: 'In general, should unit tests touch the network?', tools: [] },
  {
    id: 'f20',
    workspace: 'cart-js',
    text: "Translate this error for me: TypeError: Cannot read properties of undefined (reading 'length')",
    tools: [],
  },
];

/** Written after the rules of `agent/intent.ts`, and left alone since: what the rules do on requests they were not made with. */
export const heldOutRequests: readonly ToolRequest[] = [
  { id: 'h01', workspace: 'stats-py', text: 'where do we compute the variance', tools: lookUp },
  { id: 'h02', workspace: 'stats-py', text: 'show me the mode function', tools: lookUp },
  {
    id: 'h03',
    workspace: 'stats-py',
    text: 'run the test suite and tell me the result',
    tools: ['run_command'],
    arguments: { command: /unittest|pytest|python/ },
  },
  { id: 'h04', workspace: 'stats-py', text: 'rename value_range to spread', tools: changeNamed },
  {
    id: 'h05',
    workspace: 'stats-py',
    text: 'which python files are there',
    tools: ['list_files', 'search', 'run_command'],
  },
  { id: 'h06', workspace: 'stats-py', text: 'Is mean() guarded against an empty list?', tools: lookUp },
  { id: 'h07', workspace: 'cart-js', text: 'does the cart round its totals?', tools: look },
  {
    id: 'h08',
    workspace: 'cart-js',
    text: 'print the first 20 lines of cart.js',
    tools: ['read_file', 'run_command'],
    arguments: { path: /cart\.js/ },
  },
  {
    id: 'h09',
    workspace: 'cart-js',
    text: 'what scripts does package.json define?',
    tools: ['read_file', 'search'],
    arguments: { path: /package\.json/ },
  },
  { id: 'h10', workspace: 'cart-js', text: 'bump the version to 1.1.0', tools: change },
  {
    id: 'h11',
    workspace: 'cart-js',
    text: 'is there any place that reads the environment?',
    tools: ['search'],
  },
  { id: 'h12', workspace: 'stats-py', text: 'make moving_average raise a nicer error', tools: changeNamed },
  { id: 'h13', workspace: 'stats-py', text: 'appreciate it!', tools: [] },
  { id: 'h14', workspace: 'stats-py', text: 'Explain what recursion is to a beginner', tools: [] },
  { id: 'h15', workspace: 'cart-js', text: 'What does HTTP status 418 mean?', tools: [] },
  { id: 'h16', workspace: 'cart-js', text: 'Should I use let or const by default in JavaScript?', tools: [] },
  { id: 'h17', workspace: 'stats-py', text: 'Convert 37 degrees Celsius to Fahrenheit', tools: [] },
  { id: 'h18', workspace: 'stats-py', text: 'Who invented Python?', tools: [] },
  { id: 'h19', workspace: 'cart-js', text: 'tell me a joke about compilers', tools: [] },
  { id: 'h20', workspace: 'cart-js', text: 'What would be a good commit message for a typo fix?', tools: [] },
];
