import { Hono } from 'hono'
import { z } from 'zod'
import type { GuardedEnv } from '../../http/env.ts'
import { guard } from '../../http/guard.ts'
import { describe, validator } from '../../http/openapi.ts'
import { AccessView, ChangeAccess } from '../access/index.ts'
import {
  changeCollection,
  changeCollectionAccess,
  collectionAccess,
  createCollection,
  listCollections,
  removeCollection,
} from './collections.ts'
import { ChangeCollection, Collection, CollectionList, CreateCollection } from './contract.ts'

const tag = 'collections'
const Id = z.object({ id: z.uuid() })

export const collectionRoutes = new Hono<GuardedEnv>()
  .get(
    '/collections',
    guard('document.read'),
    describe({ summary: 'Collections I may see', tag, returns: CollectionList }),
    async (c) => c.json(await listCollections(c.var.scope)),
  )
  .post(
    '/collections',
    guard('collection.create'),
    describe({ summary: 'Make a collection', tag, returns: Collection, status: 201 }),
    validator('json', CreateCollection),
    async (c) => c.json(await createCollection(c.var.scope, c.req.valid('json')), 201),
  )
  .patch(
    '/collections/:id',
    guard('document.change'),
    describe({ summary: 'Rename or move a collection', tag, returns: Collection }),
    validator('param', Id),
    validator('json', ChangeCollection),
    async (c) => c.json(await changeCollection(c.var.scope, c.req.valid('param').id, c.req.valid('json'))),
  )
  .delete(
    '/collections/:id',
    guard('document.change'),
    describe({ summary: 'Remove a collection; its documents go to the trash', tag }),
    validator('param', Id),
    async (c) => {
      await removeCollection(c.var.scope, c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
  .get(
    '/collections/:id/access',
    guard('document.read'),
    describe({ summary: 'Who can see a collection, and why I can', tag, returns: AccessView }),
    validator('param', Id),
    async (c) => c.json(await collectionAccess(c.var.scope, c.req.valid('param').id)),
  )
  .put(
    '/collections/:id/access',
    guard('document.change'),
    describe({ summary: 'Change who can see a collection', tag, returns: AccessView }),
    validator('param', Id),
    validator('json', ChangeAccess),
    async (c) => c.json(await changeCollectionAccess(c.var.scope, c.req.valid('param').id, c.req.valid('json'))),
  )
