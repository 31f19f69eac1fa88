import { Hono } from 'hono'
import type { GuardedEnv } from '../../http/env.ts'
import { guard } from '../../http/guard.ts'
import { describe, validator } from '../../http/openapi.ts'
import { ChangeSettings, Settings } from './contract.ts'
import { type Catalogue, changeSettings, type Defaults, readSettings } from './settings.ts'

export const settingsRoutes = (wiring: { defaults: Defaults; catalogue: Catalogue; changed: () => void }) =>
  new Hono<GuardedEnv>()
    .get(
      '/settings',
      guard('setting.manage'),
      describe({ summary: 'Settings of the installation', tag: 'settings', returns: Settings }),
      async (c) => c.json(await readSettings(c.var.scope, wiring.defaults, wiring.catalogue)),
    )
    .patch(
      '/settings',
      guard('setting.manage'),
      describe({ summary: 'Change settings', tag: 'settings', returns: Settings }),
      validator('json', ChangeSettings),
      async (c) => {
        const after = await changeSettings(c.var.scope, c.req.valid('json'), wiring.defaults, wiring.catalogue)
        wiring.changed()
        return c.json(after)
      },
    )
