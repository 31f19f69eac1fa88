/** The HTTP application: middleware and the doors of every noun, in order. */
import { Hono } from 'hono'
import { openAPIRouteHandler } from 'hono-openapi'
import { answerRoutes } from './domain/answers/routes.ts'
import { collectionRoutes } from './domain/collections/routes.ts'
import { documentRoutes } from './domain/documents/routes.ts'
import { identityRoutes } from './domain/identity/routes.ts'
import { searchRoutes } from './domain/search/routes.ts'
import { settingsRoutes } from './domain/settings/routes.ts'
import { settingValue } from './domain/settings/index.ts'
import { systemRoutes } from './domain/system/routes.ts'
import { version } from './domain/system/index.ts'
import { type System, publicUrl } from './boot.ts'
import { apiDocument } from './http/api-document.ts'
import type { OpenEnv } from './http/env.ts'
import { answerError } from './http/errors.ts'
import { open } from './http/guard.ts'
import { describe } from './http/openapi.ts'
import { requestContext } from './http/request-context.ts'
import { sameOrigin } from './http/same-origin.ts'
import { securityHeaders } from './http/security-headers.ts'
import { webFiles } from './http/web-files.ts'
import { AppError } from './platform/app-error.ts'
import { models } from './platform/ai/index.ts'

export function createApp(system: System): Hono<OpenEnv> {
  const { config } = system
  const catalogue = models
    .filter((model) => model.task === 'embedding')
    .map((model) => ({
      name: model.name,
      languages: model.languages,
      bytes: model.files.reduce((sum, file) => sum + file.bytes, 0),
    }))
  const uploadBytes = async () =>
    Number((await settingValue(system.systemScope('settings'), 'uploadLimitBytes')) ?? config.uploadLimitBytes)

  const app = new Hono<OpenEnv>()
  app.use(requestContext(system.services))
  app.use(securityHeaders(config.webDir, publicUrl(config)))
  app.use('/api/*', sameOrigin)
  app.onError(answerError)

  app.route('/api', systemRoutes)
  app.route(
    '/api',
    identityRoutes({ auth: system.auth, setUpCode: system.setUpCode, publicUrl: () => publicUrl(config) }),
  )
  app.route('/api', collectionRoutes)
  app.route('/api', documentRoutes({ uploadBytes }))
  app.route('/api', searchRoutes)
  app.route('/api', answerRoutes)
  app.route(
    '/api',
    settingsRoutes({
      defaults: { uploadLimitBytes: config.uploadLimitBytes, embeddingModel: config.models.embedding },
      catalogue,
      changed: system.settingsChanged,
    }),
  )
  app.get(
    '/api/openapi.json',
    open('describes the doors, no data'),
    describe({ summary: 'This document', tag: 'system', media: 'application/json' }),
    openAPIRouteHandler(app, {
      documentation: {
        openapi: '3.1.0',
        info: {
          title: 'InnoSynth',
          version,
          description:
            'Documents in, cited answers out, under permissions. Scripts send `Authorization: Bearer <API key>`.',
        },
        components: {
          securitySchemes: {
            key: { type: 'http', scheme: 'bearer' },
            cookie: { type: 'apiKey', in: 'cookie', name: 'innosynth.session_token' },
          },
        },
        security: [{ key: [] }, { cookie: [] }],
      },
    }),
  )
  app.get(
    '/api/docs',
    open('shows the doors, no data'),
    describe({ summary: 'The API, to read in a browser', tag: 'system', media: 'text/html' }),
    (c) => c.html(apiDocument()),
  )
  app.all('/api/*', open('says that there is nothing here'), () => {
    throw new AppError('not_found', { detail: 'There is nothing at this address.' })
  })
  app.get('*', open('the pages themselves, no data'), webFiles(config.webDir))
  return app
}
