/** The confined process: takes one file at a time on its standard input and answers with its text. */
import { denyNetwork } from './deny-network.ts'
import type { FromChild, ToChild } from './messages.ts'

denyNetwork()

const say = (message: FromChild): void => {
  process.send?.(message)
}

const { ExtractionError } = await import('../shapes.ts')
const { readDocument } = await import('../read-document.ts')

/** Exactly `length` bytes of standard input; the parent sends them right behind the message. */
async function readInput(length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const chunk = process.stdin.read() as Buffer | null
    if (!chunk) {
      await new Promise((resolve) => process.stdin.once('readable', resolve))
      continue
    }
    chunk.copy(bytes, filled)
    filled += chunk.length
  }
  return bytes
}

process.on('message', (message: ToChild) => {
  void readInput(message.bytes)
    .then((bytes) => {
      let told = 0
      return readDocument(bytes, message.fileName, message.limits, (progress) => {
        const now = Date.now()
        if (now - told < 100 && progress.done !== progress.total) return
        told = now
        say({ kind: 'progress', progress })
      })
    })
    .then(
      (extraction) => say({ kind: 'done', extraction }),
      (error: unknown) => {
        const cause =
          error instanceof Error && error.cause !== undefined
            ? String(error.cause instanceof Error ? error.cause.stack : error.cause)
            : undefined
        if (error instanceof ExtractionError)
          say({ kind: 'failed', code: error.code, message: error.message, ...(cause && { cause }) })
        else
          say({
            kind: 'failed',
            code: 'damaged',
            message: 'The file could not be read.',
            cause: String(error instanceof Error ? error.stack : error),
          })
      },
    )
})
// Without its parent this process has nothing to do.
process.on('disconnect', () => process.exit(0))

say({ kind: 'ready' })
// Most files are PDFs, and their reader takes longest to load.
void (await import('../pdf/pdfium.ts')).pdfium()
void import('../pdf/read-pdf.ts')
