export * from './contract.ts'
export { accessOrigin, collectionAtPath } from './collections.ts'
export { requireCollection, selectCollections, type CollectionRow } from './queries.ts'
