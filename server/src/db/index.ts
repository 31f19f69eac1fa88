export { type Db, type Tx, openPglite, openPostgres, rows, sql } from './client.ts'
export { migratePgliteDb, migratePostgresDb, schemaIsCurrent } from './migrate.ts'
export {
  announce,
  createScope,
  recordAudit,
  type Actor,
  type AuditNote,
  type PersonActor,
  type PersonScope,
  type Role,
  type Scope,
  type WriteTx,
} from './scope.ts'
