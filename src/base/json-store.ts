import * as v from 'valibot';
import type { Store } from './ports';

/** What is kept under a key as JSON; undefined where there is nothing, or no JSON. Rejects when the store cannot be read. */
export async function readJson(store: Pick<Store, 'read'>, key: string): Promise<unknown> {
  const bytes = await store.read(key);
  try {
    return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as unknown);
  } catch {
    return undefined;
  }
}

/** The same, and undefined where it is of another form, as another version may have written it. */
export async function readJsonAs<S extends v.GenericSchema>(
  store: Pick<Store, 'read'>,
  key: string,
  schema: S,
): Promise<v.InferOutput<S> | undefined> {
  const parsed = v.safeParse(schema, await readJson(store, key));
  return parsed.success ? parsed.output : undefined;
}

/** Keeps a value under a key as JSON. Rejects when the store cannot be written. */
export function writeJson(store: Pick<Store, 'write'>, key: string, value: unknown): Promise<void> {
  return store.write(key, new TextEncoder().encode(JSON.stringify(value)));
}
