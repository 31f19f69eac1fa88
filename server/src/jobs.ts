/** Every job contract there is. The worker must have a handler for each; a house test and its types see to that. */
import { embedVersion, extractVersion, tidyDocuments } from './domain/documents/jobs.ts'

export const contracts = { extractVersion, embedVersion, tidyDocuments }
export type Contracts = typeof contracts
