import type { Node, Tree } from 'web-tree-sitter';
import type { NameOccurrence, OccurrenceRole } from '../protocol/indexer';

/** Languages whose trees are read here: the roles below are told by their node types. */
const known = new Set(['python', 'typescript', 'typescriptreact', 'javascript', 'javascriptreact']);

/** Nodes whose `name` field declares what they define. */
const definitions =
  /^(class_definition|function_definition|(generator_)?function_declaration|function_signature|(abstract_)?class_declaration|method_definition|(abstract_)?method_signature|interface_declaration|type_alias_declaration|enum_declaration|public_field_definition|field_definition)$/;
/** Nodes whose direct children that are names are parameters or targets. */
const targets =
  /^(parameters|lambda_parameters|formal_parameters|typed_parameter|list_splat_pattern|dictionary_splat_pattern|pattern_list|tuple_pattern|array_pattern|rest_pattern|as_pattern_target|namespace_import|import_clause)$/;
/** Fields, by the node that has them, which take a value by its name. */
const boundFields: readonly (readonly [type: RegExp, field: string])[] = [
  [/^(assignment|for_statement|for_in_clause|for_in_statement|named_expression)$/, 'left'],
  [/^(default_parameter|typed_default_parameter|named_expression|variable_declarator)$/, 'name'],
  [/^(required_parameter|optional_parameter)$/, 'pattern'],
  [/^(catch_clause|arrow_function)$/, 'parameter'],
  [/^(aliased_import|import_specifier)$/, 'alias'],
  [/^pair_pattern$/, 'value'],
  [/^assignment_pattern$/, 'left'],
];
const keyed = /^(pair|pair_pattern|property_signature)$/;

/**
 * Where a file has a name as an identifier, a quoted annotation, an entry of `__all__`, a docstring's example or a doc comment's link; in source
 * order. Other strings and comments are left out. Undefined for a language whose roles are not told here.
 */
export function occurrencesOf(
  tree: Tree,
  text: string,
  name: string,
  languageId: string,
): NameOccurrence[] | undefined {
  if (!known.has(languageId)) return undefined;
  const found: NameOccurrence[] = [];
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    if (isWordPart(text[at - 1]) || isWordPart(text[at + name.length])) continue;
    const node = tree.rootNode.descendantForIndex(at, at + name.length);
    if (!node) continue;
    const role = roleOf(node, name, text.slice(text.lastIndexOf('\n', at - 1) + 1, at));
    if (role) found.push({ start: at, line: node.startPosition.row + 1, ...role });
  }
  return found;
}

function isWordPart(char: string | undefined): boolean {
  return char !== undefined && /[\p{L}\p{N}_$]/u.test(char);
}

function roleOf(
  node: Node,
  name: string,
  before: string,
): { role: OccurrenceRole; qualifier?: string } | undefined {
  if (/^(comment|string_content|string)$/.test(node.type)) {
    const linked = /(\{@link(code|plain)?\s+|:(py:)?(func|class|meth|obj|data):`)$/.test(before);
    // An example in a docstring is run as a test.
    const inExample = node.type === 'string_content' && /^\s*(>>>|\.\.\.) /.test(before);
    if (linked || inExample) return { role: 'doc' };
    if (node.text !== name) return undefined;
    // Python's annotation that names a class before it is defined.
    if (node.type === 'string_content' && node.parent?.parent?.type === 'type') return { role: 'name' };
    return inAll(node) ? { role: 'export' } : undefined;
  }
  if (!node.type.includes('identifier') || node.endIndex - node.startIndex !== name.length) return undefined;
  const { parent } = node;
  if (!parent) return { role: 'name' };
  const isField = (field: string): boolean => parent.childForFieldName(field)?.id === node.id;
  if (isField('attribute') || (parent.type === 'member_expression' && isField('property')))
    return { role: 'member', qualifier: parent.childForFieldName('object')?.text ?? '' };
  if (node.type.startsWith('shorthand_property_identifier')) {
    if (node.type.endsWith('pattern')) return { role: 'binding' };
    return { role: inModuleExports(parent) ? 'export' : 'shorthand' };
  }
  if (definitions.test(parent.type) && isField('name')) return { role: 'definition' };
  if (keyed.test(parent.type) && (isField('key') || isField('name')))
    return { role: inModuleExports(parent.parent) ? 'export' : 'key' };
  // Attributes of JSX and members of an enum, too.
  if (node.type === 'property_identifier') return { role: 'key' };
  if (parent.type === 'keyword_argument' && isField('name')) return { role: 'key' };
  if (parent.type === 'export_specifier' && isField('alias')) return { role: 'key' };
  const bound = boundFields.some(([type, field]) => type.test(parent.type) && isField(field));
  return { role: bound || targets.test(parent.type) ? 'binding' : 'name' };
}

/** True in a string that Python's `__all__` lists. */
function inAll(node: Node): boolean {
  let outer: Node | null = node;
  for (let up = 0; up < 4 && outer; up++) {
    if (/^(augmented_)?assignment$/.test(outer.type))
      return outer.childForFieldName('left')?.text === '__all__';
    outer = outer.parent;
  }
  return false;
}

/** True for the object in `module.exports = { … }`. */
function inModuleExports(object: Node | null): boolean {
  const left =
    object?.parent?.type === 'assignment_expression' ? object.parent.childForFieldName('left') : null;
  return left?.text === 'module.exports' || left?.text === 'exports';
}
