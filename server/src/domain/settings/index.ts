export * from './contract.ts'
export { settingValue, type Catalogue } from './settings.ts'
