import type { GrammarSpec } from './query';

export const java: GrammarSpec = {
  structure: `
(class_declaration name: (identifier) @name body: (_) @body) @definition.class
(record_declaration name: (identifier) @name body: (_) @body) @definition.class
(interface_declaration name: (identifier) @name body: (_) @body) @definition.interface
(annotation_type_declaration name: (identifier) @name body: (_) @body) @definition.interface
(enum_declaration name: (identifier) @name body: (_) @body) @definition.enum
(method_declaration name: (identifier) @name body: (_)? @body) @definition.method
(constructor_declaration name: (identifier) @name body: (_) @body) @definition.constructor
(field_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.property

(import_declaration (scoped_identifier) @import) @import.statement
(enum_constant name: (identifier) @name) @definition.variant
(interface_body (constant_declaration declarator: (variable_declarator name: (identifier) @name)) @definition.field)
`,
  references: ['identifier', 'type_identifier'],
  wrappers: [],
  leading: ['line_comment', 'block_comment'],
};

export const csharp: GrammarSpec = {
  structure: `
(namespace_declaration name: (_) @name body: (_) @body) @definition.namespace
(class_declaration name: (identifier) @name body: (_)? @body) @definition.class
(record_declaration name: (identifier) @name body: (_)? @body) @definition.class
(struct_declaration name: (identifier) @name body: (_)? @body) @definition.struct
(interface_declaration name: (identifier) @name body: (_)? @body) @definition.interface
(enum_declaration name: (identifier) @name body: (_)? @body) @definition.enum
(delegate_declaration name: (identifier) @name) @definition.type
(method_declaration name: (identifier) @name body: (_)? @body) @definition.method
(constructor_declaration name: (identifier) @name body: (_)? @body) @definition.constructor
(local_function_statement name: (identifier) @name body: (_)? @body) @definition.function
(property_declaration name: (identifier) @name accessors: (_)? @body) @definition.property
(field_declaration (variable_declaration (variable_declarator name: (identifier) @name))) @definition.property

(using_directive (qualified_name) @import) @import.statement
(using_directive !name (identifier) @import) @import.statement
(enum_member_declaration name: (identifier) @name) @definition.variant
`,
  references: ['identifier'],
  wrappers: [],
  leading: ['comment', 'attribute_list'],
};
