import { type Scope, sql } from '../../db/index.ts'

/** Longer than any answer may take; see `longestMs` in ask.ts. */
const deadAfterSeconds = 240

/**
 * Ends answers whose process died. `alone`: the caller is the only process that answers and has just begun, so whatever is
 * running is dead; otherwise only what has been running longer than any answer may.
 */
export async function failStaleAnswers(scope: Scope, { alone }: { alone: boolean }): Promise<void> {
  const age = alone ? 1 : deadAfterSeconds
  await scope.bookkeep(async (tx) => {
    await tx.execute(sql`update answers set status = 'failed', problem = 'The server was restarted while this was being answered. Ask again.', finished_at = now()
      where status = 'running' and created_at < now() - make_interval(secs => ${age})`)
  })
}
