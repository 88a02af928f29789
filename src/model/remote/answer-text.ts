/** What becomes of a server's text on its way to the reader. */

export interface TextFilter {
  push(text: string): string;
  /** What is still held back at the end. */
  flush(): string;
}

/** Characters that are looked at for a beginning which the server repeats. */
const lookAhead = 300;

/**
 * Takes out a beginning of the answer that was given to the server and is repeated by it, with what it says before.
 * A server that goes on where the beginning ends loses nothing.
 */
export function withoutPrefill(prefill: string): TextFilter {
  const wanted = prefill.trim();
  let held = '';
  let decided = wanted === '';
  const decide = (): string => {
    decided = true;
    const at = held.indexOf(wanted);
    const text = at < 0 ? held : held.slice(at + wanted.length).replace(/^\n/, '');
    held = '';
    return text;
  };
  return {
    push: (text) => {
      if (decided) return text;
      held += text;
      const isRepeated = held.includes(`${wanted}\n`);
      return isRepeated || held.length > lookAhead ? decide() : '';
    },
    flush: () => (decided ? '' : decide()),
  };
}

/** The one of `choices` that the answer begins with; the answer as it is when it is none of them. */
export function onlyChoice(choices: readonly string[]): TextFilter {
  let held = '';
  return {
    push: (text) => {
      held += text;
      return '';
    },
    flush: () => {
      const said = held
        .trim()
        .replace(/^["'*`(]+/, '')
        .toLowerCase();
      const longestFirst = choices.toSorted((a, b) => b.length - a.length);
      return longestFirst.find((choice) => said.startsWith(choice.toLowerCase())) ?? held;
    },
  };
}

/** Puts reasoning that comes apart from the text into the tags that the reader knows. */
export function createReasoningTags(): (reasoning: string, text: string) => string {
  let open = false;
  return (reasoning, text) => {
    let out = '';
    if (reasoning !== '') {
      out += (open ? '' : '<think>\n') + reasoning;
      open = true;
    }
    if (text !== '' && open) {
      out += '\n</think>\n\n';
      open = false;
    }
    return out + text;
  };
}

/** Calls that a server has taken out of the text, put back in the form that every profile's parser reads. */
export function createCallText(): {
  add(calls: readonly { index: number; name: string; arguments: string }[]): void;
  text(): string;
} {
  const calls = new Map<number, { name: string; arguments: string }>();
  return {
    add: (pieces) => {
      for (const piece of pieces) {
        const call = calls.get(piece.index) ?? { name: '', arguments: '' };
        calls.set(piece.index, { name: call.name + piece.name, arguments: call.arguments + piece.arguments });
      }
    },
    text: () =>
      [...calls.values()]
        .map(({ name, arguments: text }) => {
          const given = text.trim() === '' ? '{}' : text;
          return `\n<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${given}}\n</tool_call>`;
        })
        .join(''),
  };
}
