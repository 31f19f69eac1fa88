/** Every table, gathered for drizzle-kit. Nothing at run time reads this. */
export * from '../domain/access/tables.ts'
export * from '../domain/answers/tables.ts'
export * from '../domain/audit/tables.ts'
export * from '../domain/collections/tables.ts'
export * from '../domain/documents/tables.ts'
export * from '../domain/identity/tables.ts'
export * from '../domain/settings/tables.ts'
export * from '../domain/system/tables.ts'
