import type { System } from '@innosynth/server/boot'
import {
  beginEmbedding,
  beginExtraction,
  chunk,
  ExtractionError,
  failIngestion,
  finishEmbedding,
  finishWithoutMeaning,
  passagesToEmbed,
  reportProgress,
  requeueUnfinished,
  type Run,
  storeText,
  storeVectors,
  sweepObjects,
  trimIndexChanges,
} from '@innosynth/server/domain/documents'
import { indexPassages, refreshPostings } from '@innosynth/server/domain/search'
import { scanFile } from '../antivirus/clamd.ts'
import type { Extractor } from '../extract/index.ts'
import type { Handlers } from '../index.ts'

/** Progress is written at most this often, so that a fast file is not slowed down by telling about it. */
const reportEveryMs = 400
const embedAtOnce = 16

export function documentHandlers(
  system: System,
  extractor: Extractor,
): Pick<Handlers, 'extractVersion' | 'embedVersion' | 'tidyDocuments'> {
  return {
    async extractVersion({ versionId }, job) {
      const scope = system.systemScope('document.extract')
      const run = await beginExtraction(scope, versionId)
      if (!run) return
      try {
        await extractAndStore(system, extractor, run, job.signal)
      } catch (error) {
        if (error instanceof ExtractionError) {
          if (error.code === 'cancelled') return
          job.log.warn({ code: error.code, versionId }, 'file cannot be read')
          // A scanner that restarts is back in a minute; a finding stays one.
          if (error.code !== 'not_scanned' || job.lastAttempt)
            return failIngestion(scope, run, { code: error.code, message: error.message })
          throw error
        }
        if (job.lastAttempt)
          await failIngestion(scope, run, {
            code: 'internal',
            message:
              'This file could not be brought in because of a fault on our side. Try again; if it stays, the administrator finds the cause in the log.',
          })
        throw error
      }
    },

    async embedVersion({ versionId }, job) {
      const scope = system.systemScope('document.embed')
      const model = system.embeddingModel()
      // Without a model the words are all there is; when one arrives, everything is put into the queue anew.
      if (model === null) return finishWithoutMeaning(scope, versionId)
      const run = await beginEmbedding(scope, versionId, model)
      if (!run) return
      let { done } = run
      for (;;) {
        const some = await passagesToEmbed(scope, run, model, embedAtOnce)
        if (some.length === 0) break
        job.signal.throwIfAborted()
        const vectors = await system.platform.embedder.embed(
          'passage',
          some.map((passage) => passage.text),
          { signal: job.signal },
        )
        done += some.length
        const pairs = some.map((passage, index) => ({ passageId: passage.id, vector: vectors[index]! }))
        if (!(await storeVectors(scope, run, model, pairs, done))) return
      }
      await finishEmbedding(scope, run)
    },

    async tidyDocuments(_payload, job) {
      const scope = system.systemScope('document.tidy')
      await requeueUnfinished(scope, system.embeddingModel())
      const removed = await sweepObjects(scope, system.platform.now())
      await trimIndexChanges(scope)
      await refreshPostings(scope, job.signal)
      if (removed > 0) job.log.info({ removed }, 'objects without a version removed')
    },
  }
}

async function extractAndStore(system: System, extractor: Extractor, run: Run, jobSignal: AbortSignal) {
  const scope = system.systemScope('document.extract')
  const replaced = new AbortController()
  const signal = AbortSignal.any([jobSignal, replaced.signal])
  const file = await system.platform.store.localPath(run.sha256)
  let last = performance.now()
  let reporting: Promise<unknown> = Promise.resolve()
  try {
    await refuseInfected(system, file.path, signal)
    const extraction = await extractor.extract({
      path: file.path,
      fileName: run.fileName,
      signal,
      onProgress: ({ done, total }) => {
        if (performance.now() - last < reportEveryMs) return
        last = performance.now()
        reporting = reporting
          .then(() => reportProgress(scope, run, done, total))
          .then((alive) => {
            if (!alive) replaced.abort()
          })
        reporting.catch(() => {})
      },
    })
    await reporting
    await storeText(scope, run, extraction, indexPassages(chunk(extraction.pages)), { embed: true })
  } finally {
    await file.release()
  }
}

/** Before any parser sees it. Without a scanner in the settings nothing happens. */
async function refuseInfected(system: System, path: string, signal: AbortSignal): Promise<void> {
  const { antivirus } = system.config
  if (!antivirus) return
  const { finding } = await scanFile(antivirus, path, signal).catch((cause: unknown) => {
    throw new ExtractionError(
      'not_scanned',
      'The virus scanner does not answer, and no file is read unseen. Try again in a few minutes; if it stays, tell an administrator.',
      { cause },
    )
  })
  if (finding)
    throw new ExtractionError(
      'infected',
      `The virus scanner found ${finding} in this file, so it was not read. Do not pass it on; ask your administrator.`,
    )
}
