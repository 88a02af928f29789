import { InvalidArgumentError } from 'commander';

/**
 * The arguments with a bare `--yes` written out, since its value is optional: the task in `run --yes "Fix it"` would be
 * taken for it. A list of kinds that follows is its value.
 */
export function withPlainYes(argv: readonly string[]): string[] {
  return argv.map((text, index) =>
    text === '--yes' &&
    !argv.slice(0, index).includes('--') &&
    !/^(?:edit|run|,)+$/.test(argv[index + 1] ?? '')
      ? '--yes=edit,run'
      : text,
  );
}

/** Values of options; each throws commander's own error, which names the option, when the text is none. */

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Not a number.');
  return value;
}

export function whole(text: string): number {
  const value = number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('Not a whole number from 0 on.');
  }
  return value;
}

export function positive(text: string): number {
  const value = whole(text);
  if (value < 1) throw new InvalidArgumentError('Not a whole number from 1 on.');
  return value;
}

/** Gathers the values of an option that may be given several times. */
export function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
