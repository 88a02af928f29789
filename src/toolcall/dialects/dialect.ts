import type { ParseContext } from '../context';
import type { Outcome } from '../context';
import type { Wait } from '../source';
import type { DialectName } from '../types';

/** Where a marker counts. */
export type MarkerPlace = 'anywhere' | 'line-start';

/** A text that may open a call, and how to read on from it. */
export interface Marker {
  /** Its first characters, exact unless `ignoreCase`. The source stands at it when `read` is called. */
  opens: string;
  ignoreCase?: boolean;
  place: MarkerPlace;
  /** A recovery counts only where the profile allows recoveries. */
  recovery?: boolean;
  /** Reads a candidate that began at `start`; the source keeps what it consumes. */
  read: (context: ParseContext, start: number) => Wait<Outcome>;
}

/** How a family of models spells its calls. Data, and readers from the shared ones. */
export interface Dialect {
  name: DialectName;
  markers: (toolNames: string[]) => Marker[];
  /** Fenced or bare JSON at the end of a message counts unless the profile says otherwise. */
  bareJson: boolean;
}
