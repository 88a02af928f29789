/**
 * Characters that show nothing or turn the text around (line ends, controls, bidirectional overrides, zero-width ones)
 * as escapes, so that a path or a command line that waits for a yes reads as what it is.
 */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** The same for a text of several lines: line feeds and tabs stay. */
export function visibleLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(visible).join('\t'))
    .join('\n');
}
