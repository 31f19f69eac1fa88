import { join } from 'node:path'
import { becomeNode } from '../setup/become.mjs'
import { ensureWeb } from '../setup/web.mjs'

/** Evaluation mode, unless the settings say otherwise. */
export async function run(root, args) {
  await ensureWeb(root)
  return becomeNode([join(root, 'server', 'src', 'main.ts'), ...args])
}
