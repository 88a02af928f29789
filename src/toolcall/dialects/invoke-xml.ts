import type { ParseContext } from '../context';
import type { Outcome } from '../context';
import { parameterKey } from '../frame-tags';
import { type Wait, accept, peekTag, skipSpace, startsWith } from '../source';
import { type TagBlock, readTagBlock } from '../tag-block';
import { declaredTag } from './cline-xml';
import type { Dialect, Marker } from './dialect';

const open = '<function_calls>';
const close = '</function_calls>';

/** `<function_calls><invoke name="TOOL"><parameter name="KEY">value</parameter></invoke></function_calls>`. */
export const invokeMarker: Marker = {
  opens: open,
  place: 'anywhere',
  *read(context, start) {
    const { source, output } = context;
    if (output.lastCharacter === '`') return 'text';
    source.pos += open.length;
    let from = start;
    for (;;) {
      yield* skipSpace(source);
      const block = yield* readOpener(context);
      if (!block) {
        if (from === start) return 'text';
        output.text(source.kept(from));
        return 'given';
      }
      const closed = { done: false };
      const outcome: Outcome = yield* readTagBlock(context, start, from, block, function* () {
        closed.done = yield* accept(source, close);
        if (!closed.done && !(yield* startsWith(source, '<invoke')))
          block.tolerances.push('missing-envelope-close');
        return closed.done;
      });
      if (outcome !== 'given' || closed.done) return outcome;
      if (!(yield* startsWith(source, '<invoke'))) return 'given';
      from = source.offset;
    }
  },
};

function* readOpener(context: ParseContext): Wait<TagBlock | undefined> {
  const { source } = context;
  if (!(yield* startsWith(source, '<invoke'))) return undefined;
  const tag = (yield* peekTag(source)) ?? '';
  const name = /^<invoke\s+name\s*=\s*["']([^"'<>]+)["']\s*>$/.exec(tag)?.[1];
  if (name === undefined) return undefined;
  source.pos += tag.length;
  const declared = declaredTag(context, name);
  return {
    name,
    close: '</invoke>',
    keyOf: (parameter) => {
      const named = parameterKey(parameter);
      if (named) return { key: named.key, close: '</parameter>' };
      // Of a tool that is not declared every tag may be a key: its call is reported, not executed.
      const anyTag = /^<([\w.-]+)>$/.exec(parameter)?.[1];
      if (!context.tools.declares(name) && anyTag !== undefined)
        return { key: anyTag, close: `</${anyTag}>` };
      return declared(parameter);
    },
    certainty: 'strict',
    tolerances: [],
  };
}

export const invokeXml: Dialect = { name: 'invoke-xml', markers: () => [invokeMarker], bareJson: false };
