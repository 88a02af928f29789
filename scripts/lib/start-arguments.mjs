/** The arguments of `npm start`. */

const withValue = new Set([
  '--cwd',
  '--seed',
  '--model',
  '--temperature',
  '--threads',
  '--context-size',
  '--max-steps',
  '--time-limit',
  '--command-timeout',
]);

/**
 * Splits the arguments into what this script needs and what goes on to `thimble run` as it is.
 * @param {string[]} args
 * @returns {{task?: string, cwd?: string, model?: string, passedOn: string[]}}
 */
export function splitStartArguments(args) {
  const result = { passedOn: [] };
  for (let i = 0; i < args.length; i++) {
    const [name, attached] = splitOption(args[i]);
    if (!name.startsWith('-')) {
      if (result.task !== undefined) throw usage(`One task at a time, in quotes: "${result.task} ${name}"?`);
      result.task = name;
      continue;
    }
    const takesNext = withValue.has(name) && attached === undefined;
    const value = takesNext ? args[++i] : attached;
    if (takesNext && value === undefined) throw usage(`${name} needs a value.`);
    if (name === '--cwd') result.cwd = value;
    else result.passedOn.push(value === undefined ? name : `${name}=${value}`);
    if (name === '--model') result.model = value;
  }
  return result;
}

function splitOption(text) {
  const equals = text.indexOf('=');
  if (!text.startsWith('--') || equals < 0) return [text, undefined];
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function usage(message) {
  return Object.assign(new Error(message), { usage: true });
}
