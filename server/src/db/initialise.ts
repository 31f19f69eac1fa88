/**
 * Makes the database folder of evaluation mode in a short-lived process: the bootstrap of PGlite takes some 200 MB that a
 * process does not give back. The folder appears whole or not at all.
 *
 *   node initialise.ts FOLDER
 */
import { rename, rm } from 'node:fs/promises'
import { openPglite } from './client.ts'
import { migratePgliteDb } from './migrate.ts'

const [folder] = process.argv.slice(2)
if (!folder) throw new Error('usage: initialise.ts FOLDER')
const building = `${folder}.building`
await rm(building, { recursive: true, force: true })
const db = await openPglite(building)
await migratePgliteDb(db)
await db.close()
await rename(building, folder)
