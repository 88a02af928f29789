import { askModel, type CompletionModel } from './ask-model';
import { cutCompletion, wantsBlock } from './cut';
import { isWithinCharacter } from './place';

/** The place of a completion, with what goes along. */
interface AlternativesRequest {
  path: string;
  prefix: string;
  suffix: string;
  context?: readonly { path: string; text: string }[];
}

/** The first try stays close to what is likely, each next one strays further. */
const firstTemperature = 0.5;
const temperatureStep = 0.15;
/** Tries for each text that is wanted: small models often write the same again. */
const triesPerText = 3;

/**
 * Other texts for one place, sampled with fixed seeds, so that asking again gives the same. The prompt is the one that
 * was just asked with, so that only the new tokens cost time. Texts that say nothing new are left out.
 */
export async function alternatives(
  asked: CompletionModel,
  request: AlternativesRequest,
  { known, count }: { known: readonly string[]; count: number },
  signal: AbortSignal,
): Promise<string[]> {
  if (isWithinCharacter(request.prefix, request.suffix)) return [];
  const eol = request.prefix.includes('\r\n') || request.suffix.includes('\r\n') ? '\r\n' : '\n';
  const prefix = request.prefix.replaceAll('\r\n', '\n');
  const suffix = request.suffix.replaceAll('\r\n', '\n');
  const singleLine = !wantsBlock(prefix, suffix);
  const seen = new Set(known.map((text) => withoutSpace(text)));
  const found: string[] = [];
  for (let attempt = 0; attempt < triesPerText * count && found.length < count; attempt++) {
    const { text } = await askModel(asked, {
      path: request.path,
      prefix,
      suffix,
      context: request.context ?? [],
      until: singleLine ? 'line' : 'block',
      raw: false,
      sampling: {
        temperature: firstTemperature + temperatureStep * attempt,
        topP: 0.95,
        seed: attempt + 1,
      },
      signal,
    });
    const cut = cutCompletion(text, { prefix, suffix, singleLine });
    if (cut.reason !== 'ok' || seen.has(withoutSpace(cut.text))) continue;
    seen.add(withoutSpace(cut.text));
    found.push(cut.text.replaceAll('\n', eol));
  }
  return found;
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, '');
}
