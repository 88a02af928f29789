import type { ChatMessage } from '../protocol/chat';
import type { ToolDefinition } from '../toolcall/types';
import { systemPrompt, toolNeedExamples, toolNeedQuestion } from '../prompt/agent-prompts';
import { isGeneralQuestion, isSelfContained, mentionsWorkspace, pointsHere } from './intent';
import { modelTurn } from './model-turn';
import type { Run } from './ports';

/** GBNF of the model's answer where the rules are silent. */
export const yesOrNo = 'root ::= "yes" | "no"';

/**
 * Whether a request needs a tool before it can be answered. Small models call whatever they are offered, so this is
 * decided first: by rules where they are sure, else by one word of the model's under a grammar. `files` are the
 * workspace's paths.
 */
export async function needsTool(
  run: Run,
  request: string,
  files: readonly string[],
  names = namesDefinitionOnce(run, request),
): Promise<boolean> {
  if (isSelfContained(request, files)) return false;
  if (mentionsWorkspace(request, files) || (await names())) return true;
  if (isGeneralQuestion(request)) return false;
  // A model too weak for edits says yes to whatever it is asked here (docs/models.md).
  if (!run.ports.model.profile.abilities.edit) return pointsHere(request);
  const examples = toolNeedExamples.flatMap(({ request: text, needed }): ChatMessage[] => [
    { role: 'user', content: toolNeedQuestion(text) },
    { role: 'assistant', content: needed ? 'yes' : 'no' },
  ]);
  const turn = await modelTurn(run, {
    messages: [
      { role: 'system', content: systemPrompt },
      ...examples,
      { role: 'user', content: toolNeedQuestion(request) },
    ],
    maxTokens: 2,
    withoutInstructions: true,
    grammar: yesOrNo,
    temperature: 0,
  });
  return turn.text.trim() === 'yes';
}

/**
 * The tools that the first call may be of. A small model looks up any word that it reads by `find_symbol`, file names and
 * commands too, so that one is left to requests that name a definition. The listing stays the same: what the model reads
 * does not change from one request to the next.
 */
export async function firstTools(
  run: Run,
  request: string,
  offered: readonly ToolDefinition[],
  names = namesDefinitionOnce(run, request),
): Promise<ToolDefinition[]> {
  if (await names()) return [...offered];
  return offered.filter(({ name }) => name !== 'find_symbol');
}

/** Whether a request names a definition, searched for when first asked, since it reads the whole workspace. */
export function namesDefinitionOnce(run: Run, request: string): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined;
  return () => (answer ??= namesDefinition(run, request));
}

/** Words looked for; a request with more is a pasted text. */
const maxWords = 40;

/** Whether a word of the request is the name of something that the workspace defines. */
async function namesDefinition(run: Run, request: string): Promise<boolean> {
  const words = [...new Set(request.match(/[A-Za-z_]\w{2,}/g))].slice(0, maxWords);
  if (words.length === 0 || run.ports.workspace.roots.length === 0) return false;
  const names = `(${words.join('|')})`;
  const declared = `\\b(def|class|function|func|fn|fun|interface|struct|enum|trait)\\s+${names}\\b`;
  const assigned = `\\b(const|let)\\s+${names}\\s*=\\s*(async\\s*)?(\\(|function\\b)`;
  const { matches } = await run.ports.workspace.search(
    { pattern: `${declared}|${assigned}`, regex: true, caseSensitive: true, maxMatches: 1 },
    run.signal,
  );
  return matches.length > 0;
}
