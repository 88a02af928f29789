const esc = String.fromCharCode(0x1b);
const bell = String.fromCharCode(0x07);
/** Control sequences, operating system commands and two-character escapes (ECMA-48). */
const escapes = new RegExp(
  `${esc}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${bell}${esc}]*(?:${bell}|${esc}\\\\)|[@-Z\\\\-_])`,
  'g',
);

/** A terminal's output without colours and cursor movements, and of a line rewritten in place only its last state. */
export function plainOutput(output: string): string {
  return output
    .replace(escapes, '')
    .replace(/\r\n/g, '\n')
    .replace(/^.*\r(?!$)/gm, '');
}
