import type { ParseContext } from '../context';
import { readTagBlock } from '../tag-block';
import type { Dialect, Marker } from './dialect';

/** `<TOOL><KEY>value</KEY></TOOL>`, the form of Cline and Roo Code. Only declared names are tags of this form. */
function toolTag(name: string, place: Marker['place']): Marker {
  return {
    opens: `<${name}>`,
    place,
    *read(context, start) {
      if (context.output.lastCharacter === '`') return 'text';
      context.source.pos += name.length + 2;
      return yield* readTagBlock(context, start, start, {
        name,
        close: `</${name}>`,
        keyOf: declaredTag(context, name),
        certainty: place === 'anywhere' ? 'strict' : 'recovered',
        tolerances: place === 'anywhere' ? [] : ['tool-tag'],
      });
    },
  };
}

/** Recognises `<KEY>` for the keys that a tool declares. */
export function declaredTag(
  context: ParseContext,
  name: string,
): (tag: string) => { key: string; close: string } | undefined {
  return (tag) => {
    const key = /^<([\w.-]+)>$/.exec(tag)?.[1];
    if (key === undefined || !context.tools.declaresKey(name, key)) return undefined;
    return { key, close: `</${key}>` };
  };
}

export const clineXml: Dialect = {
  name: 'cline-xml',
  markers: (names) => names.map((name) => toolTag(name, 'anywhere')),
  bareJson: false,
};

/** The same as a recovery of other dialects: at the start of a line only. */
export const recoveredToolTags = (names: string[]): Marker[] =>
  names.map((name) => ({ ...toolTag(name, 'line-start'), recovery: true }));
