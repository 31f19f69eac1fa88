import { type Scope, sql } from '../../db/index.ts'

/** Answers that were being given when the last process ended. Called at start, by the process that gives answers alone. */
export async function failStaleAnswers(scope: Scope): Promise<void> {
  await scope.bookkeep(async (tx) => {
    await tx.execute(sql`update answers set status = 'failed', problem = 'The server was restarted while this was being answered. Ask again.', finished_at = now()
      where status = 'running' and created_at < now() - interval '1 second'`)
  })
}
