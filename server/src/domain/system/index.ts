export * from './contract.ts'
export { version } from './status.ts'
