export * from './contract.ts'
export { failStaleAnswers } from './stale.ts'
