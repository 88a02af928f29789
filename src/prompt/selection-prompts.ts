import { pinnedExcerpts } from './agent-prompts';

/** The texts that reach the model from an action on a selection. One job each, code last asked for, code first seen. */

export type SelectionKind = 'explain' | 'fix' | 'edit';

export interface SelectionPromptInput {
  kind: SelectionKind;
  instruction: string;
  path: string;
  code: string;
  /** Problems on the selection, one a line. */
  problems: readonly string[];
  /** The symbol around the selection, when it is larger and short enough to show. */
  surrounding: string | undefined;
  /** Definitions that the code uses, by path. */
  definitions: readonly { path: string; text: string }[];
  /** Callers and tests of the code, by path. */
  uses?: readonly { path: string; text: string }[];
  /** Definitions that the user has pinned, by path. */
  pinned?: readonly { path: string; text: string }[];
}

export function selectionPrompt(input: SelectionPromptInput): string {
  const listed = (parts: readonly { path: string; text: string }[]): string =>
    parts.map(({ path, text }) => `${path}:\n${text}\n\n`).join('');
  const under = (heading: string, parts: string): string => (parts === '' ? '' : `${heading}\n${parts}`);
  const surrounding = [
    ...pinnedExcerpts(input.pinned ?? []).map(({ title, text }) => `${title}:\n${text}\n\n`),
    under('The code uses these definitions.', listed(input.definitions)),
    under('It is used here.', listed(input.uses ?? [])),
    input.surrounding === undefined ? '' : `It is part of this code:\n${input.surrounding}\n\n`,
  ].join('');
  const code = `${input.path}:\n${input.code}\n\n`;
  switch (input.kind) {
    case 'explain':
      return `${surrounding}${code}Explain what this code does and why, in at most five sentences.`;
    case 'fix':
      return `${surrounding}${code}Problems:\n${input.problems.join('\n')}\n\nRewrite the code so that these problems are gone. Keep the rest.`;
    case 'edit':
      return `${surrounding}${code}${input.instruction}\n\nRewrite the code accordingly. Keep the rest.`;
  }
}
