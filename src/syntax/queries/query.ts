/**
 * What Thimble reads out of one grammar's trees. `structure` is a tree-sitter query with these captures:
 * - `@definition.KIND` a whole definition, `@container.KIND` one that only lends its name to what lies within;
 * - `@name`, `@body` (what a signature leaves out), `@receiver` (a container named beside the definition);
 * - `@import` a specifier, `@import.name` a name taken from it, `@import.relative` marks it as relative to the file,
 *   `@import.statement` the statement whose other identifiers are the names that it brings in.
 * Kinds that an outline leaves out: `field`, `variant` (of an enum) and `member` (of an interface, without a body).
 * Where two patterns match one name, the earlier pattern wins.
 */
export interface GrammarSpec {
  structure: string;
  /** Node types of names that may refer to a definition. */
  references: readonly string[];
  /** Parents that belong to the definition that is their only one, such as `export_statement`. */
  wrappers: readonly string[];
  /** Siblings that belong to the definition right after them: comments, decorators, attributes. */
  leading: readonly string[];
}
