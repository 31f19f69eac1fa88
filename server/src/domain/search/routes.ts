import { Hono } from 'hono'
import type { GuardedEnv } from '../../http/env.ts'
import { guard } from '../../http/guard.ts'
import { describe, validator } from '../../http/openapi.ts'
import { SearchInput, SearchResults, SuggestInput, Suggestions } from './contract.ts'
import { search } from './search.ts'
import { suggest } from './suggest.ts'

const tag = 'search'

export const searchRoutes = new Hono<GuardedEnv>()
  .get(
    '/search',
    guard('search'),
    describe({ summary: 'Search what I may see, by words and by meaning', tag, returns: SearchResults }),
    validator('query', SearchInput),
    async (c) => c.json(await search(c.var.scope, c.req.valid('query'), c.req.raw.signal)),
  )
  .get(
    '/search/suggest',
    guard('search'),
    describe({ summary: 'Titles, collections and words that go on from what was typed', tag, returns: Suggestions }),
    validator('query', SuggestInput),
    async (c) => c.json(await suggest(c.var.scope, c.req.valid('query'))),
  )
