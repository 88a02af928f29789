export interface TinyModelOptions {
  script?: { fim?: (string | Uint8Array)[]; chat?: (string | Uint8Array)[] };
  whole?: boolean;
  arch?: string;
  embd?: number;
  ff?: number;
  layers?: number;
  ctx?: number;
  seed?: number;
}
export function makeTinyGguf(options?: TinyModelOptions): Buffer;
