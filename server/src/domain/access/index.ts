export * from './contract.ts'
export { may, permissions, rolePermissions, keyScopePermissions, type Permission } from './permissions.ts'
export {
  accessSummary,
  accessView,
  changeAccess,
  createAccessList,
  type AccessSummaryRow,
  summaryColumns,
} from './access.ts'
