export * from './contract.ts'
export { collectionAtPath } from './collections.ts'
export { requireCollection, selectCollections, type CollectionRow } from './queries.ts'
